"""Corrections of earlier issues: first, in every part, and enough for an issue of their own."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import pytest

from msnewsletter.model import Status
from msnewsletter.render.mail.render import render_mail, render_short
from render.mail.samples import (
    CORRECTIONS,
    ISSUES,
    SUMMARIES,
    corrected,
    correction_of,
    issue_of,
    many,
)
from render.mail.test_digest import Page, flat

if TYPE_CHECKING:
    from collections.abc import Callable

    from msnewsletter.model import Issue
    from msnewsletter.render.mail.render import Mail

ALONE = corrected(issue_of())
LABELS = ("Retracted study in issue 2", "Correction to issue 6", "Withdrawn from issue 6")


def parts_of(mail: Mail) -> tuple[str, str]:
    """Both parts, without the marks around what runs the other way."""
    return Page(mail.html).text, flat(mail.text).translate({0x2068: None, 0x2069: None})


def many_corrections(count: int, note: str = "We were wrong.") -> Issue:
    return corrected(
        issue_of(*SUMMARIES[:2]),
        *(
            correction_of(f"c-{one}", f"Study {one} said so.", Status.CORRECTED, note)
            for one in range(count)
        ),
    )


@pytest.mark.parametrize("issue", [ISSUES["corrections"], ALONE], ids=["with studies", "alone"])
def test_each_says_which_issue_what_we_wrote_what_became_of_it_and_why(
    issue: Issue, templates: dict[str, str]
) -> None:
    for mail in (render_mail(issue, templates), render_short(issue, templates)):
        for shown in parts_of(mail):
            for one, label in zip(CORRECTIONS, LABELS, strict=True):
                told = shown.index(label)
                assert shown.index(f"“{one.headline}”") > told
                assert shown.index(one.note or "") > told


def test_they_are_one_block_with_one_heading_and_a_paragraph_each(
    templates: dict[str, str],
) -> None:
    for mail in (render_mail(ISSUES["corrections"], templates), render_short(ALONE, templates)):
        html = mail.html.decode()
        assert html.count('class="correction"') == 1
        (block,) = re.findall(r'(?s)class="correction".*?</table>', html)
        assert re.findall(r"<h2[^>]*>([^<]*)", block) == ["Corrections to earlier issues"]
        assert block.count("<p ") == len(CORRECTIONS) + 1  # what to do, once
        advice = "Please do not rely on what was taken back."
        assert mail.text.decode().count(advice) == 1
        assert f"Corrections to earlier issues\n{advice}\n\nRetracted" in mail.text.decode()


def test_one_alone_has_its_label_as_the_heading_and_says_it_once(templates: dict[str, str]) -> None:
    one = dataclasses.replace(ALONE, corrections=CORRECTIONS[1:2])
    for mail in (render_mail(one, templates), render_short(one, templates)):
        html, text = mail.html.decode(), mail.text.decode()
        assert re.findall(r"<h2[^>]*>([^<]*)</h2><p[^>]*>([^<]*)", html) == [
            ("Correction to issue 6", "In “")
        ]
        assert "\nCorrection to issue 6\n\nIn “Balance" in text
        assert html.count("Correction to issue 6") == text.count("Correction to issue 6") == 1


def test_a_changed_headline_is_shown_beside_the_old_one_and_is_the_link(
    templates: dict[str, str],
) -> None:
    new = "Balance boards helped 14 people with MS to stand more steadily."
    after = dataclasses.replace(SUMMARIES[0], key="balance-boards", headline=new)
    one = dataclasses.replace(CORRECTIONS[1], after=after)
    mail = render_mail(corrected(ALONE, one), templates)
    for shown in parts_of(mail):
        assert f"We wrote: “{one.headline}” It now says: “{new}” We wrote that 140" in shown
    assert [url for url, text in Page(mail.html).links if text == new]


def test_a_takedown_repeats_no_headline(templates: dict[str, str]) -> None:
    one = dataclasses.replace(
        CORRECTIONS[0], headline="", status=Status.TAKEN_DOWN, note=None, carried=ALONE.cutoff
    )
    mail = render_mail(corrected(ALONE, one), templates)
    for shown in parts_of(mail):
        assert "A summary in issue 2 of 23 November 2026 was taken down." in shown
        assert "“" not in shown[shown.index("Taken down") :]
    assert "A summary in issue 2 of 23 November 2026" in dict(Page(mail.html).links).values()


@pytest.mark.parametrize("edition", [render_mail, render_short])
def test_they_stand_before_everything_that_is_new(edition, templates: dict[str, str]) -> None:  # noqa: ANN001
    issue = corrected(issue_of(*SUMMARIES))
    for shown in parts_of(edition(issue, templates)):
        last = shown.index(LABELS[-1])
        for new in ("In this issue", SUMMARIES[0].headline[:40]):
            assert shown.find(new) == -1 or shown.index(new) > last


def test_each_leads_to_the_summarys_page_on_our_site(templates: dict[str, str]) -> None:
    mail = render_mail(ISSUES["corrections"], templates)
    links = dict(Page(mail.html).links)
    for key, words in (
        ("sleep-tracker-68f3f8f2", "People who wore a sleep tracker"),
        ("balance-boards-ad543b7a", "Balance boards helped 140"),
        ("arabic-diet-73db6822", "ركّزت"),
    ):
        url = f"https://notes.example.org/summaries/{key}.html"
        assert links[url].startswith(words)
        assert f"] {url}\n" in mail.text.decode()


def test_an_issue_of_corrections_alone_says_so_where_it_counts(templates: dict[str, str]) -> None:
    mail, short = render_mail(ALONE, templates), render_short(ALONE, templates)
    for shown in parts_of(mail):
        assert shown.startswith("Three corrections to earlier issues, about 1 minute")
    for shown in parts_of(short):
        assert shown.startswith("Three corrections to earlier issues")
        assert "Read the whole issue" in shown
    assert b"\r\nSubject: Issue 7: 3 corrections, 23 November 2026\r\n" in mail.eml
    one = dataclasses.replace(ALONE, corrections=CORRECTIONS[:1])
    assert flat(render_mail(one, templates).text).startswith("One correction to an earlier issue,")
    for made in (mail, short):
        for shown in parts_of(made):
            assert ALONE.masthead.disclaimer in shown
            assert "AI-written" not in shown
            assert "new stud" not in shown


def test_the_subject_of_an_issue_with_both_counts_the_corrections_first(
    mails: dict[str, Mail],
) -> None:
    assert b"\r\nSubject: Issue 7: 3 corrections, 2 studies, " in mails["corrections"].eml


def test_a_german_subject_says_that_something_was_wrong(templates: dict[str, str]) -> None:
    issue = corrected(issue_of(*SUMMARIES[:1]), CORRECTIONS[0])
    told = dataclasses.replace(
        issue.masthead, language="de", words="de", subject="Ausgabe {number}: {count}, {date}"
    )
    mail = render_mail(dataclasses.replace(issue, masthead=told), templates)
    assert b"\r\nSubject: Ausgabe 7: 1 Korrektur, 1 Studie, 23. November 2026\r\n" in mail.eml


def test_two_corrections_of_one_headline_have_different_link_texts(
    templates: dict[str, str],
) -> None:
    twins = [correction_of(key, "The same.", Status.CORRECTED, "Why.") for key in ("a", "b")]
    page = Page(render_mail(corrected(ALONE, *twins), templates).html)
    assert len({text for _, text in page.links}) == len(page.links)


def test_hundreds_of_corrections_go_out_unclipped_with_the_number_of_those_left_out(
    templates: dict[str, str],
) -> None:
    issue = dataclasses.replace(
        many_corrections(300, note="We were wrong. " * 60), entries=issue_of(*many(80)).entries
    )
    mail = render_mail(issue, templates)
    assert len(mail.html) < 102_400
    page = Page(mail.html)
    shown = page.text.count("Correction to issue 6")
    assert shown > 10
    assert f"Read {300 - shown} more corrections on the web page of this issue" in page.text
    assert page.text.startswith("300 corrections; 80 studies, about ")


def test_the_low_energy_edition_shows_three_and_counts_the_others(
    templates: dict[str, str],
) -> None:
    for shown in parts_of(render_short(many_corrections(4), templates)):
        assert shown.count("Correction to issue 6") == 3
        assert "Read 1 more correction on the web page of this issue" in shown
        assert shown.startswith("Four corrections, two new studies, in a few words each")


def test_a_note_without_end_is_cut_at_a_word_and_none_leaves_no_gap(
    templates: dict[str, str],
) -> None:
    page = Page(render_mail(many_corrections(1, note="many words " * 400), templates).html).text
    assert re.search(r"many words many(?: words)?…", page)
    assert len(page) < 3000
    bare = dataclasses.replace(CORRECTIONS[1], note=None)
    text = render_mail(corrected(ALONE, bare), templates).text.decode()
    assert re.search(r"we\s+have\s+corrected\s+a\s+mistake\.\s+\[1\]\n", text)


@pytest.mark.parametrize("render", [render_mail, render_short])
def test_the_disclaimer_of_summaries_ends_a_mail_that_has_none(
    render: Callable[[Issue, dict[str, str]], Mail], templates: dict[str, str]
) -> None:
    said = ALONE.masthead.disclaimer
    for part in parts_of(render(ALONE, templates)):
        assert part.count(said) == 1
        assert part.index(LABELS[-1]) < part.index(said)
    for part in parts_of(render(ISSUES["corrections"], templates)):
        assert part.index(said) < part.index(LABELS[0])
