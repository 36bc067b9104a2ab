"""Text that was never filled in: template marks, lorem ipsum, TODO."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msnewsletter.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from msnewsletter.model import Summary


PLACEHOLDERS = (
    (re.compile(r"\{\{|\{%|%%[A-Z_]{3,}%%"), True),
    (re.compile(r"\blorem ipsum\b", re.IGNORECASE), True),
    # Could be a word in earnest: TK is thymidine kinase as well.
    (re.compile(r"\b(?:TKTK|TK|TODO|TBD|FIXME|XXX+)\b"), False),
)


def texts_of(summary: Summary) -> tuple[str, ...]:
    """All texts of a summary that readers see."""
    maybe = (
        summary.teaser,
        summary.journal,
        summary.studied_in,
        summary.disclaimer,
        summary.reviewed_by,
    )
    return (summary.headline, *sections_of(summary), *(text for text in maybe if text))


def sections_of(summary: Summary) -> tuple[str, str, str]:
    """Its three sections, in order."""
    return summary.found, summary.why_it_matters, summary.cautions


def find_placeholder(summary: Summary) -> str:
    """The first certain placeholder of a summary, with the words around it; empty: none."""
    patterns = (pattern for pattern, certain in PLACEHOLDERS if certain)
    return next(filter(None, (first_match(pattern, texts_of(summary)) for pattern in patterns)), "")


def first_match(pattern: re.Pattern[str], texts: Iterable[str]) -> str:
    """The first match in the texts, quoted with the words around it; empty: there is none."""
    return next((hit for text in texts if (hit := _around(pattern, text))), "")


def _around(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return quoted(text[max(0, found.start() - 30) : found.end() + 30]) if found else ""
