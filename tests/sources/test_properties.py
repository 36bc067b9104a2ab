"""Rules that hold for any bytes and any text."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING

from hypothesis import assume, example, given
from hypothesis import strategies as st

from msnewsletter.sources import read_bytes
from msnewsletter.sources.faults import NAMED
from sources.written import markdown, page, read_one

if TYPE_CHECKING:
    from msnewsletter.model import Summary

LOCATIONS = st.sampled_from(
    ["a/b.txt", "b.md", "c.json", "d.jsonl", "e.docx", ".txt", "", "\udcff.md"]
)
FRONT = "key: k\npublished: 2026-11-20\ntags: [a, b]\nnote: |\n  x\n"
OBJECT = {
    "key": "k",
    "headline": "h",
    "found": "f",
    "why_it_matters": "w",
    "published": "2026-11-20",
    "tags": ["t"],
    "related": [{"date": "2026-05-01", "teaser": "x"}],
}
WHOLE = [
    page().encode(),
    f"---\n{FRONT}---\n{page()}".encode(),
    markdown(FRONT).encode(),
    json.dumps(OBJECT).encode(),
    f"{json.dumps(OBJECT)}\n{json.dumps(OBJECT)}\n".encode(),
]
MARKS = [b"---\n", b"\n", b"\r", b"# ", b"## Cautions\n", b"Read More", b"1/1/2026\n"]
SIGNS = [b"{", b"[", b'"', b": ", b"*a", b"&a ", b"!!x ", b"\\ud800", b"9" * 5000]
BYTES = [b"\xff", b"\0", b"\xe2\x80\xa8", b"\x1b"]
SHARP = st.sampled_from([*MARKS, *SIGNS, *BYTES])


def check(data: bytes, location: str) -> None:
    """It gives something, every error is one line, and no summary carries what XML forbids."""
    reading = read_bytes(data, location=location)
    assert reading.summaries or reading.refused
    for line in (*reading.refused, *reading.warned):
        assert "\n" not in str(line)
    for summary in reading.summaries:
        check_text(summary)


def check_text(summary: Summary) -> None:
    texts = [summary.headline, summary.found, summary.why_it_matters, summary.cautions, summary.key]
    for character in "".join(texts):
        assert character in "\t\n" or unicodedata.category(character) not in ("Cc", "Cs")
    assert summary.headline.strip()
    assert "\n" not in summary.headline + summary.key
    assert 1 <= len(summary.key) <= 200


@given(st.binary(), LOCATIONS)
@example(b"[" * 100_000, "c.json")
@example(b'{"a":' * 100_000, "d.jsonl")
@example(b"---\n" + b"[" * 5_000 + b"\n---\n", "b.md")
@example(b"---\n" + b"? " * 5_000 + b"\n---\n", "a.txt")
@example(b"---\n%YAML 9.9\n--- a\n---\n", "b.md")
@example(b'---\nkey: "\\ud800"\n---\n# h\n', "b.md")
def test_any_bytes_are_read_or_refused(data: bytes, location: str) -> None:
    check(data, location)


@given(st.text(), LOCATIONS)
def test_any_text_is_read_or_refused(text: str, location: str) -> None:
    assume(all(not 0xD800 <= ord(character) <= 0xDFFF for character in text))
    check(text.encode(), location)


@given(st.sampled_from(WHOLE), LOCATIONS, st.data())
def test_a_damaged_file_is_read_or_refused(
    whole: bytes, location: str, data: st.DataObject
) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(whole)))
        end = min(len(whole), start + data.draw(st.integers(0, 40)))
        whole = whole[:start] + data.draw(SHARP | st.binary(max_size=4)) + whole[end:]
    check(whole, location)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from([*OBJECT]), inner),
    max_leaves=8,
)


@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(OBJECT, JSON))), JSON)
def test_any_json_is_read_or_refused(objects: list[object], more: object) -> None:
    good = OBJECT | {"key": "good"}
    reading = read_bytes(json.dumps([*objects, more, good]).encode(), location="c.json")
    assert "good" in {summary.key for summary in reading.summaries}
    bad = len(objects) + 2 - len(reading.summaries)
    assert len(reading.refused) == (bad if bad <= NAMED else NAMED + 1)


# What a page's line may be: anything printable that is not one of the page's own marks.
LINES = (
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1)
    .filter(lambda line: line.strip())
    .filter(lambda line: not line.lstrip().lower().startswith(("ai", "read more", "---")))
    .filter(lambda line: "respected medical journals" not in line and line.count("/") < 2)
)
CARDS = st.lists(
    st.tuples(st.dates().map(lambda day: f"{day.month}/{day.day}/{day.year:04}"), LINES)
)


@given(st.tuples(LINES, LINES, LINES, LINES), CARDS, LINES, st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_a_page_of_any_printable_lines_reads_back(
    texts: tuple[str, ...], cards: list[tuple[str, str]], journal: str, end: str
) -> None:
    summary = read_one(page(*texts, cards=cards, journal=journal, end=end))
    assert (summary.headline, summary.found, summary.why_it_matters, summary.cautions) == tuple(
        text.strip() for text in texts
    )
    assert summary.journal == journal
    assert [
        (f"{card.date.month}/{card.date.day}/{card.date.year:04}", card.teaser)
        for card in summary.related
    ] == cards


@given(st.tuples(LINES, LINES, LINES, LINES))
def test_json_of_any_printable_lines_reads_back_exactly(texts: tuple[str, ...]) -> None:
    names = ("headline", "found", "why_it_matters", "cautions")
    document = {"key": "k"} | dict(zip(names, texts, strict=True))
    summary = read_one(json.dumps(document), "c.json")
    assert tuple(getattr(summary, name) for name in names) == texts
