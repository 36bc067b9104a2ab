"""Long issues: shorter entries, a mail that is never clipped, and nothing dropped."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.render.mail.render import render_mail
from msnewsletter.render.mail.shortening import ROOM, Detail, details
from msnewsletter.render.mail.view import digest_view
from msnewsletter.render.xml_text import uri
from msnewsletter.urls import entry_link
from render.mail.samples import SUMMARIES, issue_of, many

if TYPE_CHECKING:
    from msnewsletter.render.mail.render import Mail

CLIPPED = 102_400  # bytes; Gmail
SHORTER = [Detail.FULL, Detail.TEASER, Detail.LINE]

sizes = st.lists(
    st.tuples(*(st.integers(low, high) for low, high in ((2_000, 9_000), (900, 2_000), (100, 900))))
)


@pytest.mark.parametrize("number", [1, 8, 30, 80, 150])
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


def test_a_thousand_studies_are_listed_as_far_as_they_fit_and_the_rest_is_counted(
    templates: dict[str, str],
) -> None:
    mail = render_mail(issue_of(*many(1000)), templates)
    listed = len(re.findall("<h2", mail.html.decode()))
    assert len(mail.html) < CLIPPED
    assert 250 < listed < 1000
    for part in (mail.html, mail.text):
        said = " ".join(part.decode().split())
        assert "1000 new studies" in said
        assert f"Read of {1000 - listed} more studies on the web page of this issue" in said
        assert f"{1000 - listed} only on the web page" in said


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


@given(sizes, st.integers(-1_000, 400_000))
def test_entries_shrink_from_the_end_no_more_than_needed(
    sizes: list[tuple[int, int, int]], room: int
) -> None:
    chosen = details(sizes, room)
    order = [SHORTER.index(each) for each in chosen]
    total = sum(size[place] for size, place in zip(sizes, order, strict=True))
    assert len(chosen) == len(sizes)
    assert order == sorted(order)
    assert max(order, default=0) - min(order, default=0) <= 1
    assert total <= room or set(chosen) <= {Detail.LINE}
    # One step less would have been too long.
    shrunk = [place for place, each in enumerate(order) if each == max(order)]
    if shrunk and max(order) > 0:
        step = sizes[shrunk[0]]
        assert total - step[max(order)] + step[max(order) - 1] > room


def test_reading_time_counts_what_is_shown() -> None:
    long = dataclasses.replace(SUMMARIES[0], found="word " * 2_000)
    issue = issue_of(*(dataclasses.replace(long, key=str(number)) for number in range(40)))
    whole = digest_view(issue, unsubscribe_url=None, room=10**9)
    short = digest_view(issue, unsubscribe_url=None)
    assert "about 4" in whole.first_line
    assert whole.first_line != short.first_line
