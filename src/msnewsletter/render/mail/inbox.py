"""The lines that an inbox shows, and the one that sums an issue up at a glance. Pure.

A lock screen is public: the first line says how much there is, and of what in words that tell
nobody that their reader is ill.
"""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING

from msnewsletter.issue.illness import hints_at_illness
from msnewsletter.model import Evidence
from msnewsletter.render import sentences, wording
from msnewsletter.render.languages import is_english
from msnewsletter.text_sentences import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from msnewsletter.model import Issue, Summary

# Characters of the first line (an inbox shows 40 to 90 beside the subject); of one topic in it.
LINE_LIMIT = 90
_TOPIC_LIMIT = 24
_MOST_TOPICS = 3


class _Studied(StrEnum):
    """What kinds of studies an issue holds, as the glance line counts them."""

    PEOPLE = "in people"
    ANIMALS = "in animals"
    CELLS = "in cells or tissue"
    REVIEW = "review"


_REVIEW = re.compile(r"\b(?:reviews?|meta-analys[ie]s|earlier studies)\b", re.IGNORECASE)
_CELLS = re.compile(
    r"\b(?:cells?|tissues?|blood|serum|plasma|spinal fluid|samples?|dish|organoids?|in vitro)\b",
    re.IGNORECASE,
)
_ANIMALS = re.compile(
    r"\b(?:mice|mouse|rats?|animals?|monkeys?|marmosets?|zebrafish|rabbits?|pigs?|flies|worms?)\b",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"\b(?:people|persons?|patients?|participants?|adults?|children|women|men|volunteers?|"
    r"twins|families|parents|carers?)\b",
    re.IGNORECASE,
)


def first_line(issue: Issue, minutes: int) -> str:
    """What a mail program shows beside the subject; at most 90 characters.

    `Two corrections; sleep, viruses: eight studies, about 4 minutes`.
    """
    total = len(issue.entries)
    corrections = wording.corrections_in(len(issue.corrections), alone=not total, spelled=True)
    much = f"about {sentences.counted(minutes, 'minute')}"
    studies = f"{sentences.number_word(total)} {'study' if total == 1 else 'studies'}"
    topics = topics_of(issue)
    while True:
        about = f"{', '.join(topics)}: {studies}" if topics else f"{studies}" if total else ""
        line = "; ".join(part for part in (corrections, about) if part) + f", {much}"
        if len(line) <= LINE_LIMIT or not topics:
            return line[:1].upper() + line[1:]
        topics = topics[:-1]


def topics_of(issue: Issue) -> list[str]:
    """A few topics of its studies, in their order: each one's first tag that names no illness."""
    if not is_english(issue.masthead.language):
        return []  # The line is in our own words.
    found: dict[str, str] = {}
    for entry in issue.entries:
        if is_english(entry.summary.language or issue.masthead.language):
            topic = next(filter(_is_harmless, map(one_line, entry.summary.tags)), None)
            if topic:
                found.setdefault(topic.casefold(), topic)
    return list(found.values())[:_MOST_TOPICS]


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
    words = summary.studied_in or ""
    if Evidence.REVIEW in summary.evidence or _REVIEW.search(words):
        return _Studied.REVIEW
    if _CELLS.search(words):
        return _Studied.CELLS
    animals, people = _ANIMALS.search(words), _PEOPLE.search(words)
    if animals and people:
        return None
    if animals:
        return _Studied.ANIMALS
    return _Studied.PEOPLE if people else None


def _is_harmless(topic: str) -> bool:
    return 0 < len(topic) <= _TOPIC_LIMIT and topic.isprintable() and not hints_at_illness(topic)


def inbox_text(lines: Iterable[str]) -> str:
    """The lines as an inbox joins them."""
    return " ".join(line for line in map(one_line, lines) if line)
