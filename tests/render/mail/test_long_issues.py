"""Long issues: shorter entries, a mail that is never clipped, and nothing dropped."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.model import Status
from msnewsletter.publisher.readiness import findings_in
from msnewsletter.render.mail.issue_folder import render_folder
from msnewsletter.render.mail.render import render_mail
from msnewsletter.render.mail.shortening import ROOM, ROOM_OF_LINES, Detail, details, shortening
from msnewsletter.render.mail.view import digest_view
from msnewsletter.render.xml_text import uri
from msnewsletter.urls import entry_link
from render.mail.samples import SUMMARIES, corrected, correction_of, issue_of, many

if TYPE_CHECKING:
    from msnewsletter.render.mail.render import Mail

CLIPPED = 102_400  # bytes; Gmail
SHORTER = [Detail.FULL, Detail.TEASER, Detail.LINE]


@pytest.mark.parametrize("number", [1, 8, 24, 80, 150])
def test_the_html_keeps_its_room_and_every_study_is_there(
    number: int, templates: dict[str, str]
) -> None:
    issue = issue_of(*many(number))
    mail = render_mail(issue, templates)
    assert len(mail.html) <= ROOM
    assert len(re.findall("<h2", mail.html.decode())) == number
    for entry in issue.entries:
        link = uri(entry_link(issue.masthead, entry))
        assert link.replace("&", "&amp;") in mail.html.decode()
        assert link in mail.text.decode()


def test_two_hundred_and_seventy_studies_are_lines_and_not_clipped(
    templates: dict[str, str],
) -> None:
    mail = render_mail(issue_of(*many(270)), templates)
    assert len(mail.html) < CLIPPED
    assert len(re.findall("<h2", mail.html.decode())) == 270
    # The lines are contents enough.
    assert b"In this issue" not in mail.html


@pytest.mark.parametrize("number", [400, 1000, 5_000, 10_000])
def test_very_many_studies_are_listed_as_far_as_they_fit_and_the_rest_is_counted(
    number: int, templates: dict[str, str]
) -> None:
    mail = render_mail(issue_of(*many(number)), templates)
    listed = len(re.findall("<h2", mail.html.decode()))
    assert len(mail.html) <= ROOM_OF_LINES
    assert 250 < listed < 400
    for part in (mail.html, mail.text):
        said = " ".join(part.decode().split())
        assert f"{number} new studies" in said
        assert f"Read of {number - listed} more studies on the web page of this issue" in said
        assert f"{number - listed} only on the web page" in said


def test_what_was_left_out_is_said_with_its_number(mails: dict[str, Mail]) -> None:
    said = re.search(
        r"it shows its 80 studies in part: (\d+) without their findings and (\d+) without anything",
        " ".join(mails["eighty"].text.decode().split()),
    )
    assert said
    html = mails["eighty"].html.decode()
    links = html.count("Read the whole summary: ")
    findings = html.count("What was found?")
    assert int(said[1]) == links - findings
    assert int(said[2]) == 80 - links


def test_an_issue_that_fits_is_whole_and_says_nothing_of_length(mails: dict[str, Mail]) -> None:
    for name in ("one", "eight"):
        assert b"keep this mail short" not in mails[name].html + mails[name].text
        assert b"What was found?" in mails[name].html


def test_verbose_templates_of_an_editor_are_shortened_too(templates: dict[str, str]) -> None:
    entries = templates["digest/entries.mjml.j2"]
    before, _, after = entries.rpartition("<h2")
    verbose = f"{before}<p>{'more ' * 300}</p>\n<h2{after}"
    mail = render_mail(issue_of(*many(40)), {**templates, "digest/entries.mjml.j2": verbose})
    assert len(mail.html) <= ROOM


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
    ],
)
@pytest.mark.parametrize("position", [0, 3, 7])
def test_one_long_text_is_cut_and_costs_no_other_entry_its_own(
    position: int, texts: dict[str, str], templates: dict[str, str]
) -> None:
    plain = [dataclasses.replace(SUMMARIES[0], key=f"k{number}") for number in range(8)]
    plain[position] = dataclasses.replace(plain[position], **texts)
    mail = render_mail(issue_of(*plain), templates)
    html, text = mail.html.decode(), " ".join(mail.text.decode().split())
    assert len(mail.html) <= ROOM
    assert html.count("What was found?") == 8 - ("found" in texts)
    assert html.count("Forty-eight people with relapsing MS") == 8 - ("found" in texts)
    assert text.count(SUMMARIES[0].headline) == 8 - ("headline" in texts)


def test_a_long_headline_is_cut_at_a_word_also_where_it_names_its_study() -> None:
    issue = issue_of(dataclasses.replace(SUMMARIES[0], headline=LONG))
    (entry,) = digest_view(issue, unsubscribe_url="").entries
    assert 250 < len(entry.headline) <= 300
    assert LONG.startswith(entry.headline.removesuffix("…") + " ")
    assert 35 < len(entry.name) <= 70
    assert LONG.startswith(entry.name.removesuffix("…") + " ")
    unbroken = issue_of(dataclasses.replace(SUMMARIES[0], headline="w" * 60_000))
    (entry,) = digest_view(unbroken, unsubscribe_url="").entries
    assert (len(entry.headline), len(entry.name)) == (300, 70)


@pytest.mark.parametrize("headline", [LONG, "w" * 60_000, SUMMARIES[0].headline * 3])
def test_a_cut_headline_is_checked_for_its_caution_like_any_other(
    headline: str, templates: dict[str, str]
) -> None:
    issue = issue_of(dataclasses.replace(SUMMARIES[0], headline=headline))
    names = [one.name for one in findings_in(issue, render_folder(issue, templates).files)]
    assert "no-caution" not in names
    silent = templates["digest/entries.mjml.j2"].replace("{{ entry.caution }}", "")
    assert silent != templates["digest/entries.mjml.j2"]
    files = render_folder(issue, {**templates, "digest/entries.mjml.j2": silent}).files
    assert "no-caution" in {one.name for one in findings_in(issue, files)}


@given(st.integers(0, 2_000), st.data())
def test_entries_shrink_from_the_end_no_more_than_needed(entries: int, data: st.DataObject) -> None:
    whole, teaser, line, frame = (
        data.draw(st.integers(low, high))
        for low, high in ((2_000, 9_000), (900, 2_000), (220, 900), (1_000, 9_000))
    )
    bytes_of = {Detail.FULL: whole, Detail.TEASER: teaser, Detail.LINE: line}
    rendered: list[int] = []

    def size(steps: int, corrections: int) -> int:
        assert corrections == 0
        chosen = details(entries, steps)
        assert chosen == sorted(chosen, key=SHORTER.index)
        rendered.append(len(chosen))
        return frame + sum(map(bytes_of.__getitem__, chosen))

    steps, _ = shortening(entries, 0, size)
    lines = 2 * entries
    assert size(steps, 0) <= (ROOM if steps < lines else ROOM_OF_LINES)
    # One step less would have been too long.
    assert not steps or size(steps - 1, 0) > (ROOM if steps - 1 < lines else ROOM_OF_LINES)
    assert len(rendered) < 16
    assert max(rendered) < 500


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
    assert len(re.findall("<h2", html)) - 1 >= min(number, 24)


def test_reading_time_counts_what_is_shown() -> None:
    long = dataclasses.replace(SUMMARIES[0], found="word " * 2_000)
    issue = issue_of(*(dataclasses.replace(long, key=str(number)) for number in range(40)))
    whole = digest_view(issue, unsubscribe_url="")
    short = digest_view(issue, unsubscribe_url="", steps=40)
    assert "about 4" in whole.first_line
    assert whole.first_line != short.first_line
