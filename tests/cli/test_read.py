"""`read` prints what a file gives, and what it prints as JSON reads back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from homes import command, empty_home, write_summary
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
        "  key messages: It rose, a little. / It fell.",
        "  caution: Only 12 people took part.",
        "  evidence: trial, peer reviewed",
        "  participants: 12 people",
        "  authors: Lee, B.; Smith, J.",
        "  language: en-GB",
        plain[-1],
    ]


def test_what_is_printed_as_json_reads_back_the_same(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    for fields in (FIELDS, {}):
        place = str(write_summary(home, "a", **fields))
        printed = command(home, "read", "--json", place).stdout
        (before,) = read_bytes(
            (home.root / "summaries" / "a.md").read_bytes(), location=place
        ).summaries
        (after,) = read_bytes(printed.encode(), location="a.json").summaries
        (document,) = json.loads(printed)
        assert (document["key_messages"] == []) is (not fields)
        for name in document.keys() - {"location"}:
            assert getattr(after, name) == getattr(before, name)
