"""The words around dates on pages, in the languages of the catalogues beside English. Pure.

In small letters. Names of months and days are CLDR's: see day_forms.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWords:
    """Of one language.

    Attributes:
        published: what a line of the page's publication begins with.
        on: what may stand between that and the date.
        at, clock: what may stand before and after the time of day.
    """

    published: tuple[str, ...]
    on: tuple[str, ...] = ()
    at: tuple[str, ...] = ()
    clock: tuple[str, ...] = ()


# By the tag of the language (BCP 47).
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
        ),
    }
)
