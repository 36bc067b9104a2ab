"""The rules that hold a summary back: what waits, and why. Pure.

Whatever says the same as a held summary is held too, so that nothing goes out in its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from msnewsletter.issue.conflict_copies import original_of
from msnewsletter.issue.order import date_text, dated, moment_text
from msnewsletter.issue.remembered_texts import remembered_by_text
from msnewsletter.issue.same_study import (
    NUMBERS,
    EarlierDuplicate,
    Identity,
    Mark,
    marks_of,
    text_digest,
)
from msnewsletter.issue.samples import is_sample
from msnewsletter.issue.unfinished import certain_residues, has_words, sentence_on
from msnewsletter.model import HoldReason
from msnewsletter.text_blocks import blocks_of
from msnewsletter.text_sentences import first_sentence

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from msnewsletter.decisions import Hold
    from msnewsletter.model import Summary


_SAMPLE = (
    "it is a sample that the program ships, for homes made by 'msnewsletter init --samples'; "
    "write a text of your own in its place, or delete its file"
)
# Characters to which a caution that has no end is cut where there is the least room for it.
_CAUTION_LIMIT = 400
_WORD_FOR_WORD = {
    Mark.TEXT: "it says word for word what was sent as",
    Mark.FOUND: "what it found is word for word that of",
    Mark.HEADLINE: "its headline is that of",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierIssues:
    """The facts of earlier issues that composing needs.

    Attributes:
        number: the last issue's number; 0 before the first.
        cutoff: the last issue's cutoff, aware UTC; None before the first.
        gone: why a pending summary's source no longer has it, by key.
        duplicates: earlier summaries that share a mark with a pending one.
        unfit: why publishing a pending summary would fail, by key.
        undecided: why a pending summary of several sources waits for a person, by key.
        moved: why a fetched summary seems to be a sent one at another address, by key.
        fetched: keys of pending summaries that no person put into a file.
    """

    number: int = 0
    cutoff: datetime | None = None
    gone: Mapping[str, str] = field(default_factory=dict)
    duplicates: Mapping[Identity, EarlierDuplicate] = field(default_factory=dict)
    unfit: Mapping[str, Hindrance] = field(default_factory=dict)
    undecided: Mapping[str, Hindrance] = field(default_factory=dict)
    moved: Mapping[str, Hindrance] = field(default_factory=dict)
    fetched: Container[str] = frozenset()


class Hindrance(NamedTuple):
    """Why a summary waits: the rule, a sentence for the editor, and the words to look for."""

    because: HoldReason
    reason: str
    words: str = ""


@remembered_by_text
def hindrance_in_text(summary: Summary, *, today: date) -> Hindrance | None:
    """Why a text may not be shown, be it new or edited; `today` in the newsletter's zone."""
    if not has_words(summary.cautions):
        return Hindrance(
            HoldReason.NO_CAUTIONS, "it has no cautions; add what the study does not show"
        )
    if not (summary.caution or _can_be_said_in_short(summary.cautions)):
        return Hindrance(
            HoldReason.UNFINISHED,
            "its cautions begin with a sentence so long that mail and feeds would show none of it; "
            "write a 'caution' in one line",
        )
    if found := certain_residues(summary):
        return Hindrance(HoldReason.UNFINISHED, sentence_on(found), found[0].words)
    checked = summary.reviewed_on
    if checked and checked > today:
        return Hindrance(
            HoldReason.UNFINISHED,
            f"it was checked on {checked}, which is in the future; "
            "write the day on which it was checked",
        )
    return None


def _can_be_said_in_short(cautions: str) -> bool:
    """Whether something is left of the first sentence where it is cut: of 900 digits nothing is."""
    blocks = blocks_of(cautions)
    first = blocks[0].texts[0] if blocks else ""
    return has_words(first_sentence(first, limit=_CAUTION_LIMIT))


