"""What a document is, is seen in it."""

from __future__ import annotations

import pytest

from msnewsletter.errors import SourceError
from msnewsletter.sources.importing.content_kind import KINDS, is_html, kind_of

XML = '<?xml version="1.0"?>\n<!-- made by us -->\n'


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("---\nkey: a\n---\n# H\n", "a", "markdown"),
        ("# Headline\n", "a", "markdown"),
        ("# Headline\n", "a.md", "markdown"),
        ("[Link](x) and text\n", "a.md", "markdown"),
        ("plain text", "a.txt", "page"),
        ("<!DOCTYPE html>\n<html>", "a", "page"),
        ("\ufeff<HTML>", "a.php", "page"),
        ("<div>x</div>", "a", "page"),
        (XML + '<rss version="2.0">', "a", "feed"),
        (XML + '<feed xmlns="http://www.w3.org/2005/Atom">', "a.html", "feed"),
        (XML + "<rdf:RDF>", "a", "feed"),
        (XML + '<rss xmlns:wp="http://wordpress.org/export/1.2/">', "a.xml", "wordpress"),
        (XML + '<opml version="1.0">', "a.xml", "opml"),
        ('{"version": "https://jsonfeed.org/version/1.1"}', "a.json", "feed"),
        ('[{"key": "a"}]', "a", "json"),
        ('{"key": "a"}\n{"key": "b"}', "a.jsonl", "json"),
        ("key;headline;found\n", "a", "csv"),
        ("x;y\n", "a.csv", "csv"),
        ("a\tb\n", "a.TSV", "csv"),
    ],
)
def test_a_kind_is_seen(text: str, name: str, kind: str) -> None:
    assert kind_of(text.encode(), name) == kind
    assert kind in KINDS


def test_utf_16_is_looked_into() -> None:
    assert kind_of("headline,found\n".encode("utf-16"), "a") == "csv"


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "is empty"), (b" \n", "is empty"), (b"\x89PNG\r\n", "is nothing that")]
)
def test_what_is_nothing_is_one_line_that_names_the_option(data: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        kind_of(data, "a.dat")
    assert "--from" in str(caught.value) or said == "is empty"


def test_the_text_of_a_page_is_no_html() -> None:
    assert is_html(b"<p>x</p>") is False
    assert is_html(b"<html>")
    assert not is_html(b"Walks help (p < 0.05).")
