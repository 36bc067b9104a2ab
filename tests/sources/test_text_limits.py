"""How long a text may be; what is longer is refused in one line, and the others go on."""

from __future__ import annotations

import json

import pytest

from msnewsletter.errors import SourceError
from msnewsletter.sources import read_bytes
from msnewsletter.sources.next_issue_file import NOTE_LIMIT, parse_next_issue
from msnewsletter.sources.text_limits import (
    EACH_LIMITS,
    LIMITS,
    LINES_LIMIT,
    RELATED_LIMIT,
    SECTION_LIMIT,
    SECTIONS,
)

GOOD = {"key": "good", "headline": "h", "found": "f", "why_it_matters": "w", "cautions": "c"}
PAIRED = {"reviewed_by": {"reviewed_on": "2026-11-20"}, "note": {"status": "corrected"}}
# Those of which a text within the limit is none that the field may hold.
CODED = ("url", "written_by", "status", "language", "related")


def refusals(**fields: object) -> list[str]:
    """What is said of a summary with these fields, beside a good one that is read."""
    more = next((PAIRED[name] for name in fields if name in PAIRED), {})
    odd = GOOD | {"key": "odd"} | more | fields
    reading = read_bytes(json.dumps([odd, GOOD]).encode(), location="a.json")
    assert reading.summaries[-1].key == "good"
    assert len(reading.summaries) + len(reading.refused) == 2
    return [str(error) for error in reading.refused]


@pytest.mark.parametrize("name", [name for name in LIMITS if name not in CODED])
def test_a_text_may_be_as_long_as_its_limit_and_no_longer(name: str) -> None:
    limit = LIMITS[name]
    assert refusals(**{name: "é" * limit}) == []
    assert refusals(**{name: "é" * (limit + 1)}) == [
        f"a.json#1: {name}: has {limit + 1:,} characters; write at most {limit:,}"
    ]


@pytest.mark.parametrize("name", CODED[:-1])
def test_a_value_that_is_far_too_long_is_refused_by_its_length(name: str) -> None:
    limit = LIMITS[name]
    assert refusals(**{name: "x" * 1_000_000}) == [
        f"a.json#1: {name}: has 1,000,000 characters; write at most {limit:,}"
    ]


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_has_at_most_200_kilobytes_of_utf_8(name: str) -> None:
    assert refusals(**{name: "é" * (SECTION_LIMIT // 2)}) == []
    assert refusals(**{name: "é" * (SECTION_LIMIT // 2) + "."}) == [
        f"a.json#1: {name}: has 200,001 bytes; write at most 200,000"
    ]


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_has_at_most_5000_lines(name: str) -> None:
    assert refusals(**{name: "x\n" * (LINES_LIMIT - 1) + "x"}) == []
    assert refusals(**{name: "x\n" * LINES_LIMIT + "x"}) == [
        f"a.json#1: {name}: has 5,001 lines; write at most 5,000"
    ]


@pytest.mark.parametrize("name", EACH_LIMITS)
def test_each_text_of_a_list_has_a_limit(name: str) -> None:
    limit = EACH_LIMITS[name]
    assert refusals(**{name: ["x" * limit, "y"]}) == []
    assert refusals(**{name: ["y", "x" * (limit + 1)]}) == [
        f"a.json#1: {name}: one has {limit + 1} characters; write at most {limit}"
    ]


def test_a_list_in_one_text_has_a_limit_before_it_is_parted() -> None:
    (line,) = refusals(tags="a," * 500_000)
    assert line == "a.json#1: tags: has 1,000,000 characters; write at most 50,000"


def test_related_summaries_have_limits() -> None:
    card = {"date": "2026-05-01", "teaser": "x"}
    assert refusals(related=[card] * RELATED_LIMIT) == []
    assert refusals(related=[card] * (RELATED_LIMIT + 1)) == [
        f"a.json#1: related: are {RELATED_LIMIT + 1}; keep the {RELATED_LIMIT} that matter most"
    ]
    assert refusals(related=[card | {"teaser": "x" * 1_001}]) == [
        "a.json#1: related: has 1,001 characters; write at most 1,000"
    ]


def test_the_line_of_a_long_text_is_named_in_markdown() -> None:
    text = f"# h\n\n## What was found\n{'x' * 200_001}\n\n## Why it matters\nw\n"
    (error,) = read_bytes(text.encode(), location="a.md").refused
    assert str(error) == "a.md:3: found: has 200,001 bytes; write at most 200,000"


def test_a_note_and_its_file_have_limits() -> None:
    head = b"---\nissue: 1\n---\n"
    assert parse_next_issue(head + b"[" * NOTE_LIMIT, "issues/next.md").note == "[" * NOTE_LIMIT
    for data, problem in (
        (head + b"[" * (NOTE_LIMIT + 1), "the note has 5,001 characters; write at most 5,000"),
        (b"---\nissue: 1\nsubject: " + b"x" * 301 + b"\n---\n", "subject has 301 characters"),
        (b"---\nissue: 1\nhold:\n  a: " + b"x" * 1_001 + b"\n---\n", "the reason to hold 'a' has"),
        (head + b"x" * 5_000_000, "is too large (5.0 MB)"),
    ):
        with pytest.raises(SourceError, match=r"next\.md") as refused:
            parse_next_issue(data, "issues/next.md")
        assert problem in str(refused.value)
