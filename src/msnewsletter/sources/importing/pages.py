"""A web page, or its text, to a summary; a page of unknown markup, to a proposal. Opens nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msnewsletter.errors import SourceError
from msnewsletter.model import Note
from msnewsletter.sources.fields import Given, build
from msnewsletter.sources.html.html_page import read_html
from msnewsletter.sources.importing.proposals import proposal
from msnewsletter.sources.json_objects import given_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from msnewsletter.sources.importing.imported_document import ImportedDocument
    from msnewsletter.sources.parsed import Reading


def read_page(document: ImportedDocument, *, name: str, at: datetime) -> Reading:
    """The summary of a page; raises SourceError where there is not even a proposal.

    Args:
        document: the page.
        name: its key.
        at: now, aware.
    """
    place, url = document.place, document.url
    key = Given(value=name, place=place)
    address: dict[str, Given] = {"url": Given(value=url, place=place)} if url else {}
    try:
        reading = read_html(document.data, address=url or place, at=at, charset=document.charset)
        given = {"key": key, **address, **given_of(reading.fields, place)}
        warned = [Note(place=place, text=text) for text in reading.notes]
        whole = build(given, location=place, warned=warned)
    except SourceError as error:
        return _proposal(document.data, key, address, error)
    if reading.problem:
        unread = SourceError(place, reading.problem.says, reading.problem.remedy)
        return _proposal(document.data, key, address, unread)
    return whole


def _proposal(
    data: bytes, key: Given, address: Mapping[str, Given], unread: SourceError
) -> Reading:
    """What a person may begin with where the page could not be read; raises SourceError."""
    place = key.place
    try:
        from trafilatura import bare_extraction  # noqa: PLC0415  (an extra; slow to load)
    except ImportError:
        problem = f"{unread.problem}; for a proposal to begin with, the extra 'import' is missing"
        raise SourceError(place, problem, "pip install 'msnewsletter[import]'") from None
    # Its date and language are guesses, so they are not taken.
    found = bare_extraction(data, include_comments=False, with_metadata=True)
    text = _plain(getattr(found, "text", None))
    title = " ".join(_plain(getattr(found, "title", None)).split())
    if not text or not title:
        raise unread
    headline = Given(value=title, place=place)
    given = {"key": key, **address, "headline": headline}
    return proposal(given, place, text=text, why=unread.problem)


def _plain(text: object) -> str:
    return re.sub(r"\n+", "\n\n", text).strip() if isinstance(text, str) else ""
