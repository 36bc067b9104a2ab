"""Feeds of every age are read, and what is no feed is one line, soon and in little memory."""

from __future__ import annotations

import json
import time
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.errors import SourceError
from msnewsletter.sources.feed.feed_document import SIZE_LIMIT, read_feed
from msnewsletter.sources.feed.feed_fields import entry_fields

AT = datetime(2026, 11, 23, 7, tzinfo=UTC)
URL = "https://example.org/feed"
RSS, END = b'<rss version="2.0"><channel><link>/</link>', b"</channel></rss>"


def item(text: str, **more: str) -> str:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in more.items())
    return f"<item><title>{text}</title>{inner}</item>"


@pytest.mark.parametrize(
    "document",
    [
        '<rss version="0.91"><channel><item><title>t</title><link>/a</link></item></channel></rss>',
        (
            '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com'
            '/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><item><title>t</title>'
            "<link>/a</link></item></channel></rss>"
        ),
        '<rss version="2.0"><channel><item><title>t</title><link>/a</link></item></channel></rss>',
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
            'xmlns="http://purl.org/rss/1.0/"><item rdf:about="/a"><title>t</title><link>/a</link>'
            "</item></rdf:RDF>"
        ),
        (
            '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>t</title><link href="/a"/>'
            "</entry></feed>"
        ),
        (
            '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>t</title>'
            '<link rel="alternate" href="/a"/></entry></feed>'
        ),
        '{"version": "https://jsonfeed.org/version/1", "items": [{"title": "t", "url": "/a"}]}',
        '{"version": "https://jsonfeed.org/version/1.1", "items": [{"title": "t", "url": "/a"}]}',
    ],
)
def test_every_kind_of_feed_has_entries_with_absolute_links(document: str) -> None:
    (entry,) = read_feed(document.encode(), url=URL).entries
    assert (entry.title, entry.link) == ("t", "https://example.org/a")


@pytest.mark.parametrize(
    ("content", "text", "is_html"),
    [
        ('<content type="text">a &lt; b</content>', "a < b", False),
        ('<content type="html">&lt;p&gt;a&lt;/p&gt;</content>', "<p>a</p>", True),
        ("<summary>a</summary>", "a", False),
    ],
)
def test_atom_says_what_its_texts_are(content: str, text: str, is_html: bool) -> None:  # noqa: FBT001  (a parameter)
    document = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{content}</entry></feed>'
    (entry,) = read_feed(document.encode(), url=URL).entries
    assert (entry.body, entry.is_html) == (text, is_html)


def test_xhtml_in_atom_is_html() -> None:
    document = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><content type="xhtml">'
        '<div xmlns="http://www.w3.org/1999/xhtml"><h2>x</h2></div></content></entry></feed>'
    )
    (entry,) = read_feed(document.encode(), url=URL).entries
    assert "<h2>x</h2>" in entry.body
    assert entry.is_html


def test_the_whole_text_wins_over_the_teaser() -> None:
    document = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><item>'
        "<description>short</description><content:encoded>long</content:encoded></item></channel>"
        "</rss>"
    )
    (entry,) = read_feed(document.encode(), url=URL).entries
    assert entry.body == "long"


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        ("Köln".encode(), None),
        ("Köln".encode(), "iso-8859-1"),
        ("Köln".encode("latin-1"), "iso-8859-1"),
        ("Köln".encode("latin-1"), None),
        ("Köln".encode("latin-1"), "utf-8"),
        ("Köln".encode("latin-1"), "no-such-charset"),
    ],
)
def test_a_wrong_or_missing_charset_costs_no_letter(data: bytes, charset: str | None) -> None:
    document = RSS + b"<item><title>" + data + b"</title></item>" + END
    (entry,) = read_feed(document, url=URL, charset=charset).entries
    assert entry.title == "Köln"


@pytest.mark.parametrize("name", ["utf-16", "utf-16-be", "utf-16-le", "utf-8-sig", "utf-32"])
def test_wide_characters_and_marks_of_their_order_are_read(name: str) -> None:
    text = f'<?xml version="1.0"?>{RSS.decode()}{item("Köln")}{END.decode()}'
    (entry,) = read_feed(text.encode(name), url=URL).entries
    assert entry.title == "Köln"


def test_a_declared_charset_counts_where_it_is_not_utf_8() -> None:
    text = f'<?xml version="1.0" encoding="koi8-r"?>{RSS.decode()}{item("Мозг")}{END.decode()}'
    (entry,) = read_feed(text.encode("koi8-r"), url=URL).entries
    assert entry.title == "Мозг"


def test_a_broken_feed_is_read_as_far_as_it_goes_with_a_remark() -> None:
    found = read_feed(RSS + item("a & b").encode() + item("c").encode(), url=URL)
    assert [entry.title for entry in found.entries] == ["a & b", "c"]
    assert "not well-formed" in found.remarks[0]


def test_what_xml_forbids_is_left_out_with_a_remark() -> None:
    found = read_feed(RSS + item("a\x0b\x01b").encode() + END, url=URL)
    assert [entry.title for entry in found.entries] == ["ab"]
    assert "XML forbids" in found.remarks[0]


