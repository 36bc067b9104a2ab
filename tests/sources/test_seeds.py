"""The five real pages, compared with a slicing that shares no code with the reader."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from msnewsletter.sources import Reading, list_files, read_file

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.model import Summary


@pytest.fixture(scope="module")
def pages(shared: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((shared / "seeds").glob("*.txt"))]


@pytest.fixture(scope="module")
def summaries(shared: Path) -> tuple[Summary, ...]:
    listing = list_files(shared / "seeds", format="auto", display_path=str)
    reading = Reading.joined(read_file(file) for file in listing.files)
    assert not (listing.refused)
    assert not (reading.refused)
    assert not (reading.warned)
    return reading.summaries


def test_all_five_pages_come_with_their_files_name_as_key(
    summaries: tuple[Summary, ...], shared: Path
) -> None:
    names = sorted(path.stem for path in (shared / "seeds").glob("*.txt"))
    assert [summary.key for summary in summaries] == names
    assert len(names) == 5


def test_leads_and_fifteen_sections_are_the_bytes_of_the_first_four_lines(
    summaries: tuple[Summary, ...], pages: list[bytes]
) -> None:
    for summary, data in zip(summaries, pages, strict=True):
        texts = [summary.headline, summary.found, summary.why_it_matters, summary.cautions]
        assert [text.encode() for text in texts] == data.split(b"\n")[:4]


def test_exactly_one_page_has_a_disclaimer_and_it_is_verbatim(
    summaries: tuple[Summary, ...], pages: list[bytes]
) -> None:
    given = [summary.disclaimer for summary in summaries if summary.disclaimer is not None]
    lines = [line for data in pages for line in data.split(b"\n") if line.startswith(b"AI-gen")]
    assert [text.encode() for text in given] == lines
    assert len(lines) == 1


def test_five_journals_stand_as_in_the_paragraph(
    summaries: tuple[Summary, ...], pages: list[bytes]
) -> None:
    for summary, data in zip(summaries, pages, strict=True):
        after = data[data.index(b"medical journals like ") + len(b"medical journals like ") :]
        assert summary.journal is not None
        assert summary.journal.encode() == after[: after.index(b" often range from")]
    assert len({summary.journal for summary in summaries}) == 5


def test_thirty_cards_of_which_fourteen_are_distinct(
    summaries: tuple[Summary, ...], pages: list[bytes]
) -> None:
    for summary, data in zip(summaries, pages, strict=True):
        lines = data.replace(b"Read More", b"\n").split(b"\n")
        starts = [index for index, line in enumerate(lines) if line.count(b"/") == 2]
        expected = [
            (dt.datetime.strptime(lines[index].decode(), "%m/%d/%Y").date(), lines[index + 1])  # noqa: DTZ007  (a day)
            for index in starts
            if len(lines[index]) <= 10
        ]
        assert [(card.date, card.teaser.encode()) for card in summary.related] == expected
    cards = [card for summary in summaries for card in summary.related]
    assert len(cards) == 30
    assert len(set(cards)) == 14
    assert {len(card.teaser) for card in cards} == {100}


def test_no_page_borrows_a_date(summaries: tuple[Summary, ...]) -> None:
    for summary in summaries:
        assert summary.published is None
        assert summary.cover_date is None
        assert (summary.doi, summary.pmid, summary.url) == (None, None, None)
