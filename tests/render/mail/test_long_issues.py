"""Long issues: shorter entries, a mail that is never clipped, and nothing dropped."""

from __future__ import annotations

import dataclasses
from itertools import accumulate
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.checks.html_reader import read_page
from msnewsletter.model import MailDetail, Status
from msnewsletter.publisher.readiness import findings_in
from msnewsletter.render.mail.issue_folder import render_folder
from msnewsletter.render.mail.list_addresses import list_addresses
from msnewsletter.render.mail.render import render_mail
from msnewsletter.render.mail.shortening import (
    ROOM,
    ROOM_OF_LINES,
    Detail,
    details,
    first_fitting,
    shortening,
    transitions,
)
from msnewsletter.render.mail.view import digest_view
from msnewsletter.render.xml_text import uri
from msnewsletter.urls import entry_link
from render.mail.samples import SUMMARIES, corrected, correction_of, issue_of, many

if TYPE_CHECKING:
    from msnewsletter.model import Issue
    from msnewsletter.render.mail.render import Mail
    from msnewsletter.render.mail.view import DigestView

CLIPPED = 102_400  # bytes; Gmail


def studies_in(mail: Mail) -> tuple[int, int]:
    """How many studies have a text, and how many are linked headlines."""
    page = read_page(mail.html.decode())
    headings = [one for one in page.headings if one.tag == "h2" and one.linked]
    return len(headings), mail.html.decode().count("<li ")


@pytest.mark.parametrize("number", [1, 3, 8, 12, 13, 24, 80, 150])
def test_the_html_keeps_its_room_the_first_dozen_their_text_and_every_study_is_there(
    number: int, templates: dict[str, str]
) -> None:
    issue = issue_of(*many(number))
    mail = render_mail(issue, templates)
    assert len(mail.html) <= ROOM
    assert studies_in(mail) == (min(number, 12), max(0, number - 12))
    for entry in issue.entries:
        link = uri(entry_link(issue.masthead, entry))
        assert link.replace("&", "&amp;") in mail.html.decode()
        assert link in mail.text.decode()


@pytest.mark.parametrize("number", [400, 1000, 5_000, 10_000])
def test_very_many_studies_are_listed_as_far_as_they_fit_and_the_rest_is_counted(
    number: int, templates: dict[str, str]
) -> None:
    mail = render_mail(issue_of(*many(number)), templates)
    texts, lines = studies_in(mail)
    assert len(mail.html) <= ROOM_OF_LINES
    assert texts == 12
    assert 150 < lines < number - 12
    for part in (mail.html, mail.text):
        said = " ".join(part.decode().split())
        assert f"{number} studies" in said
        assert f"Read of {number - 12 - lines} more studies on the web page of this issue" in said


def test_four_hundred_headlines_full_of_signs_that_html_escapes_are_never_clipped(
    templates: dict[str, str],
) -> None:
    headline = "&\"<5 ' " * 32 + "& so on."
    issue = issue_of(*(dataclasses.replace(one, headline=f"{place} {headline}")
                       for place, one in enumerate(many(400))))  # fmt: skip
    for detail in MailDetail:
        changed = dataclasses.replace(issue.masthead, detail=detail)
        mail = render_mail(dataclasses.replace(issue, masthead=changed), templates)
        assert len(mail.html) <= ROOM_OF_LINES


@pytest.mark.parametrize(
    ("detail", "whole"), [(MailDetail.LEAD, 1), (MailDetail.WHOLE, 8), (MailDetail.SHORT, 0)]
)
def test_the_settings_say_how_many_studies_are_whole(
    detail: MailDetail, whole: int, templates: dict[str, str]
) -> None:
    long = dataclasses.replace(SUMMARIES[0], found=f"{SUMMARIES[0].found}\n\nThe end of it.")
    each = (dataclasses.replace(long, key=f"k{number}") for number in range(8))
    mail = render_mail(issue_of(*each, detail=detail), templates)
    for part in (mail.html, mail.text):
        assert part.count(b"The end of it.") == whole


def test_verbose_templates_of_an_editor_are_shortened_too(templates: dict[str, str]) -> None:
    entries = templates["digest/entries.mjml.j2"]
    before, _, after = entries.partition("<h2")
    verbose = f"{before}<p>{'more ' * 2_000}</p>\n<h2{after}"
    mail = render_mail(issue_of(*many(40)), {**templates, "digest/entries.mjml.j2": verbose})
    assert len(mail.html) <= ROOM_OF_LINES


LONG = "A very long headline " * 3_000 + "ends here."


@pytest.mark.parametrize(
    "texts",
    [
        {"headline": LONG},
        {"headline": "w" * 60_000},
        {"headline": "睡" * 20_000},
        {"found": "It rose. " * 7_000},
        {"journal": "Journal of Everything " * 3_000},
        {"studied_in": "people and mice " * 4_000},
        {"cautions": "It is small. " * 2_000},
        {"cautions": "- It is small\n" * 2_000},
    ],
    ids="-".join,
)
@pytest.mark.parametrize("position", [0, 3, 7])
def test_one_long_text_is_cut_and_costs_no_other_entry_its_own(
    position: int, texts: dict[str, str], templates: dict[str, str]
) -> None:
    plain = [dataclasses.replace(SUMMARIES[0], key=f"k{number}") for number in range(8)]
    plain[position] = dataclasses.replace(plain[position], **texts)
    mail = render_mail(issue_of(*plain, detail=MailDetail.WHOLE), templates)
    html, text = mail.html.decode(), " ".join(mail.text.decode().split())
    assert len(mail.html) <= ROOM
    assert html.count("Forty-eight people with relapsing MS") == 8 - ("found" in texts)
    assert html.count("The others had not changed.") == 8 - ("found" in texts)
    assert text.count(SUMMARIES[0].headline) == 8 - ("headline" in texts)


