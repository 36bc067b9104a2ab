"""The line that sums an issue up at a glance: in whom its studies were done. Pure.

It counts what the editors' own words say plainly, in English, and guesses nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from msnewsletter.issue.studied_in import Subject, subjects_in
from msnewsletter.model import Evidence
from msnewsletter.render import sentences

if TYPE_CHECKING:
    from msnewsletter.model import Issue, Summary


class _Studied(StrEnum):
    """What kinds of studies an issue holds, as the glance line counts them."""

    PEOPLE = "in people"
    ANIMALS = "in animals"
    CELLS = "in cells or tissue"
    REVIEW = "review"


_REVIEW = re.compile(r"\b(?:reviews?|meta-analys[ie]s|earlier studies)\b", re.IGNORECASE)
_NO_BODY = frozenset({Subject.CELLS, Subject.SAMPLES})  # taken from one, and not in it


def glance(issue: Issue) -> str:
    """How many of its studies were done in whom; or how much there is, where that is not known.

    `Eight studies: five in people, two in cells or tissue, one review.` It counts what the editors'
    words say plainly, and leaves out the rest. Empty without studies.
    """
    total = len(issue.entries)
    if total <= 1:
        return "One study in plain language, with what it does not show." if total else ""
    kinds = Counter(kind for entry in issue.entries if (kind := _studied(entry.summary)))
    studies = f"{sentences.number_word(total)} studies".capitalize()
    if not kinds:
        return f"{studies} in plain language, each with what it does not show."
    parts = [_counted(kinds[kind], kind) for kind in _Studied if kinds[kind]]
    all_of_them = kinds.total() == total
    if all_of_them:
        return f"{studies}: {', '.join(parts)}."
    return f"{studies}, among them {', '.join(parts)}."


def _counted(count: int, kind: _Studied) -> str:
    number = sentences.number_word(count)
    if kind is _Studied.REVIEW:
        return f"{number} {'review' if count == 1 else 'reviews'}"
    return f"{number} {kind}"


def _studied(summary: Summary) -> _Studied | None:
    return _kind(summary.studied_in or "", is_review=Evidence.REVIEW in summary.evidence)


# A mail is measured several times until it is short enough.
@lru_cache(maxsize=1024)
def _kind(words: str, *, is_review: bool) -> _Studied | None:
    if is_review or _REVIEW.search(words):
        return _Studied.REVIEW
    subjects = subjects_in(words)
    if subjects & _NO_BODY:
        return _Studied.CELLS
    if subjects == {Subject.ANIMALS}:
        return _Studied.ANIMALS
    return _Studied.PEOPLE if subjects == {Subject.PEOPLE} else None
