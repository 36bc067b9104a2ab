"""The words around dates on pages, in English and in the languages of the catalogues. Pure.

In small letters. Names of months and days are CLDR's: see day_forms.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWords:
    """Of one language.

    Attributes:
        published: what a line of the page's publication begins with.
        on: what may stand between that and the date.
        at, clock: what may stand before and after the time of day.
        changed: what says of a date that something was changed or looked at then.
        others: what says, right before a date, that it is that of a study, a journal, a talk.
        paper: what says the same anywhere in a line.
    """

    published: tuple[str, ...]
    on: tuple[str, ...] = ()
    at: tuple[str, ...] = ()
    clock: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    paper: tuple[str, ...] = ()


ENGLISH: Final = DateWords(
    published=("published", "first published", "posted", "first posted"),
    on=("on",),
    changed=(
        *("last updated", "last modified", "last edited", "last revised", "last corrected"),
        *("last changed", "last reviewed", "last checked", "updated", "update", "modified"),
        *("edited", "revised", "corrected", "changed", "reviewed", "checked", "accessed"),
    ),
    others=(
        *("in", "journal", "study", "paper", "article", "trial", "doi", "online", "issue"),
        *("ahead", "event", "until", "from", "by"),
    ),
    paper=("doi", "journal", "paper"),
)
# Of the other languages, by the tag (BCP 47).
DATE_WORDS: Final[Mapping[str, DateWords]] = MappingProxyType(
    {
        "de": DateWords(
            published=(
                *("veröffentlicht", "erstmals veröffentlicht", "zuerst veröffentlicht"),
                *("veröffentlichung", "veröffentlichungsdatum", "publiziert"),
            ),
            on=("am",),
            at=("um",),
            clock=("uhr",),
            changed=(
                *("letzte änderung", "letzte aenderung", "letzte aktualisierung", "letzte prüfung"),
                *("aktualisiert", "aktualisierung", "geändert", "geaendert", "änderung"),
                *("aenderung", "stand", "bearbeitet", "bearbeitung", "korrigiert", "überarbeitet"),
                *("ueberarbeitet", "überarbeitung", "geprüft", "geprueft", "prüfung", "abgerufen"),
                *("abruf", "zuletzt"),
            ),
            others=("studie", "studie vom", "studie von", "bis", "ab", "seit", "von"),
            paper=("zeitschrift", "fachzeitschrift", "studie"),
        ),
    }
)


def words_of(*words: str, last: bool = False) -> re.Pattern[str]:
    """What finds one of the words in a line, or as its `last` one, in capitals or small letters."""
    end = r"\W*$" if last else r"\b"
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))}){end}", re.IGNORECASE)


def all_words(words_of_one: Callable[[DateWords], tuple[str, ...]]) -> tuple[str, ...]:
    """Those words of every language, English first."""
    return tuple(word for one in (ENGLISH, *DATE_WORDS.values()) for word in words_of_one(one))


_DATE_LINE: Final = re.compile(
    rf"(?:{'|'.join(map(re.escape, all_words(lambda one: (*one.published, *one.changed))))})\b"
    r"[^.!?]{0,12}?\d[^!?]{3,50}",
    re.IGNORECASE,
)


def is_date_line(text: str) -> bool:
    """Whether a line only says when something was published or changed."""
    return _DATE_LINE.fullmatch(text.strip()) is not None
