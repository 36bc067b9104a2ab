"""The desk's lists: what is in the issue, what waits, what was refused, each with why. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.model import HoldReason, Status
from msnewsletter.render import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from msnewsletter.errors import SourceError
    from msnewsletter.model import Correction, Entry, Masthead, Note, Summary
    from msnewsletter.publisher.preview import NextIssuePreview

# Rows on one page of the list: two thousand at once would make a slow page.
SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A summary in a list.

    Attributes:
        position: in the issue; 0: it is not in it.
        quiet: date and journal.
        badges: short words: pinned, added late, corrected, ...
        why: the rule and the dates that decided.
        pinned, first, last: whether it is pinned, and where among the pinned ones.
        by_editor: the editor holds it, and may release it.
    """

    key: str
    headline: str
    location: str
    quiet: str
    badges: tuple[str, ...]
    why: str
    position: int = 0
    pinned: bool = False
    first: bool = False
    last: bool = False
    by_editor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """What the desk lists; `taken` and `held` only so many of their `total`s, from `first` on.

    `corrections` are those of earlier issues that this one tells, all of them.
    """

    corrections: tuple[Row, ...]
    taken: tuple[Row, ...]
    taken_total: int
    held: tuple[Row, ...]
    held_total: int
    baseline: int
    refused: tuple[SourceError, ...]
    warned: tuple[Note, ...]
    edited: tuple[Note, ...]
    first: int
    found: int

    @property
    def next(self) -> int | None:
        """Where the next page of the list begins; None: this is the last."""
        after = self.first + SHOWN
        return after if after < max(self.taken_total, self.held_total) else None


def lists_of(preview: NextIssuePreview, *, find: str = "", first: int = 0) -> Lists:
    """The lists of a preview: those rows that hold the words, from the row `first` on."""
    issue, draft = preview.issue, preview.draft
    pinned = _pinned(preview)
    taken = [_taken(entry, issue.masthead, pinned) for entry in issue.entries] if issue else []
    held = [
        Row(
            key=one.summary.key,
            headline=one.summary.headline,
            location=one.summary.location,
            quiet=_quiet(one.summary),
            badges=(one.because.value, *_fate(one.summary)),
            why=one.reason,
            by_editor=one.because is HoldReason.EDITOR,
        )
        for one in draft.held
    ]
    taken, held = _with_words(taken, find), _with_words(held, find)
    return Lists(
        corrections=tuple(_told(one) for one in issue.corrections) if issue else (),
        taken=tuple(taken[first : first + SHOWN]),
        taken_total=len(taken),
        held=tuple(held[first : first + SHOWN]),
        held_total=len(held),
        baseline=len(draft.baseline),
        refused=preview.collected.refused,
        warned=(*preview.collected.warned, *draft.warned),
        edited=preview.collected.edited,
        first=first,
        found=len(taken) + len(held),
    )


def _pinned(preview: NextIssuePreview) -> Sequence[str]:
    coming = preview.collected.next_issue
    return [pin.key for pin in coming.pins] if coming and coming.issue == preview.number else []


def _taken(entry: Entry, masthead: Masthead, pinned: Sequence[str]) -> Row:
    key = entry.summary.key
    badges = [
        *(["pinned"] if key in pinned else []),
        *(["added late"] if entry.late else []),
        *_fate(entry.summary),
    ]
    return Row(
        key=key,
        headline=entry.summary.headline,
        location=entry.summary.location,
        quiet=" · ".join(
            part for part in wording.dateline(entry, masthead) if part != "added late"
        ),
        badges=tuple(badges),
        why=entry.why,
        position=entry.position,
        pinned=key in pinned,
        first=bool(pinned) and pinned[0] == key,
        last=bool(pinned) and pinned[-1] == key,
    )


def _told(one: Correction) -> Row:
    return Row(
        key=one.key,
        headline=one.headline,
        location="",
        quiet=f"in issue {one.issue}",
        badges=(one.status.value,),
        why=f"{one.note or 'It has no note'} ({one.why})",
    )


def _fate(summary: Summary) -> list[str]:
    return [] if summary.status is Status.LIVE else [summary.status.value]


def _quiet(summary: Summary) -> str:
    parts = (str(summary.published) if summary.published else "no date", summary.journal or "")
    return " · ".join(part for part in parts if part)


def _with_words(rows: Iterable[Row], find: str) -> list[Row]:
    words = find.casefold().split()
    return [
        row
        for row in rows
        if all(word in f"{row.headline} {row.key} {row.quiet}".casefold() for word in words)
    ]
