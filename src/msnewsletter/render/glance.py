"""The line that sums an issue up at a glance: in whom its studies were done. Pure.

It counts what the editors' own words say plainly, in English, and guesses nothing. In other
languages it knows reviews alone, by the kind of evidence.
"""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.catalogues.own_words import to_say
from msnewsletter.issue.studied_in import Subject, subjects_in
from msnewsletter.model import Evidence
from msnewsletter.render import sentences

if TYPE_CHECKING:
    from msnewsletter.catalogues.own_words import OwnWords
    from msnewsletter.model import Issue, Summary


class _Studied(StrEnum):
    """What kinds of studies an issue holds, as the glance line counts them."""

    PEOPLE = to_say("%(number)s in people")
    ANIMALS = to_say("%(number)s in animals")
    CELLS = to_say("%(number)s in cells or tissue")
    REVIEW = "review"


_REVIEW = re.compile(r"\b(?:reviews?|meta-analys[ie]s|earlier studies)\b", re.IGNORECASE)
_NO_BODY = frozenset({Subject.CELLS, Subject.SAMPLES})  # taken from one, and not in it


def glance(issue: Issue) -> str:
    """How many of its studies were done in whom; or how much there is, where that is not known.

    `Eight studies: five in people, two in cells or tissue, one review.` It counts what the editors'
    words say plainly, and leaves out the rest. Empty without studies.
    """
    total, words = len(issue.entries), words_in(issue.masthead.words)
    if not total:
        return ""
    kinds = Counter(kind for entry in issue.entries if (kind := _studied(entry.summary)))
    number = words.spelled(total)
    if total == 1 or not kinds:
        plain = words.say_many(
            "%(number)s study in plain language, with what it does not show.",
            "%(number)s studies in plain language, each with what it does not show.",
            total,
            number=number,
        )
        return sentences.capital(plain)
    studies = words.say_many("%(number)s study", "%(number)s studies", total, number=number)
    parts = ", ".join(_counted(kinds[kind], kind, words) for kind in _Studied if kinds[kind])
    whole = to_say("%(studies)s: %(parts)s.")
    if kinds.total() < total:
        whole = to_say("%(studies)s, among them %(parts)s.")
    return words.say(whole, studies=sentences.capital(studies), parts=parts)


def _counted(count: int, kind: _Studied, words: OwnWords) -> str:
    number = words.spelled(count)
    if kind is _Studied.REVIEW:
        return words.say_many("%(number)s review", "%(number)s reviews", count, number=number)
    return words.say(kind, number=number)


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
