"""HTML bytes to a tree: encodings as browsers read them, what is no page, and bounds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.errors import SourceError
from msnewsletter.sources.html.html_document import PAGE_LIMIT, parse_html


def read(data: bytes, **named: str) -> str:
    return parse_html(data, "page", **named).tree.to_text()


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        ("<p>naïve α".encode(), None),
        ("<p>naïve α".encode(), "utf-8"),
        ("\ufeff<p>naïve α".encode(), "iso-8859-1"),
        ("<p>naïve α".encode("utf-16"), None),
        ("<meta charset=iso-8859-7><p>naive α".encode("iso-8859-7"), None),
        ("<p>naïve α".encode("gb18030"), "gb2312"),
    ],
)
def test_the_encoding_is_that_of_browsers(data: bytes, charset: str | None) -> None:
    said = parse_html(data, "page", charset=charset).tree.to_text()
    assert said in {"naïve α", "naive α"}


def test_without_a_word_on_it_a_page_is_utf_8_or_else_windows_1252() -> None:
    assert read("<p>“naïve”".encode()) == "“naïve”"
    assert read("<p>“naïve”".encode("cp1252")) == "“naïve”"


@pytest.mark.parametrize("label", ["utf-7", "hex", "unicode_escape", "idna", "no-such", "x" * 999])
def test_a_label_that_no_browser_knows_counts_as_none(label: str) -> None:
    assert read("<p>naïve".encode(), charset=label) == "naïve"


def test_an_encoding_that_is_declared_wrongly_is_noticed() -> None:
    assert "is UTF-8" in parse_html("<p>naïve".encode(), "page", charset="latin-1").doubt
    assert "lost" in parse_html("<p>naïve".encode("cp1252"), "page", charset="utf-8").doubt
    assert parse_html("<p>naïve".encode("cp1252"), "page", charset="latin-1").doubt == ""


@pytest.mark.parametrize(
    ("data", "media_type", "kind"),
    [
        (b"%PDF-1.7", "text/html", "a PDF document"),
        (b"\x89PNG\r\n", "", "a picture"),
        (b'{"a": 1}', "text/html", "JSON"),
        (b"<p>x", "image/svg+xml", "image/svg+xml"),
        (b"<?xml version='1.0'?><rss>", "text/html", "XML"),
    ],
)
def test_what_is_no_page_is_called_what_it_is(data: bytes, media_type: str, kind: str) -> None:
    with pytest.raises(SourceError, match=re.escape(f"is no HTML page but {kind}")):
        parse_html(data, "page", media_type=media_type)


def test_html_that_a_server_calls_something_else_is_read() -> None:
    assert read(b"<!doctype html><p>x", media_type="text/plain") == "x"
    xhtml = b'<?xml version="1.0"?><!DOCTYPE html><html><body><p>x</p></body></html>'
    assert read(xhtml, media_type="application/xml") == "x"


@pytest.mark.parametrize(
    "data",
    [b"", b"x" * (PAGE_LIMIT + 1), b"<a>" * 40_000, b"< " * 10_000],
    ids=lambda data: f"{len(data)}",
)
def test_what_is_empty_or_too_much_is_refused_before_it_is_parsed(data: bytes) -> None:
    with pytest.raises(SourceError):
        parse_html(data, "page")


@given(st.binary(max_size=300), st.text(max_size=10))
def test_any_bytes_are_a_tree_or_one_line(data: bytes, charset: str) -> None:
    try:
        parse_html(data, "page", charset=charset)
    except SourceError as error:
        assert "\n" not in str(error)  # noqa: PT017  (most bytes are a tree)
