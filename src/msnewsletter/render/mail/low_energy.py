"""What only the low-energy edition has: three studies, a sentence or two each, in large type. Pure.

Fatigue is a symptom: this is the whole mail for a day on which eight studies are too many.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.issue.teaser import repeats_title
from msnewsletter.render import sentences, wording
from msnewsletter.render.cautions import caution_of
from msnewsletter.render.mail.entries import cut, own_links
from msnewsletter.render.note import Paragraph, paragraphs_of
from msnewsletter.text_sentences import first_sentence, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msnewsletter.catalogues.own_words import OwnWords
    from msnewsletter.model import Issue, Summary
    from msnewsletter.render.cautions import Caution
    from msnewsletter.render.mail.entries import MailEntry

# How many of the issue's first ones it has.
ENTRIES = 3
CORRECTIONS = 3
_SENTENCE_LIMIT = 200  # characters
_CAUTION_LIMIT = 80  # the first sentence, and another one that is as short


@dataclass(frozen=True, slots=True, kw_only=True)
class LowEnergyEntry:
    """One entry of the low-energy edition.

    Attributes:
        shown: the entry as any mail shows it.
        sentence: the link: the headline's first sentence, unlike any other in the mail.
        messages: the editor's key messages, where there are any, but for what the link says.
        caution: its first sentence.
    """

    shown: MailEntry
    sentence: str
    messages: tuple[str, ...]
    caution: Caution


@dataclass(frozen=True, slots=True, kw_only=True)
class LowEnergyWords:
    """What the low-energy edition says besides the view of its issue.

    Attributes:
        first_line: beside the subject: how much there is.
        note: the first sentence of the editor's note, as a paragraph; or none.
        entries: in order.
        whole: what the link to all of the issue calls it.
    """

    first_line: str
    note: tuple[Paragraph, ...]
    entries: tuple[LowEnergyEntry, ...]
    whole: str


def shown_of(issue: Issue) -> Issue:
    """The issue with the entries of this edition alone."""
    return replace(issue, entries=issue.entries[:ENTRIES])


def words_of(issue: Issue, shown: Sequence[MailEntry]) -> LowEnergyWords:
    """The words of this edition of a whole issue; `shown`: its entries, in order."""
    summaries = [entry.summary for entry in issue.entries[: len(shown)]]
    names = sentences.made_unique(
        (cut(first_sentence(one.headline, limit=_SENTENCE_LIMIT)) for one in summaries),
        beside=own_links(issue.masthead),
    )
    total, words = len(issue.entries), words_in(issue.masthead.words)
    return LowEnergyWords(
        first_line=_first_line(issue, len(shown)),
        note=_first_of_note(issue.note),
        entries=tuple(
            LowEnergyEntry(
                shown=entry,
                sentence=name,
                messages=_messages(one),
                caution=caution_of(one, limit=_CAUTION_LIMIT),
            )
            for entry, one, name in zip(shown, summaries, names, strict=True)
        ),
        whole=words.say("the whole issue")
        if total == len(shown)
        else words.say("all %(number)s studies", number=words.spelled(total)),
    )


def _messages(summary: Summary) -> tuple[str, ...]:
    messages = map(one_line, summary.key_messages)
    return tuple(one for one in messages if not repeats_title(one, summary))


def _first_of_note(note: str | None) -> tuple[Paragraph, ...]:
    """The note's first sentence, without what it emphasises or links."""
    for paragraph in paragraphs_of(note):
        return (Paragraph.plain(first_sentence(paragraph.text, limit=_SENTENCE_LIMIT)),)
    return ()


def _first_line(issue: Issue, shown: int) -> str:
    total, words = len(issue.entries), words_in(issue.masthead.words)
    corrections = wording.corrections_in(
        len(issue.corrections), words, alone=not total, spelled=True
    )
    return wording.listed(corrections, _studies(total, shown, words) if total else "")


def _studies(total: int, shown: int, words: OwnWords) -> str:
    number = words.spelled(shown)
    if shown < total:
        return words.say(
            "%(number)s of %(total)s new studies, in a few words each, with what to keep in mind",
            number=number,
            total=words.spelled(total),
        )
    return words.say_many(
        "%(number)s new study, in a few words, with what to keep in mind",
        "%(number)s new studies, in a few words each, with what to keep in mind",
        total,
        number=number,
    )
