"""Sitemaps as sites write them, and as nobody should."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.errors import SourceError
from msnewsletter.sources.html.named_pages import NamedPage
from msnewsletter.sources.html.sitemap import ADDRESSES_LIMIT, read_sitemap

NAMES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(inside: str) -> bytes:
    return f'<?xml version="1.0"?><urlset {NAMES}>{inside}</urlset>'.encode()


def test_addresses_dates_and_those_of_news() -> None:
    data = urlset(
        "<url><loc> https://example.org/a </loc><lastmod>2026-11-20</lastmod></url>"
        '<url><loc>/b</loc><n:news xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
        "<n:publication_date>2026-11-21</n:publication_date></n:news>"
        '<i:image xmlns:i="x"><i:loc>https://example.org/i.png</i:loc></i:image></url>'
        "<url><loc>mailto:a@b</loc></url><!-- x --><url/>"
    )
    assert read_sitemap(data, "https://example.org/sitemap.xml").pages == (
        NamedPage(
            address="https://example.org/a",
            hint="2026-11-20",
            hint_origin="the sitemap's lastmod",
            modified="2026-11-20",
        ),
        NamedPage(address="https://example.org/b", published="2026-11-21"),
    )


def test_gzip_an_index_and_plain_text() -> None:
    index = f"<sitemapindex {NAMES}><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>"
    found = read_sitemap(gzip.compress(index.encode()), "https://example.org/s.xml.gz")
    assert found.sitemaps == ("https://example.org/a.xml",)
    text = read_sitemap(b"https://example.org/a\nhttps://example.org/b\n", "https://example.org/")
    assert len(text.pages) == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html></html>",
        b"<urlset>",
        b"\x1f\x8b broken",
        (
            b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><urlset>'
            b"<url><loc>&b;</loc></url></urlset>"
        ),
        (
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>&a;</loc></url>'
            b"</urlset>"
        ),
        gzip.compress(b" " * 60_000_000),
        urlset("<a>" * 100_000),
    ],
    ids=range(8),
)
def test_what_is_no_sitemap_or_a_bomb_is_one_line(data: bytes) -> None:
    with pytest.raises(SourceError):
        read_sitemap(data, "https://example.org/s")


def test_more_addresses_than_the_protocol_allows_are_left_and_said() -> None:
    data = urlset("<url><loc>/a</loc></url>" * (ADDRESSES_LIMIT + 1))
    found = read_sitemap(data, "https://example.org/s")
    assert (len(found.pages), found.cut) == (ADDRESSES_LIMIT, True)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_sitemap_or_one_line(data: bytes) -> None:
    for one in (data, urlset("") + data, b"\x1f\x8b\x08" + data):
        try:
            read_sitemap(one, "https://example.org/s")
        except SourceError as error:
            assert "\n" not in str(error)  # noqa: PT017  (some are read)
