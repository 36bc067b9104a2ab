"""Measures what reading a feed of 1,000 entries costs, against feedparser alone in the same run.

Run by `make bench`, or alone: `python bench/feeds_read.py`. The feed has the elements that
WordPress gives each entry; feedparser has the same options as in sources/feed/feed_document.py,
without which it is slower.
"""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING

import feedparser

from msnewsletter.sources.feed.feed_document import read_feed
from msnewsletter.sources.feed.feed_fields import entry_fields

if TYPE_CHECKING:
    from collections.abc import Callable

ENTRIES = 1000
PROMISE = 2.0
TIMES = 5
AT = datetime(2026, 11, 23, 7, tzinfo=UTC)
TEXT = " ".join(["Researchers looked at forty people and saw a small difference in the scans."] * 6)
BODY = f"""<h2>What was found?</h2><p>{TEXT}</p><p>{TEXT}</p><h2>Why does it matter?</h2>
<p>{TEXT}</p><h2>What should you keep in mind?</h2><p>{TEXT}</p><ul><li>It was small.</li>
<li>It shows no cause.</li></ul><p><a href="https://doi.org/10.1000/a">The study</a></p>"""


def document(entries: int = ENTRIES) -> bytes:
    """A feed with so many entries of two kilobytes."""
    items = "".join(
        f"<item><title>A finding, number {number}</title><guid>urn:x:{number}</guid>"
        f"<link>https://example.org/{number}</link><description>{TEXT}</description>"
        f"<content:encoded><![CDATA[{BODY}]]></content:encoded>"
        "<category><![CDATA[mice]]></category><category><![CDATA[diet]]></category>"
        f"<dc:creator><![CDATA[ada]]></dc:creator><comments>https://example.org/{number}#respond"
        f"</comments><wfw:commentRss>https://example.org/{number}/feed/</wfw:commentRss>"
        "<slash:comments>0</slash:comments>"
        f"<dc:identifier>doi:10.1000/{number}</dc:identifier>"
        "<pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate></item>"
        for number in range(entries)
    )
    return (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:wfw="http://wellformedweb.org/CommentAPI/" '
        'xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<link>https://example.org/</link>{items}</channel></rss>"
    ).encode()


def ours(data: bytes) -> None:
    """All fields of all entries."""
    feed = read_feed(data, url="https://example.org/feed")
    read = [entry_fields(entry, mapped={}, at=AT) for entry in feed.entries]
    if len(read) != ENTRIES or any(one.problem for one in read):
        raise SystemExit("the feed was not read")


def peer(data: bytes) -> None:
    """What feedparser alone does."""
    feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)


def feeds_ms() -> tuple[float, float]:
    """Milliseconds of ours and of feedparser: medians, measured in turns."""
    data = document()
    turns = [(_seconds(ours, data), _seconds(peer, data)) for _ in range(TIMES)]
    return 1000 * median(one for one, _ in turns), 1000 * median(other for _, other in turns)


def _seconds(call: Callable[[bytes], None], data: bytes) -> float:
    began = time.process_time()
    call(data)
    return time.process_time() - began


if __name__ == "__main__":
    mine, theirs = feeds_ms()
    print(
        f"{ENTRIES:,} entries: {mine:.0f} ms, feedparser alone {theirs:.0f} ms: "
        f"{mine / theirs:.2f} times (at most {PROMISE})"
    )
