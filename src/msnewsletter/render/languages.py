"""Languages of parts and their directions: whose words are in which language. Pure.

A newsletter's own words are English. Where its texts are in another language, its own words are
marked as English, so that a screen reader uses the right voice (WCAG 2.2, 3.1.2), and they run from
left to right.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from markupsafe import Markup

from msnewsletter.language_tags import is_english as is_english  # noqa: PLC0414  (modules beside it import it from here)
from msnewsletter.language_tags import language_of
from msnewsletter.render.sentences import direction

if TYPE_CHECKING:
    from msnewsletter.model import Masthead, Summary

OWN = "en"  # of the newsletter's own words
# ISO 639 codes of languages whose usual script runs from right to left (CLDR 46, likely scripts).
_RIGHT_TO_LEFT = frozenset(
    {"ar", "arc", "azb", "bal", "bqi", "ckb", "dv", "fa", "glk", "he", "ks", "lrc", "mzn", "nqo"}
    | {"pnb", "ps", "rhg", "sd", "sdh", "skr", "syr", "ug", "ur", "yi"}
)
# Scripts that a tag may name (`ku-Arab`, `az-Latn`): ISO 15924.
_SCRIPTS = {"arab": "rtl", "hebr": "rtl", "thaa": "rtl", "latn": "ltr", "cyrl": "ltr"}
_LETTERS = {"L": "ltr", "R": "rtl", "AL": "rtl"}  # Bidi_Class: UAX #9, table 4
# Unicode 16, UAX #9: the direction of what is between the two is found from its own first letter.
_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def direction_of(language: str) -> str:
    """`rtl` or `ltr`, as the script of a BCP 47 tag runs."""
    main, *others = language.casefold().split("-")
    for other in others:
        if other in _SCRIPTS:
            return _SCRIPTS[other]
    return "rtl" if main in _RIGHT_TO_LEFT else "ltr"


def direction_in(text: str, language: str) -> str:
    """`rtl` or `ltr`, as a text in that language runs.

    In a language from right to left one letter of its script is enough: a sentence about MS may
    begin with Latin letters. All else runs as most of its letters do.
    """
    around = direction_of(language)
    if around == "rtl" and not text.isascii():
        kinds = map(unicodedata.bidirectional, text)
        if any(kind in {"R", "AL"} for kind in kinds):
            return "rtl"
    return direction(text, around)


def first_direction(text: str) -> str:
    """`rtl` or `ltr`, as the first letter runs: what a program finds that is told nothing."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in _LETTERS:
            return _LETTERS[kind]
    return "ltr"


def own_words(masthead: Masthead) -> Markup:
    """The attributes of what is in the newsletter's own words; nothing where all is English."""
    return own_language(masthead) + Markup(' dir="ltr"') if own_language(masthead) else Markup()


def own_language(masthead: Masthead) -> Markup:
    """The `lang` attribute alone of the newsletter's own words, as in `own_words`."""
    return Markup() if is_english(masthead.language) else _lang(OWN, masthead.language)


def masthead_words(masthead: Masthead) -> Markup:
    """The `lang` attribute of the newsletter's texts where they stand among its own words."""
    if is_english(masthead.language):
        return Markup()
    return Markup(' lang="{}"').format(masthead.language)


def words_of(summary: Summary, masthead: Masthead) -> Markup:
    """The `lang` attribute of a summary's words; nothing where they are in the newsletter's."""
    return _lang(language_of(summary, masthead), masthead.language)


def quoted_in(language: str | None, masthead: Masthead) -> Markup:
    """The `lang` attribute of a summary's words where they stand among the newsletter's own.

    `language`: as in Summary; None: they are in the newsletter's.
    """
    language = language or masthead.language
    return Markup() if is_english(language) else _lang(language, OWN)


def own_words_beside(summary: Summary, masthead: Masthead) -> Markup:
    """The attributes of the newsletter's own words within a block that runs as a summary does."""
    own = own_words(masthead)
    return own or (Markup(' dir="ltr"') if side_of(summary, masthead) else Markup())


def side_of(summary: Summary, masthead: Masthead) -> Markup:
    """The `dir` attribute of a block with a summary's texts; nothing where it runs as the page."""
    direction_ = direction_of(language_of(summary, masthead))
    if direction_ == direction_of(masthead.language):
        return Markup()
    return Markup(' dir="{}"').format(direction_)


def _lang(language: str, around: str) -> Markup:
    if language.casefold() == around.casefold():
        return Markup()
    return Markup(' lang="{}"').format(language)


def isolated(text: str, around: str) -> str:
    """A piece of a line of plain text; isolated where it runs against the line, or may."""
    if not text.isascii() and direction(text, around) != around:
        return text.join(_ISOLATE)
    if around == "rtl" and direction(text, around) == "ltr":
        return text.join(_ISOLATE)
    return text
