"""A document that came → the reading of the page that it is, for every kind that asks for pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.sources.html.html_page import read_html

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.source_settings import FeedSource, PageSource
    from msnewsletter.sources.fetch.client import Document
    from msnewsletter.sources.html.html_page import PageReading


def read_page(document: Document, *, at: datetime, source: PageSource | FeedSource) -> PageReading:
    """What a page says; raises SourceError where it is none, or a selector is wrong.

    Args:
        document: as it came; links of the page are of the address that answered.
        at: now, aware.
        source: by whose settings it is read.
    """
    return read_html(
        document.data,
        address=document.url,
        at=at,
        charset=document.charset,
        media_type=document.media_type,
        select=source.select,
        headings=source.headings,
    )
