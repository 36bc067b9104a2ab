"""The words that say in whom or what a study was done: people, animals, cells, samples. Pure.

English. It goes by the editors' own words, `studied_in`, and guesses nothing.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Subject(Enum):
    """Whom or what studies are done in."""

    PEOPLE = auto()
    ANIMALS = auto()
    CELLS = auto()
    SAMPLES = auto()  # of a body's fluids: most are of people


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


_WORDS: Mapping[Subject, re.Pattern[str]] = {
    Subject.PEOPLE: _words(
        r"people|persons?|patients?|participants?|adults?|children|women|men|volunteers?|donors?|"
        r"twins|families|parents|carers?"
    ),
    Subject.ANIMALS: _words(
        r"mice|mouse|rats?|animals?|monkeys?|marmosets?|zebrafish|rabbits?|pigs?|flies|worms?"
    ),
    Subject.CELLS: _words(r"cells?|tissues?|dish|organoids?|in vitro"),
    Subject.SAMPLES: _words(r"blood|serum|plasma|spinal fluid|samples?"),
}


def subjects_in(text: str) -> frozenset[Subject]:
    """Whom and what a text names; empty: it does not say it in words that are known."""
    return frozenset(subject for subject, words in _WORDS.items() if words.search(text))