def test_a_long_headline_is_cut_at_a_word() -> None:
    issue = issue_of(dataclasses.replace(SUMMARIES[0], headline=LONG))
    (entry,) = view_of(issue).entries
    assert 250 < len(entry.headline) <= 300
    assert LONG.startswith(entry.headline.removesuffix("…") + " ")
    unbroken = issue_of(dataclasses.replace(SUMMARIES[0], headline="w" * 60_000))
    (entry,) = view_of(unbroken).entries
    assert len(entry.headline) == 300


def view_of(issue: Issue, steps: int = 0) -> DigestView:
    return digest_view(
        issue,
        unsubscribe=list_addresses(issue.masthead, short=False),
        chosen=details(len(issue.entries), steps, issue.masthead.detail),
    )


@pytest.mark.parametrize("headline", [LONG, "w" * 60_000, SUMMARIES[0].headline * 3])
def test_a_cut_headline_is_checked_for_its_caution_like_any_other(
    headline: str, templates: dict[str, str]
) -> None:
    issue = issue_of(dataclasses.replace(SUMMARIES[0], headline=headline))
    names = [one.name for one in findings_in(issue, render_folder(issue, templates).files)]
    assert "no-caution" not in names
    silent = templates["digest/caution.mjml.j2"].replace("{{ caution.text }}", "")
    assert silent != templates["digest/caution.mjml.j2"]
    files = render_folder(issue, {**templates, "digest/caution.mjml.j2": silent}).files
    assert "no-caution" in {one.name for one in findings_in(issue, files)}


@given(st.integers(0, 2_000), st.sampled_from(MailDetail), st.data())
def test_entries_shrink_from_the_end_no_more_than_needed(
    entries: int, detail: MailDetail, data: st.DataObject
) -> None:
    whole, short, line, frame = (
        data.draw(st.integers(low, high))
        for low, high in ((2_000, 9_000), (900, 2_000), (220, 900), (1_000, 9_000))
    )
    bytes_of = {Detail.WHOLE: whole, Detail.SHORT: short, Detail.LINE: line, Detail.OUT: 0}
    rendered: list[int] = []

    def size(steps: int, corrections: int) -> int:
        assert corrections == 0
        chosen = details(entries, steps, detail)
        assert chosen == sorted(chosen, reverse=True)
        rendered.append(sum(one is not Detail.OUT for one in chosen))
        return frame + sum(map(bytes_of.__getitem__, chosen))

    def room(steps: int) -> int:
        chosen = details(entries, steps + 1, detail)
        return ROOM_OF_LINES if Detail.OUT in chosen else ROOM

    steps, _ = shortening(entries, 0, size, detail)
    looks = len(rendered)
    all_steps = len(transitions(entries, detail))
    assert size(steps, 0) <= room(steps) or steps == all_steps
    # One step less would have been too long.
    assert not steps or entries > 490 or size(steps - 1, 0) > room(steps - 1)
    assert looks < 18
    assert max(rendered) < 500
    # The first dozen keep a text while any other entry is shown.
    chosen = details(entries, steps, detail)
    assert all(one > Detail.LINE for one in chosen[:12]) or not any(chosen[12:])


@given(
    st.integers(0, 50),
    st.lists(st.integers(0, 3_000), max_size=300),
    st.integers(-5_000, 400_000),
)
def test_what_fits_first_is_found_however_unevenly_the_bytes_fall(
    start: int, falls: list[int], most: int
) -> None:
    excess = [most - fallen for fallen in accumulate(falls)]
    steps = range(start, start + len(excess))
    found = first_fitting(steps, lambda step: excess[step - start])
    assert found == next((step for step in steps if excess[step - start] <= 0), steps.stop)


@pytest.mark.parametrize("number", [0, 1, 24, 5_000])
def test_many_long_corrections_leave_room_for_entries(
    number: int, templates: dict[str, str]
) -> None:
    corrections = [
        correction_of(f"c-{each}", "更" * 300, Status.CORRECTED, "正" * 700) for each in range(400)
    ]
    mail = render_mail(corrected(issue_of(*many(number)), *corrections), templates)
    html = mail.html.decode()
    assert len(mail.html) <= (ROOM_OF_LINES if number > 24 else ROOM)
    assert html.count("Correction to issue") > 3
    assert "more corrections on the web page" in html
    texts, lines = studies_in(mail)
    assert texts + lines >= min(number, 24)


def test_reading_time_counts_what_is_shown() -> None:
    long = dataclasses.replace(SUMMARIES[0], found="word " * 2_000)
    issue = issue_of(*(dataclasses.replace(long, key=str(number)) for number in range(40)))
    whole, short = view_of(issue), view_of(issue, steps=1)
    assert whole.minutes > short.minutes
    assert f"about {whole.minutes} minutes" in whole.first_line
    assert f"about {short.minutes} minutes" in short.first_line
