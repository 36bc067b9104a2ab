"""The page that an entry of a feed links to → the fields of a summary. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.sources import page_text
from msnewsletter.sources.fields import FRONT_FIELDS, TEXT_FIELDS
from msnewsletter.sources.headed_texts import headed_texts
from msnewsletter.sources.html_blocks import blocks_in

if TYPE_CHECKING:
    from collections.abc import Mapping

Fields = dict[str, str | tuple[str, ...]]


def page_fields(
    data: bytes, *, url: str, charset: str | None, select: Mapping[str, str]
) -> tuple[Fields, dict[str, str], tuple[str, ...]]:
    """The fields of a page, where each was found, and notes; raises SourceError."""
    del select
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode(charset or "windows-1252", "replace")
    try:
        blocks = blocks_in(text)
    except BadValueError as error:
        raise SourceError(url, error.problem, error.remedy) from None
    texts = headed_texts(blocks)
    if {"found", "why_it_matters"} <= set(texts.sections):
        headline = next((block.text for block in texts.before if block.heading), "")
        fields: Fields = {name: texts.text(name) for name in texts.sections}
        return {"headline": headline, **fields}, dict.fromkeys(fields, "heading"), ()
    reading = page_text.read("\n".join(block.text for block in blocks), url, url)
    summary = reading.summaries[0]
    named = (*TEXT_FIELDS, *(name for name in FRONT_FIELDS if name in ("journal", "disclaimer")))
    found: Fields = {name: value for name in named if (value := getattr(summary, name))}
    return found, dict.fromkeys(found, "visible text"), ()
