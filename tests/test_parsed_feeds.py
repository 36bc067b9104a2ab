"""The same bytes are parsed once, others and other options anew."""

from __future__ import annotations

import feedparser

FEED = b"<rss version='2.0'><channel><item><title>%s</title></item></channel></rss>"


def test_a_feed_is_parsed_once_and_another_is_another() -> None:
    one, same, other = (feedparser.parse(FEED % name) for name in (b"one", b"one", b"other"))
    assert one is same
    assert (one.entries[0].title, other.entries[0].title) == ("one", "other")
    assert feedparser.parse(FEED % b"one", sanitize_html=False) is not one
