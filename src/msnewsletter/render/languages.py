"""Languages of parts and their directions: whose words are in which language. Pure.

A newsletter's own words are in the language of a catalogue, mostly that of its texts. Where its
texts are in another one, its own words are marked, so that a screen reader uses the right voice
(WCAG 2.2, 3.1.2), and run as their own language does.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.language_tags import language_of, sound_alike
from msnewsletter.render.sentences import LETTERS, direction

if TYPE_CHECKING:
    from msnewsletter.model import Masthead, Summary

# ISO 639 codes of languages whose usual script runs from right to left (CLDR 46, likely scripts).
_RIGHT_TO_LEFT = frozenset(
    {"ar", "arc", "azb", "bal", "bqi", "ckb", "dv", "fa", "glk", "he", "ks", "lrc", "mzn", "nqo"}
    | {"pnb", "ps", "rhg", "sd", "sdh", "skr", "syr", "ug", "ur", "yi"}
)
# Scripts that a tag may name (`ku-Arab`, `az-Latn`): ISO 15924.
_SCRIPTS = {"arab": "rtl", "hebr": "rtl", "thaa": "rtl", "latn": "ltr", "cyrl": "ltr"}
# Unicode 16, UAX #9: the direction of what is between the two is found from its own first letter.
_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


# Asked some seventy times for a page.
@lru_cache(maxsize=256)
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
        if any(LETTERS.get(kind) == "rtl" for kind in kinds):
            return "rtl"
    return direction(text, around)


def first_direction(text: str) -> str:
    """`rtl` or `ltr`, as the first letter runs: what a program finds that is told nothing."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in LETTERS:
            return LETTERS[kind]
    return "ltr"


def lang_attribute(language: str) -> Markup:
    """` lang="he"`, with a space before it."""
    return Markup(' lang="{}"').format(language)


def dir_attribute(runs: str) -> Markup:
    """` dir="rtl"`, with a space before it."""
    return Markup(' dir="{}"').format(runs)


def own_tag(masthead: Masthead) -> str:
    """The language of the newsletter's own words, BCP 47."""
    return words_in(masthead.words).language


def own_direction(masthead: Masthead) -> str:
    """`rtl` or `ltr`, as the newsletter's own words run."""
    return direction_of(own_tag(masthead))


def own_words(masthead: Masthead) -> Markup:
    """The attributes of what is in the newsletter's own words; nothing where its texts are, too."""
    own = own_language(masthead)
    return own + dir_attribute(own_direction(masthead)) if own else own


def own_language(masthead: Masthead) -> Markup:
    """The `lang` attribute alone of the newsletter's own words, as in `own_words`."""
    return _voice(own_tag(masthead), masthead.language)


def masthead_words(masthead: Masthead) -> Markup:
    """The `lang` attribute of the newsletter's texts where they stand among its own words."""
    return quoted_in(None, masthead)


def words_of(summary: Summary, masthead: Masthead) -> Markup:
    """The `lang` attribute of a summary's words; nothing where they are in the newsletter's."""
    return _lang(language_of(summary, masthead), masthead.language)


def quoted_in(language: str | None, masthead: Masthead) -> Markup:
    """The `lang` attribute of a summary's words where they stand among the newsletter's own.

    `language`: as in Summary; None: they are in the newsletter's.
    """
    return _voice(language or masthead.language, own_tag(masthead))


def own_words_within(masthead: Masthead, runs: str) -> Markup:
    """The attributes of the newsletter's own words in a part that runs so: `ltr` or `rtl`."""
    own = own_direction(masthead)
    return own_words(masthead) or (Markup() if runs == own else dir_attribute(own))


def own_words_beside(summary: Summary, masthead: Masthead) -> Markup:
    """The attributes of the newsletter's own words within a block that runs as a summary does."""
    return own_words_within(masthead, direction_of(language_of(summary, masthead)))


def side_of(summary: Summary, masthead: Masthead) -> Markup:
    """The `dir` attribute of a block with a summary's texts; nothing where it runs as the page."""
    runs = direction_of(language_of(summary, masthead))
    return Markup() if runs == direction_of(masthead.language) else dir_attribute(runs)


def _voice(language: str, around: str) -> Markup:
    """The `lang` attribute of words that another voice reads than those around them."""
    return Markup() if sound_alike(language, around) else lang_attribute(language)


def _lang(language: str, around: str) -> Markup:
    if language.casefold() == around.casefold():
        return Markup()
    return lang_attribute(language)


def isolated(text: str, around: str) -> str:
    """A piece of a line of plain text; isolated where it runs against the line, or may."""
    if not text.isascii() and direction(text, around) != around:
        return text.join(_ISOLATE)
    if around == "rtl" and direction(text, around) == "ltr":
        return text.join(_ISOLATE)
    return text
