"""Languages by their tags (BCP 47), and which one a summary is in. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msnewsletter.model import Masthead, Summary

_SCRIPT = 4  # letters of a script in a tag: ISO 15924


def is_english(language: str) -> bool:
    """Whether a BCP 47 tag is of English."""
    return language.partition("-")[0].casefold() == "en"


def is_german(language: str) -> bool:
    """Whether a BCP 47 tag is of German."""
    return language.partition("-")[0].casefold() == "de"


def language_of(summary: Summary, masthead: Masthead) -> str:
    """The language of a summary's words, BCP 47: its own, or the newsletter's."""
    return summary.language or masthead.language


def sound_alike(one: str, other: str) -> bool:
    """Whether one voice reads both languages (BCP 47): regions aside, and in the same script."""
    return _voice(one) == _voice(other)


def _voice(language: str) -> tuple[str, str]:
    main, *others = language.casefold().split("-")
    script = next((part for part in others if len(part) == _SCRIPT and part.isalpha()), "")
    return main, script
