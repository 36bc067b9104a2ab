"""Finds the words of a language: a file `TAG.po` beside this module, but for English.

Owns how catalogues are read, once each. They are read as they are written, so that a language is
added with a file alone, and nothing has to be compiled before a fresh clone runs.
"""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msnewsletter.catalogues.own_words import ENGLISH, Dates, OwnWords
from msnewsletter.errors import BadValueError, TemplateError

if TYPE_CHECKING:
    from babel import Locale

FOLDER: Final = Path(__file__).parent
_SUFFIX: Final = ".po"


@cache
def languages() -> tuple[str, ...]:
    """The languages that there are words in, by their tags (BCP 47), in order."""
    # Beside each file on some disks macOS keeps a `._de.po` of its own.
    tags = {file.stem for file in FOLDER.glob(f"*{_SUFFIX}") if not file.name.startswith(".")}
    return tuple(sorted({ENGLISH.language, *tags}))


@cache
def catalogue_for(language: str) -> str | None:
    """The tag of the catalogue for a language: its own, or that of less of it: `de` for `de-AT`.

    None: there is none.
    """
    known = {tag.casefold(): tag for tag in languages()}
    parts = language.casefold().split("-")
    shorter = ("-".join(parts[:size]) for size in range(len(parts), 0, -1))
    return next((known[tag] for tag in shorter if tag in known), None)


def catalogue_named(tag: str) -> str:
    """The tag of a catalogue; raises BadValueError where there is no such catalogue."""
    if tag not in languages():
        raise BadValueError("there is no catalogue of words with that name", _there_are())
    return tag


def with_own_words(language: str) -> str:
    """A language in which there are words; raises BadValueError for another one."""
    if catalogue_for(language) is None:
        raise BadValueError(
            f"the newsletter's own words are not in that language; {_there_are()}",
            'add words = "en": they are English then, and marked as English',
        )
    return language


def _there_are() -> str:
    return f"there are {', '.join(map(repr, languages()))}"


@cache
def words_in(language: str) -> OwnWords:
    """The words for a language, BCP 47; English where there are none in it.

    Raises TemplateError where its catalogue cannot be used.
    """
    # The first comparison spares an English newsletter the look into the folder.
    tag = None if language == ENGLISH.language else catalogue_for(language)
    return ENGLISH if tag in {None, ENGLISH.language} else _read(str(tag))


def _read(tag: str) -> OwnWords:
    # Slow to import (a fifth of a second), and not for English.
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415

    from msnewsletter.catalogues.po_file import PoFile  # noqa: PLC0415

    path = FOLDER / f"{tag}{_SUFFIX}"
    place = f"catalogues/{path.name}"
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        problem = f"Babel, which knows how languages write dates, knows none called {tag!r}"
        raise TemplateError(place, problem, "rename or remove the file") from None
    found = PoFile(path.read_bytes(), tag=tag, place=place)
    return OwnWords(
        language=tag,
        texts=MappingProxyType(found.texts),
        plural=found.plural,
        dates=_dates(locale),
    )


def _dates(locale: Locale) -> Dates:
    """Dates as CLDR has them; which parts they have is the same in every language."""
    from babel.dates import format_date, format_skeleton  # noqa: PLC0415

    return Dates(
        day=partial(format_date, format="long", locale=locale),
        day_within=partial(format_skeleton, "MMMMd", locale=locale),
        month=partial(format_skeleton, "yMMMM", locale=locale),
        month_within=partial(format_date, format="LLLL", locale=locale),
    )