def test_the_name_of_one_character_may_be_declared() -> None:
    document = b'<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]>' + RSS + item("a&nbsp;b").encode() + END
    (entry,) = read_feed(document, url=URL).entries
    assert entry.title == "a\u00a0b"


def test_elements_are_named_with_their_namespace() -> None:
    document = (
        '<rss version="2.0" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><item><prism:doi>10.1000/a</prism:doi>'
        "<dc:source>Brain</dc:source><source url='https://a.org'>A</source></item></channel></rss>"
    )
    (entry,) = read_feed(document.encode(), url=URL).entries
    assert entry.element("prism:doi") == "10.1000/a"
    assert entry.element("dc:source") == "Brain"
    assert entry.element("source.title") == "A"
    assert entry.element("no:such") is None


def test_json_names_what_is_within_an_object_with_dots() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": 7, "_study": {"ids": ["a", 5], "n": 16}}, "no object"],
    }
    found = read_feed(json.dumps(document).encode(), url=URL)
    (entry,) = found.entries
    assert entry.id == "7"
    assert entry.element("_study.ids") == ("a", "5")
    assert entry.element("_study.n") == "16"
    assert "no objects" in found.remarks[0]


_BIG = 4_900_000
HOSTILE = {
    "empty": b"",
    "blank": b" \n",
    "a page": b"<!DOCTYPE html><html><body>log in</body></html>",
    "text": b"Not found",
    "an API": b'[{"a": 1}]',
    "broken JSON": b'{"version": ',
    "deep JSON": b"[" * _BIG,
    "a long number": b'{"version":"https://jsonfeed.org/version/1","items":[' + b"9" * 9000 + b"]}",
    "a laugh": b'<!DOCTYPE l [<!ENTITY l "lol"><!ENTITY m "&l;&l;">]>' + RSS + END,
    "a wide laugh": (
        '<!DOCTYPE l [<!ENTITY l "lol"><!ENTITY m "&l;&l;">]>' + (RSS + END).decode()
    ).encode("utf-16"),
    "a file": b'<!DOCTYPE l [<!ENTITY l SYSTEM "file:///etc/passwd">]>' + RSS + END,
    "a DTD": b'<!DOCTYPE l [<!ENTITY % l SYSTEM "http://127.0.0.1:9/x">%l;]>' + RSS + END,
    "too big": b" " * (SIZE_LIMIT + 1),
    "many elements": RSS + b"<a/>" * (_BIG // 4) + END,
    "deep elements": RSS + b"<a>" * (_BIG // 3),
    "deep namespaces": RSS + b'<a xmlns:b="c">' * (_BIG // 15),
    "many attributes": RSS
    + b"<a "
    + b"".join(b'a%d="" ' % i for i in range(300_000))
    + b"/>"
    + END,
    "repeated attributes": RSS + b"<a " + b'a="" ' * (_BIG // 5),
    "many ampersands": RSS + b"&" * _BIG,
    "many less-thans": RSS + b"<" * _BIG,
    "comments": b"<!--" * (_BIG // 4),
    "doctypes": b"<!DOCTYPE " * (_BIG // 10),
    "sections": RSS + b"<![CDATA[" * (_BIG // 9),
    "nulls": b"\0" * _BIG,
    "every byte": bytes(range(256)) * 1000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_feed_is_one_line_soon_and_in_little_memory(name: str) -> None:
    tracemalloc.start()
    began = time.process_time()
    try:
        with pytest.raises(SourceError) as raised:
            read_feed(HOSTILE[name], url=URL)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "\n" not in str(raised.value)
    assert URL in str(raised.value)
    assert raised.value.remedy
    assert time.process_time() - began < 10  # seconds; without bounds some take minutes
    assert peak < 150_000_000


def test_a_page_that_names_its_feed_leads_to_it() -> None:
    page = b'<html><head><link rel=alternate type="application/rss+xml" href="/rss"></head></html>'
    with pytest.raises(SourceError, match=r"set url = 'https://example\.org/rss'"):
        read_feed(page, url=URL)


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_a_feed_or_one_line(data: bytes) -> None:
    _read(data)


@given(
    st.lists(
        st.sampled_from(["<", ">", "/", "item", "rss", "&", ";", '"', "a", "<![CDATA[", "]]>"])
    )
)
def test_any_pieces_of_a_feed_are_a_feed_or_one_line(pieces: list[str]) -> None:
    _read(RSS + "".join(pieces).encode())


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(
                ["id", "url", "title", "content_html", "content_text", "tags", "date_published"]
            ),
            _JSON,
        )
        | _JSON
    )
)
def test_any_items_of_a_json_feed_are_entries_or_left_out(items: list[object]) -> None:
    _read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode())


def _read(data: bytes) -> None:
    try:
        found = read_feed(data, url=URL)
    except SourceError as error:
        said = str(error)
    else:
        for one in found.entries:
            entry_fields(one, mapped={"journal": "source.title", "doi": "id"}, at=AT)
        # Half of a character would not be encoded, and no file could hold it.
        texts = [text for one in found.entries for text in (one.id, one.title, one.body, *one.tags)]
        said = " ".join(texts).encode().decode().replace("\n", " ")
    assert "\n" not in said
