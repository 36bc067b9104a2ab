"""`read` prints what a file gives, and what it prints as JSON reads back."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING

from homes import command, empty_home, write_summary
from msnewsletter.cli.read import _SHOWN_FIRST
from msnewsletter.model import Summary
from msnewsletter.sources import read_bytes

if TYPE_CHECKING:
    from pathlib import Path

FIELDS = {
    "title": "A short one",
    "key_messages": '["It rose, a little.", It fell.]',
    "caution": "Only 12 people took part.",
    "evidence": "Peer-reviewed, trial",
    "participants": "12 people",
    "authors": "Lee, B.; Smith, J.",
    "language": "en-GB",
}


def test_what_helps_is_printed_where_it_is_given_and_only_there(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    place = str(write_summary(home, "a"))
    plain = command(home, "read", place).stdout.splitlines()
    write_summary(home, "a", **FIELDS)
    full = command(home, "read", place).stdout.splitlines()
    assert full == [
        *plain[:-1],
        "  title: A short one",
        "  caution: Only 12 people took part.",
        "  key messages: It rose, a little. / It fell.",
        "  evidence: trial, peer reviewed",
        "  participants: 12 people",
        "  authors: Lee, B.; Smith, J.",
        "  language: en-GB",
        plain[-1],
    ]


# Each field that a source may give, and what `read` shows of it.
GIVEN = {
    "title": ("A short one", "A short one"),
    "key_messages": ("[It rose., It fell.]", "It rose. / It fell."),
    "caution": ("Only 12 people took part.", "Only 12 people took part."),
    "teaser": ("It helps.", "It helps."),
    "cover_date": ("2026-12", "2026-12"),
    "doi": ("10.1000/example", "10.1000/example"),
    "pmid": ("123", "123"),
    "url": ("https://example.org/a", "https://example.org/a"),
    "studied_in": ("mice", "mice"),
    "tags": ("[sleep, heat]", "sleep, heat"),
    "evidence": ("peer reviewed, trial", "trial, peer reviewed"),
    "participants": ("12 people", "12 people"),
    "population": ("adults", "adults"),
    "paper_title": ("On sleep", "On sleep"),
    "authors": ("Lee, B.; Smith, J.", "Lee, B.; Smith, J."),
    "funding": ("A fund", "A fund"),
    "interests": ("None", "None"),
    "language": ("en-GB", "en-GB"),
    "reviewed_by": ("Dr. A. Example", "Dr. A. Example"),
    "reviewed_on": ("2026-11-20", "2026-11-20"),
    "written_by": ("people", "people"),
    "disclaimer": ("No advice.", "No advice."),
    "status": ("corrected", "corrected"),
    "note": ("A number was wrong.", "A number was wrong."),
}


def test_every_field_that_is_given_is_printed(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    front = {name: given for name, (given, _) in GIVEN.items()}
    place = str(write_summary(home, "a", **front))
    printed = command(home, "read", place).stdout.splitlines()
    for name, (_, shown) in GIVEN.items():
        assert f"  {name.replace('_', ' ')}: {shown}" in printed
    known = {field.name for field in fields(Summary)}
    assert known - GIVEN.keys() - _SHOWN_FIRST == {"related"}


def test_the_cards_of_a_page_are_printed(tmp_path: Path, root: Path) -> None:
    home = empty_home(tmp_path)
    printed = command(home, "read", str(root / "summaries/exercise-page.txt")).stdout
    assert "  related: 20" in printed


def test_what_is_printed_as_json_reads_back_the_same(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    for given in (FIELDS, {}):
        place = str(write_summary(home, "a", **given))
        printed = command(home, "read", "--json", place).stdout
        (before,) = read_bytes(
            (home.root / "summaries" / "a.md").read_bytes(), location=place
        ).summaries
        (after,) = read_bytes(printed.encode(), location="a.json").summaries
        (document,) = json.loads(printed)
        assert (document["key_messages"] == []) is (not given)
        for name in document.keys() - {"location"}:
            assert getattr(after, name) == getattr(before, name)


def test_of_very_many_refusals_it_says_how_to_see_the_others(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    folder = home.root / "bad"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number}.md").write_text("")
    said = command(home, "read", str(folder)).stderr
    assert "refused: 10 more; name fewer files, or a folder further down" in said
    assert "status" not in said
