"""Bytes that are no text, and characters that mail and feeds cannot carry."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from msnewsletter.sources import SIZE_LIMIT, read_bytes
from sources.written import CAUTIONS, FOUND, HEADLINE, WHY, markdown, page, read_warned, refusal

if TYPE_CHECKING:
    from pathlib import Path

ALL = ["a.txt", "a.md", "a.json", "a.jsonl"]


@pytest.mark.parametrize("location", ALL)
@pytest.mark.parametrize(
    "data", [b"", b"\xef\xbb\xbf", b" \r\n\t\n", "\N{NO-BREAK SPACE}".encode()]
)
def test_an_empty_file_is_refused(data: bytes, location: str) -> None:
    assert refusal(data, location).startswith(f"{location}: is empty; ")


@pytest.mark.parametrize("location", ALL)
def test_a_binary_is_refused(location: str) -> None:
    assert refusal(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", location).startswith(
        f"{location}: is binary, not text; "
    )
    assert "is binary" in refusal("UTF-16".encode("utf-16"), location)


@pytest.mark.parametrize("location", ALL)
@pytest.mark.parametrize("bad", [b"caf\xe9", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80"])
def test_what_is_not_utf8_is_refused_with_the_line_of_its_first_bad_byte(
    bad: bytes, location: str
) -> None:
    assert refusal(b"One\nTwo\n" + bad + b"\n", location) == (
        f"{location}:3: is not UTF-8; save it as UTF-8"
    )


def test_a_file_beyond_the_limit_is_refused() -> None:
    assert refusal(b" " * (SIZE_LIMIT + 1), "a.md") == (
        "a.md: is too large (5.0 MB); a file has at most 5 MB: split it, or remove it"
    )


def test_an_unknown_suffix_is_refused_unless_the_format_is_named() -> None:
    data = page().encode()
    assert refusal(data, "a.text").startswith(
        "a.text: has the unknown suffix '.text'; we read .md, .txt, .json, .jsonl"
    )
    assert refusal(data, "folder.d/a").startswith("folder.d/a: has no suffix; ")
    assert read_bytes(data, location="a.text", format="page").summaries[0].key == "a"
    assert read_bytes(data, location="A.TXT").summaries


def test_control_characters_are_taken_out_with_one_line_that_names_them() -> None:
    summary, warned = read_warned(page(HEADLINE, "Be\x07tter\ufffe,\x9b and\x0b \rwell.", WHY))
    assert summary.found == "Better, and well."
    assert [str(line) for line in warned] == [
        (
            "summaries/walk.txt:2: removed U+0007, U+000B, U+000D, U+009B, U+FFFE: "
            "mail and feeds cannot carry that"
        )
    ]


def test_many_kinds_of_control_characters_are_counted() -> None:
    _, (warning,) = read_warned(page(HEADLINE, "".join(map(chr, range(1, 9))) + FOUND, WHY))
    assert "U+0001, U+0002, U+0003, U+0004, U+0005 and 3 more" in warning.text


def test_the_warning_names_the_first_line_in_front_matter_or_below() -> None:
    text = markdown("key: a\n").replace(CAUTIONS, "Slow\x1b[31m.")
    summary, (warning,) = read_warned(text, "a.md")
    assert summary.cautions == "Slow[31m."
    assert warning.place == f"a.md:{text[: text.index('Slow')].count(chr(10)) + 1}"
    summary, (warning,) = read_warned(text.replace("key: a", "studied_in: mi\u2028ce"), "a.md")
    assert (summary.studied_in, summary.cautions) == ("mi ce", "Slow[31m.")
    assert warning.text.startswith("removed U+001B, U+2028:")
    assert warning.place == "a.md:2"


def test_a_line_separator_in_a_headline_becomes_a_space() -> None:
    summary, (warning,) = read_warned(page("Killer\u2028cells", FOUND, WHY, CAUTIONS))
    assert summary.headline == "Killer cells"
    assert str(warning).startswith("summaries/walk.txt:1: removed U+2028:")


def test_escapes_in_json_and_yaml_are_cleaned_like_the_characters_themselves() -> None:
    text = json.dumps({"key": "k", "headline": "a\0b", "found": "c\ufffed", "why_it_matters": "e"})
    summary, (warning,) = read_warned(text, "a.json")
    assert (summary.headline, summary.found, warning.place) == ("ab", "cd", "a.json#1")
    summary, (warning,) = read_warned(markdown('studied_in: "mi\\ace"\n'), "a.md")
    assert (summary.studied_in, warning.place) == ("mice", "a.md:2")


@pytest.mark.parametrize("mark", ["\t", "\N{NO-BREAK SPACE}", "\u2011", "\u200d", "\ufeff"])
def test_characters_that_are_merely_odd_stay(mark: str) -> None:
    summary, warned = read_warned(page(HEADLINE, f"a{mark}b", WHY, CAUTIONS))
    assert (summary.found, warned) == (f"a{mark}b", [])


RETURNS = ["\x0b", "\x0c", "\r", "\x85", "\u2028", "\u2029", "\x0b\x0c", "\x0b\x07", "\x0b \u2028"]


@pytest.mark.parametrize("mark", RETURNS)
def test_a_soft_return_parts_words_like_a_space(mark: str) -> None:
    for text in (f"nerve{mark}cells grew", f"nerve {mark}cells grew", f"nerve{mark} cells grew"):
        summary, (warning,) = read_warned(page(HEADLINE, text, WHY, CAUTIONS))
        assert " ".join(summary.found.split()) == "nerve cells grew"
        assert warning.place == "summaries/walk.txt:2"


@pytest.mark.parametrize("mark", RETURNS[:6])
def test_a_soft_return_at_an_end_or_beside_a_space_leaves_nothing(mark: str) -> None:
    text = markdown().replace(CAUTIONS, f"{mark}Few {mark}people.{mark}\n\n{mark}No control.")
    summary, _ = read_warned(text, "a.md")
    assert summary.cautions == "Few people.\n\nNo control."


def test_soft_returns_in_any_field_of_any_format_become_spaces() -> None:
    document = {"key": "k", "headline": "One\x0btwo", "found": "a\x0cb", "why_it_matters": "c\rd"}
    summary, _ = read_warned(json.dumps(document | {"journal": "Nerve\u2028news"}), "a.json")
    texts = (summary.headline, summary.found, summary.why_it_matters, summary.journal)
    assert texts == ("One two", "a b", "c d", "Nerve news")


def test_a_file_with_a_word_processors_line_ends_keeps_its_words_apart(shared: Path) -> None:
    data = (shared / "cases" / "files" / "soft-returns.md").read_bytes()
    summary, _ = read_warned(data, "soft-returns.md")
    assert b"\x0b" in data
    before = [word for line in data.split(b"\n") for word in line.decode().split()]
    for word in f"{summary.headline} {summary.found}".split():
        assert word in before


def test_characters_removed_from_a_related_summary_are_named_too() -> None:
    document = {"key": "k", "headline": "One", "found": "Two", "why_it_matters": "Three"}
    card = {"date": "2026-05-01", "teaser": "A\x07 b"}
    summary, (warning,) = read_warned(json.dumps(document | {"related": [card]}), "a.json")
    assert summary.related[0].teaser == "A b"
    assert warning.text.startswith("removed U+0007:")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (rb"{\rtf1\ansi\deff0 {\fonttbl {\f0 Arial;}} Heart rate fell.}", "is an RTF document"),
        (b"%PDF-1.4\n% words\n", "is a PDF document"),
        (
            b"PK\x03\x04\x14\0\x06\0[Content_Types].xml\0PK\x03\x04word/document.xml",
            "is a Word document",
        ),
        (b"PK\x03\x04\x14\0\x06\0[Content_Types].xml\0xl/workbook.xml", "is an Office document"),
        (
            b"PK\x03\x04\x14\0\0\x08mimetypeapplication/vnd.oasis.opendocument.textPK",
            "is an OpenDocument text",
        ),
        (
            b"PK\x03\x04\x14\0\0\x08mimetypeapplication/vnd.oasis.opendocument.presentationPK",
            "is an OpenDocument file",
        ),
        (b"PK\x03\x04\x14\0\0\x08mimetypeapplication/epub+zipPK", "is an EPUB book"),
        (b"PK\x03\x04\x14\0\0\0Index/Document.iwa\0", "is a Pages document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0", "is an old Word or Office document"),
    ],
)
@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_a_document_that_was_only_renamed_is_no_summary(data: bytes, said: str, name: str) -> None:
    line = refusal(data, name)
    assert line.startswith(f"{name}: {said}")
    assert "save it as" in line
