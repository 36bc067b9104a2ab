"""What the views read from an issue's files: inbox, feeds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from homes import AT, sample_home
from msnewsletter import urls
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.web.desk import views

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.model import Issue
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview


MARKUP = re.compile(r"</?[a-z]|&[a-z]+;")


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> NextIssuePreview:
    return next_issue_preview(sample_home(tmp_path_factory.mktemp("home")), at=AT)


@pytest.fixture(scope="module")
def site(preview: NextIssuePreview) -> Mapping[str, bytes]:
    return preview.site()


@pytest.fixture
def issue(preview: NextIssuePreview) -> Issue:
    assert preview.issue is not None
    return preview.issue


@pytest.mark.parametrize("edition", ["digest", "digest-short"])
def test_an_inbox_shows_sender_subject_and_the_first_words(
    preview: NextIssuePreview, edition: str
) -> None:
    inbox = views.inbox(preview.files, edition)
    assert inbox.sender == "Plain Research Notes"
    assert inbox.subject.startswith("Issue 1: 8 ")
    assert len(inbox.few_words) in {40, 41}, "with the ellipsis, less a space"
    assert len(inbox.many_words) in {250, 251}
    assert inbox.many_words.startswith(inbox.few_words[:-1])
    assert "\n" not in inbox.many_words


def test_a_sender_without_a_name_is_an_address_and_an_encoded_subject_is_read() -> None:
    message = b"From: notes@example.org\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\n\r\n"
    files = {"digest.eml": message, "digest.html": b"<html><body><p>One</p> <p>two</p></body>"}
    inbox = views.inbox(files)
    assert (inbox.sender, inbox.subject) == ("notes@example.org", "café")
    assert (inbox.few_words, inbox.many_words) == ("One two", "One two")


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "feed.json"])
def test_a_feed_lists_the_issue_s_entries_as_readers_see_them(
    site: Mapping[str, bytes], issue: Issue, name: str
) -> None:
    lines = views.feed_lines(site, name, issue)
    assert [line.id for line in lines] == [entry.id for entry in issue.entries]
    assert all(line.new and line.link.startswith("https://") for line in lines)
    assert all(line.title and line.published for line in lines)
    texts = [line.text for line in lines]
    assert all(texts)
    assert not any(MARKUP.search(text) for text in texts), "words, not markup"
    assert any("(n < 20)" in text for text in texts), "a sign of the text is no markup"


def test_of_an_issue_that_changes_no_feed_there_are_no_lines(issue: Issue) -> None:
    assert views.feed_lines({}, "rss.xml", issue) == []


def test_forty_lines_of_a_feed_are_enough_and_older_ones_are_not_new(issue: Issue) -> None:
    items = "".join(f"<item><guid>urn:{n}</guid><title>{n}</title></item>" for n in range(50))
    feed = f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode()
    lines = views.feed_lines({urls.MAIN + "rss.xml": feed}, "rss.xml", issue)
    assert [line.title for line in lines] == [str(number) for number in range(40)]
    assert not any(line.new or line.text for line in lines)


def test_words_that_look_like_markup_are_shown_as_a_reader_sees_them(issue: Issue) -> None:
    text = "&lt;p&gt;a &amp;lt;b&amp;gt; c&lt;/p&gt;"
    item = f"<item><title>x</title><description>{text}</description></item>"
    feed = f"<rss version='2.0'><channel><title>x</title>{item}</channel></rss>".encode()
    (line,) = views.feed_lines({urls.MAIN + "rss.xml": feed}, "rss.xml", issue)
    assert line.text == "a <b> c"


def test_each_paragraph_and_item_of_a_feed_s_text_is_a_line_of_its_own() -> None:
    markup = (
        "Before <b>all</b>.<p>One\n two.</p><ul><li>Three.</li><li>Four.</li></ul>After.<br>It."
    )
    lines = ["Before all.", "One two.", "Three.", "Four.", "After.", "It."]
    assert views.plain_text(markup) == "\n".join(lines)
