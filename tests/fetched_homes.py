"""Homes with a summary that a real feed brought."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from homes import AT, FOLDER, name_sources
from msnewsletter.publisher.fetch import fetch
from msnewsletter.publisher.source_memory import read_memory
from sources.fetch.web_server import Answer, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.home import Home


@contextmanager
def fetched_summary(home: Home, doi: str) -> Iterator[str]:
    """A home with one more source, a feed with one entry about this study; the summary's key."""
    feed = (
        '<rss version="2.0"><channel><title>S</title><item><title>Walks help</title>'
        "<link>https://a.example/walks</link><pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate>"
        f'<description><![CDATA[<h2>What was found</h2><p>Much. <a href="{doi}">Study</a></p>'
        "<h2>Why it matters</h2><p>It may help.</p><h2>Cautions</h2><p>Small.</p>]]>"
        "</description></item></channel></rss>"
    )
    with serving({"/f": Answer(body=feed.encode(), kind="application/rss+xml")}) as server:
        feed = (
            f'name = "news"\nkind = "feed"\nurl = "{server.url("/f")}"\n'
            "since = 2026-01-01\nprivate = true\npause = 0.0\n"
        )
        name_sources(home, FOLDER, feed)
        fetch(home, now=lambda: AT, forced=True)
        memory = read_memory(home, "news")
        assert memory
        [key] = memory.summaries
        yield key
