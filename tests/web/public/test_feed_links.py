"""The Link header of a feed: what the feed itself says, and nothing that could break a header."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homes import AT, sample_home
from msnewsletter import urls
from msnewsletter.publisher.publish import publish
from msnewsletter.web.public.feed_links import feed_links

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", urls.FEED_NAMES)
def test_every_format_names_its_own_address(tmp_path: Path, name: str) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    data = (home.site / name).read_bytes()
    assert feed_links(name, data) == f'<https://notes.example.org/{name}>; rel="self"'


@pytest.mark.parametrize(
    "address", ["https://a/\r\nX: 1", "https://a/>", 'https://a/"', "https://a/ü", "", 3]
)
def test_an_address_that_could_break_a_header_is_left_out(address: object) -> None:
    feed = {"feed_url": "https://a/feed.json", "hubs": [{"url": address}]}
    assert "hub" not in feed_links("feed.json", json.dumps(feed).encode())


@given(st.binary() | st.recursive(st.none() | st.text(), st.lists).map(json.dumps).map(str.encode))
def test_any_bytes_at_all_have_a_header_or_none(data: bytes) -> None:
    for name in urls.FEED_NAMES:
        assert "\n" not in feed_links(name, data)