@dataclass(slots=True, kw_only=True)
class HoldRules:
    """The rules for one issue, and the summaries that they have met so far.

    Attributes:
        past: the facts of earlier issues.
        zone, cutoff: the editorial zone, and the last instant included, aware.
        holds: the editor's, by key.
        samples: whether the newsletter is an example, so that samples may go out.
        met: summaries of this issue by their marks.
        held_texts: keys that the editor holds, by `text_digest`.
    """

    past: EarlierIssues
    zone: ZoneInfo
    cutoff: datetime
    holds: Mapping[str, Hold]
    samples: bool = False
    met: dict[Identity, EarlierDuplicate] = field(default_factory=dict)
    held_texts: dict[str, str] = field(default_factory=dict)

    def note_holds(self, pending: Iterable[Summary]) -> None:
        """Note what the editor holds: the same text under another key is a renamed file."""
        for summary in pending:
            if summary.key in self.holds:
                self.held_texts.setdefault(text_digest(summary), summary.key)

    def reason_of(self, summary: Summary) -> Hindrance | None:
        """The rule that holds a summary, and the reason for the editor; None: none does."""
        if reason := self.past.gone.get(summary.key):
            return Hindrance(HoldReason.GONE, reason)
        fetched = summary.key in self.past.fetched
        if not fetched and (original := original_of(summary.location)):
            return Hindrance(
                HoldReason.CONFLICT_COPY,
                f"it is a conflict copy of {original}; keep what is right of both in that file, "
                "then delete this one",
            )
        if summary.status.takes_back:
            why = f": {summary.note}" if summary.note else ""
            return Hindrance(HoldReason.NOT_LIVE, f"{summary.status} before it was ever sent{why}")
        if not self.samples and is_sample(summary):
            return Hindrance(HoldReason.SAMPLE, _SAMPLE)
        if dated(summary, self.zone) > self.cutoff:
            cutoff = moment_text(self.cutoff, self.zone)
            reason = f"{date_text(summary, self.zone)}, after the cutoff {cutoff}"
            return Hindrance(HoldReason.DATED_LATER, reason)
        today = self.cutoff.astimezone(self.zone).date()
        # The checks find these too, and stop the issue: one draft must not stop the others.
        in_text = hindrance_in_text(summary, today=today)
        undecided = self.past.undecided.get(summary.key)
        in_text = in_text or undecided or self._same_study(summary)
        in_text = in_text or self.past.moved.get(summary.key)
        return in_text or self.past.unfit.get(summary.key)

    def _same_study(self, summary: Summary) -> Hindrance | None:
        marks = marks_of(summary)
        for mark, name in NUMBERS.items():
            identity = (mark, marks.get(mark, ""))
            if duplicate := self.past.duplicates.get(identity) or self.met.get(identity):
                return Hindrance(
                    HoldReason.SAME_STUDY,
                    f"{name} {identity[1]} is also that of {duplicate.key!r} {duplicate.where}; "
                    f"merge them, or correct the {name}",
                )
        if reason := self._renamed(marks, summary) or self._named_anew(marks, summary):
            return Hindrance(HoldReason.SAME_STUDY, reason)
        if key := self.held_duplicate(summary):
            return Hindrance(
                HoldReason.SAME_STUDY,
                f"it says word for word what {key!r} says, which the editor holds; "
                "release that one, or remove one of them",
            )
        return None

    def _renamed(self, marks: Mapping[Mark, str], summary: Summary) -> str | None:
        """Why a summary seems to be an earlier one whose file was renamed, perhaps edited."""
        for mark, what in _WORD_FOR_WORD.items():
            duplicate = self.past.duplicates.get((mark, marks.get(mark, "")))
            # A copy beside its original may be meant; one in its original's place is that one.
            if duplicate is None or not duplicate.gone:
                continue
            # A preprint and its article share a headline, and are two studies to a reader.
            if mark is Mark.HEADLINE and summary.doi and duplicate.doi:
                continue
            return (
                f"{what} {duplicate.key!r} {duplicate.where}, {duplicate.gone}; "
                f"if it is the same, keep its identity with 'key: {duplicate.key}'"
            )
        return None

    def _named_anew(self, marks: Mapping[Mark, str], summary: Summary) -> str | None:
        """Why a fetched summary seems to be one that its source gave another address or id.

        Nobody copies a text on purpose there, and what was fetched once stays where it is.
        """
        if summary.key not in self.past.fetched:
            return None
        for mark in (Mark.TEXT, Mark.FOUND):
            identity = (mark, marks.get(mark, ""))
            if duplicate := self.past.duplicates.get(identity) or self.met.get(identity):
                return (
                    f"{_WORD_FOR_WORD[mark]} {duplicate.key!r} {duplicate.where}: its source may "
                    "have given it another address or id; if readers should get it, write it "
                    "into a file of its own"
                )
        return None

    def held_duplicate(self, summary: Summary) -> str | None:
        """The key of another summary that says the same and that the editor holds."""
        key = self.held_texts.get(text_digest(summary))
        return None if key == summary.key else key

    def remember(self, summary: Summary, where: str) -> EarlierDuplicate | None:
        """Remember a summary and `where` it is; returns one that said the same before."""
        duplicate = EarlierDuplicate(key=summary.key, where=where)
        text = (Mark.TEXT, text_digest(summary))
        before = self.past.duplicates.get(text) or self.met.get(text)
        for identity in marks_of(summary).items():
            self.met.setdefault(identity, duplicate)
        return before

    def remember_numbers(self, summary: Summary, where: str) -> None:
        """Remember the DOI and PMID of a summary that is held, and `where` it is."""
        marks = marks_of(summary)
        for mark in NUMBERS.keys() & marks.keys():
            duplicate = EarlierDuplicate(key=summary.key, where=where)
            self.met.setdefault((mark, marks[mark]), duplicate)
