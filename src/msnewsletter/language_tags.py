"""Languages by their tags (BCP 47): which one a summary is in, and whether it is English. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msnewsletter.model import Masthead, Summary


def is_english(language: str) -> bool:
    """Whether a BCP 47 tag is of English."""
    return language.partition("-")[0].casefold() == "en"


def language_of(summary: Summary, masthead: Masthead) -> str:
    """The language of a summary's words, BCP 47: its own, or the newsletter's."""
    return summary.language or masthead.language
