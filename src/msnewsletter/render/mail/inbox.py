"""The line that an inbox shows beside the subject. Pure.

A lock screen is public: the first line says how much there is, and of what in words that tell
nobody that their reader is ill.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.issue.illness import hints_at_illness
from msnewsletter.language_tags import is_english, language_of
from msnewsletter.render import sentences, wording
from msnewsletter.text_sentences import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msnewsletter.model import Issue

# Characters of the first line (an inbox shows 40 to 90 beside the subject); of one topic in it.
LINE_LIMIT = 90
_TOPIC_LIMIT = 24
_MOST_TOPICS = 3


def first_line(issue: Issue, minutes: int, topics: Sequence[str]) -> str:
    """What a mail program shows beside the subject; at most 90 characters, so many `topics`.

    `Two corrections; sleep, viruses: eight studies, about 4 minutes`.
    """
    total, words = len(issue.entries), words_in(issue.masthead.words)
    corrections = wording.corrections_in(
        len(issue.corrections), words, alone=not total, spelled=True
    )
    much = words.say_many("about %(number)s minute", "about %(number)s minutes", minutes)
    number = words.spelled(total)
    studies = words.say_many("%(number)s study", "%(number)s studies", total, number=number)
    while True:
        about = f"{', '.join(topics)}: {studies}" if topics else studies if total else ""
        line = "; ".join(part for part in (corrections, about) if part) + f", {much}"
        if len(line) <= LINE_LIMIT or not topics:
            return sentences.capital(line)
        topics = topics[:-1]


def topics_of(issue: Issue) -> tuple[str, ...]:
    """A few topics of its studies, in their order: each one's first tag that names no illness."""
    if not is_english(issue.masthead.language):
        return ()  # Which words name an illness is known in English alone.
    found: dict[str, str] = {}
    for entry in issue.entries:
        if is_english(language_of(entry.summary, issue.masthead)):
            topic = next(filter(_is_harmless, map(one_line, entry.summary.tags)), None)
            if topic:
                found.setdefault(topic.casefold(), topic)
    return tuple(found.values())[:_MOST_TOPICS]


def _is_harmless(topic: str) -> bool:
    return 0 < len(topic) <= _TOPIC_LIMIT and topic.isprintable() and not hints_at_illness(topic)
