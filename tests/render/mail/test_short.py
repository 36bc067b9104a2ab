"""The low-energy edition: three studies in large type, and all that a mail must say."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from msnewsletter.model import ListAddresses
from msnewsletter.render.mail.render import render_mail, render_short
from msnewsletter.text_sentences import sentences_in
from render.mail.samples import ISSUES, SUMMARIES, issue_of
from render.mail.test_digest import Page, flat

if TYPE_CHECKING:
    from msnewsletter.render.mail.render import Mail


@pytest.fixture
def short(templates: dict[str, str]) -> Mail:
    return render_short(ISSUES["eight"], templates)


def test_it_has_the_three_newest_entries_and_no_other(short: Mail) -> None:
    for shown in (Page(short.html).text, flat(short.text)):
        assert [flat(one.headline) in shown for one in SUMMARIES] == [True] * 3 + [False] * 5
    assert Page(short.html).count("h2") == 3


def test_it_says_how_many_there_are_and_leads_to_all_of_them(short: Mail) -> None:
    for shown in (Page(short.html).text, flat(short.text)):
        assert shown.startswith("Three of eight new studies, in a few words each")
        assert "Read all eight studies, with all that was found" in shown
    top = short.text.decode()[:500]
    assert "\nRead on the web: https://notes.example.org/issues/0007.html\n" in top
    assert "\nUnsubscribe: https://notes.example.org/unsubscribe/\n" in top
    assert "https://notes.example.org/issues/0007.html" in short.text.decode()


def test_its_sentences_are_set_larger_than_the_digests_text(short: Mail) -> None:
    shown = re.sub(r"(?s)^.*?<body", "", short.html.decode())
    sizes = {int(size) for size in re.findall(r"font-size:\s*(\d+)px", shown)} - {0}
    assert min(sizes) >= 16
    assert len(re.findall(r"<h2 style=\"[^\"]*font-size:22px", shown)) == 3
    assert len(re.findall(r"class=\"mind\" style=\"[^\"]*font-size:22px", shown)) == 3


def test_each_study_says_in_a_sentence_what_to_keep_in_mind(short: Mail) -> None:
    for shown in (Page(short.html).text, flat(short.text)):
        for summary in SUMMARIES[:3]:
            first = next(sentences_in(summary.cautions))
            assert shown.index(flat(summary.headline)) < shown.index(f"Keep in mind: {first}")


def test_key_messages_are_its_text_where_the_editor_gave_them(templates: dict[str, str]) -> None:
    messages = ("Walks helped a little.", "Nobody knows why.")
    issue = issue_of(replace(SUMMARIES[0], key_messages=messages), SUMMARIES[1])
    mail = render_short(issue, templates)
    for shown in (Page(mail.html).text, flat(mail.text)):
        for message in messages:
            assert shown.count(message) == 1


def test_of_the_editors_note_it_has_the_first_sentence(templates: dict[str, str]) -> None:
    issue = replace(issue_of(*SUMMARIES), note="**Good** morning to [all](https://a.b). Bye.")
    mail = render_short(issue, templates)
    for shown in (Page(mail.html).text, flat(mail.text)):
        assert "Good morning to all." in shown
        assert "Bye" not in shown
    assert b"https://a.b" not in mail.html + mail.text


def test_it_has_its_own_way_out_where_the_settings_name_its_own_list(
    templates: dict[str, str],
) -> None:
    own = ListAddresses(
        list_address="calm@lists.example.org",
        unsubscribe_url="https://notes.example.org/leave-calm/",
        unsubscribe_address="leave-calm@example.org",
    )
    issue = issue_of(*SUMMARIES, low_energy=own)
    short, whole = render_short(issue, templates), render_mail(issue, templates)
    for part in (short.html, short.text):
        assert part.count(b"https://notes.example.org/leave-calm/") == 2
        assert b"leave-calm@example.org" in part
        assert b"https://notes.example.org/unsubscribe/" not in part
    assert b"leave-calm" not in whole.html + whole.text


def test_it_says_what_every_mail_must(short: Mail) -> None:
    head = ISSUES["eight"].masthead
    for shown in (Page(short.html).text, flat(short.text)):
        for said in (head.disclaimer, head.why, head.postal_address, "AI-written; not checked"):
            assert said in shown
        assert "Unsubscribe" in shown[:300]


def test_an_issue_of_one_needs_no_plural(templates: dict[str, str]) -> None:
    text = flat(render_short(issue_of(SUMMARIES[0]), templates).text)
    assert text.startswith("One new study, in a few words")
    assert "Read the whole issue" in text


def test_a_headline_without_end_is_cut_at_a_word(templates: dict[str, str]) -> None:
    endless = dataclasses.replace(SUMMARIES[0], headline="many words " * 60)
    text = flat(render_short(issue_of(endless), templates).text)
    assert "many words…" in text
    assert len(text) < 1500


def test_studies_with_one_headline_are_told_apart(templates: dict[str, str]) -> None:
    headlines = ["Sleep may help.", "SLEEP may help. (2)", "SLEEP\u00a0may help.", "One more."]
    summaries = [
        dataclasses.replace(SUMMARIES[0], key=f"k{place}", headline=headline)
        for place, headline in enumerate(headlines)
    ]
    mail = render_short(issue_of(*summaries), templates)
    texts = [flat(text).casefold() for _, text in Page(mail.html).links]
    assert len(set(texts)) == len(texts)
    for sentence in ("Sleep may help.", "SLEEP may help. (2)", "SLEEP may help. (3)"):
        assert flat(mail.text).count(sentence + " [") == 1


def test_its_message_is_another_one_than_the_digests(
    short: Mail, templates: dict[str, str]
) -> None:
    head = short.eml.partition(b"\r\n\r\n")[0].decode()
    assert "Subject: Issue 7: 8 studies, 23 November 2026 (short)\r\n" in head
    assert "Message-ID: <short-issue-7." in head
    assert short.eml == render_short(ISSUES["eight"], templates).eml


def test_an_unsubscribe_address_with_a_query_is_found_in_both_bodies(
    templates: dict[str, str],
) -> None:
    issue = issue_of(SUMMARIES[0], unsubscribe_url="https://notes.example.org/u?list=1&token=")
    for mail in (render_short(issue, templates), render_mail(issue, templates)):
        assert b"https://notes.example.org/u?list=1&amp;token=" in mail.html
        assert b"https://notes.example.org/u?list=1&token=" in mail.text


def test_its_review_line_speaks_of_the_summaries_that_it_shows(templates: dict[str, str]) -> None:
    checked = [replace(one, reviewed_by="Ada", reviewed_on=None) for one in SUMMARIES[:3]]
    unchecked = [replace(one, reviewed_by=None, reviewed_on=None) for one in SUMMARIES[3:6]]
    short = render_short(issue_of(*checked, *unchecked), templates)
    assert "All summaries in this mail: AI-written; checked by Ada." in flat(short.text.decode())


def test_a_summarys_own_disclaimer_stands_below_its_sentence(short: Mail) -> None:
    own, head = SUMMARIES[2].disclaimer, ISSUES["eight"].masthead
    assert own
    for shown in (Page(short.html).text, flat(short.text)):
        sentence = shown.index(flat(SUMMARIES[2].headline))
        assert sentence < shown.index(own) < shown.index("Read all eight studies")
        assert (shown.count(own), shown.count(head.disclaimer)) == (1, 1)
