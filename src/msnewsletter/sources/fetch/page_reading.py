"""A document that came → the reading of the page that it is, for every kind that asks for pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.sources.html.html_page import read_html

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from msnewsletter.sources.fetch.client import Document
    from msnewsletter.sources.html.html_page import PageReading


def read_page(document: Document, *, at: datetime, select: Mapping[str, str]) -> PageReading:
    """What a page says; raises SourceError where it is none, or a selector is wrong.

    Args:
        document: as it came; links of the page are of the address that answered.
        at: now, aware.
        select: a CSS selector for each field that has a place of its own.
    """
    return read_html(
        document.data,
        address=document.url,
        at=at,
        charset=document.charset,
        media_type=document.media_type,
        select=select,
    )
