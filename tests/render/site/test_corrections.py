"""Corrections of earlier issues on pages and in the feed of issues: first, and enough alone."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import html

import golden
from msnewsletter import urls
from msnewsletter.model import ArchivedIssue, Correction, Status
from msnewsletter.render.feeds.render import render_feeds
from msnewsletter.render.feeds.view import issues_view
from msnewsletter.render.site.index_pages import SitePages
from msnewsletter.render.site.issue_pages import render_pages
from render.site.sample import AWKWARD, CUTOFF, ENTRIES, MASTHEAD

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.model import Issue

PAGE = "issues/0007.html"
LABELS = ["Retracted study in issue 2.", "Correction to issue 6."]
TITLE = "Corrections to earlier issues"
CORRECTIONS = tuple(
    Correction(
        key=key,
        id=MASTHEAD.public_id(key).urn,
        issue=issue,
        headline=headline,
        status=status,
        note=note,
    )
    for key, issue, headline, status, note in (
        ("lost", 2, "A trial found something.", Status.RETRACTED, "See <the> notice."),
        ("wrong", 6, AWKWARD, Status.CORRECTED, "We wrote 140 people.\n\nThere were 14."),
    )
)


@pytest.fixture
def corrected(issue: Issue) -> Issue:
    return replace(issue, corrections=CORRECTIONS)


@pytest.fixture
def alone(corrected: Issue) -> Issue:
    return replace(corrected, entries=())


@pytest.fixture(scope="module")
def templates(root: Path) -> dict[str, str]:
    folder = root / "templates"
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.j2")
    }


def headings(page: bytes, level: str) -> list[str]:
    main = html.fromstring(page).find(".//main")
    return [" ".join(each.text_content().split()) for each in main.iter(level)]


def test_the_page_of_an_issue_is_the_one_that_was_looked_at(
    corrected: Issue, templates: dict[str, str], root: Path
) -> None:
    page = render_pages(corrected, templates)[PAGE]
    golden.check(root / "tests" / "golden" / "site" / "issue-with-corrections.html", page)


def test_they_stand_before_the_entries_and_lead_to_the_summaries(
    corrected: Issue, templates: dict[str, str]
) -> None:
    page = render_pages(corrected, templates)[PAGE]
    assert headings(page, "h2")[0] == TITLE
    assert len(headings(page, "h2")) == 1 + len(ENTRIES)
    (block,) = html.fromstring(page).xpath("//section[@class='notice']")
    assert [each.text for each in block.iter("strong")] == LABELS
    hrefs = [each.get("href") for each in html.fromstring(page).iterfind(".//main//a")]
    for one in CORRECTIONS:
        assert f"../{urls.summary_page_name(one.key, one.id)}" in hrefs
    assert "2 corrections to earlier issues, 4 studies, about " in html.tostring(
        html.fromstring(page), encoding="unicode"
    )


def test_an_issue_of_corrections_alone_is_a_page_and_listed_everywhere(
    alone: Issue, templates: dict[str, str]
) -> None:
    assert set(render_pages(alone, templates)) == {PAGE}
    pages = SitePages(MASTHEAD, templates)
    newest = pages.home([alone])
    assert headings(newest, "h3") == [TITLE]
    older = pages.home([replace(alone, number=8), alone]).decode()
    assert '<li><a href="issues/0007.html">2 corrections to earlier issues</a></li>' in older
    listed = pages.archive(
        urls.ARCHIVE, [ArchivedIssue(number=7, cutoff=CUTOFF, count=0)], chunk=1
    ).decode()
    assert "</a>, corrections only</li>" in listed


def test_the_feed_of_issues_tells_them_first(corrected: Issue, alone: Issue) -> None:
    for issue, said in (
        (corrected, "2 corrections, 4 new studies in plain language"),
        (alone, "2 corrections to earlier issues"),
    ):
        feeds = render_feeds(issues_view(MASTHEAD, [issue], updated=CUTOFF))
        (item,) = json.loads(feeds["issues/feed.json"])["items"]
        assert item["summary"] == said
        body = item["content_html"]
        first = "<p><strong>Retracted study in issue 2.</strong> We wrote: “A trial found"
        assert body.startswith(f"<h2>{TITLE}</h2>\n{first}")
        assert "See &lt;the&gt; notice." in body
        for one in CORRECTIONS:
            assert f'{MASTHEAD.site}{urls.summary_page_name(one.key, one.id)}">Read the ' in body
        assert "we have corrected a mistake: We wrote 140 people." in body
        assert ("<ul>" in body) == bool(issue.entries)


def test_a_feed_entry_stays_small_however_many_there_are(alone: Issue) -> None:
    many = tuple(replace(CORRECTIONS[1], key=f"c-{one}", note="x " * 400) for one in range(200))
    feeds = render_feeds(issues_view(MASTHEAD, [replace(alone, corrections=many)], updated=CUTOFF))
    (item,) = json.loads(feeds["issues/feed.json"])["items"]
    assert len(item["content_html"]) < 40_000
    shown = item["content_html"].count("Correction to issue 6")
    assert f"{200 - shown} more corrections in issue 7" in item["content_html"]
