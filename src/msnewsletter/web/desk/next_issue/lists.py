"""The desk's lists: what is in the issue, what waits, what was refused, each with why. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.issue.edit_lines import EDITS_SHOWN
from msnewsletter.model import HoldReason, Status
from msnewsletter.render import wording
from msnewsletter.text_diff import changed_words
from msnewsletter.web.desk.desk_words import dates_and_journal, in_english
from msnewsletter.web.desk.origins import Origins

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from msnewsletter.issue.edits import PostSendEdit
    from msnewsletter.model import Correction, Entry, Held, Masthead, Note, Summary
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.text_diff import Piece

# Rows on one page of the list: two thousand at once would make a slow page.
SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A summary in a list.

    Attributes:
        position: in the issue; 0: it is not in it.
        quiet: date and journal.
        badges: short words: pinned, from before an earlier issue, corrected, ...
        why: the rule and the dates that decided.
        pinned, first, last: whether it is pinned, and where among the pinned ones.
        by_editor: the editor holds it, and may release it.
        source: the label of the source that has its text; empty: it is not known.
        filled: what came from other places: each with the names of the fields.
        to_choose: its sources tell it differently, and a person chooses.
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
    source: str = ""
    filled: tuple[tuple[str, tuple[str, ...]], ...] = ()
    to_choose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRow:
    """An edit of a sent summary: what becomes of it, and each changed field with its words."""

    key: str
    location: str
    issue: int
    effect: str
    kept_back: bool
    changes: tuple[tuple[str, tuple[Piece, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The lists of the desk: of `taken` and `held` only so many of their `total`s, from `first` on.

    `corrections` are those of earlier issues that this one announces, all of them; `edits` the
    first of all those of sent summaries.
    """

    corrections: tuple[Row, ...]
    taken: tuple[Row, ...]
    taken_total: int
    held: tuple[Row, ...]
    held_total: int
    warned: tuple[Note, ...]
    edits: tuple[EditRow, ...]
    edits_total: int
    first: int

    @property
    def found(self) -> int:
        """The number of summaries with the words that were looked for."""
        return self.taken_total + self.held_total

    @property
    def next(self) -> int | None:
        """The first row of the next page of the list; None: this is the last page."""
        after = self.first + SHOWN
        return after if after < max(self.taken_total, self.held_total) else None


def lists_of(preview: NextIssuePreview, *, find: str = "", first: int = 0) -> Lists:
    """The lists of a preview: those rows that hold the words, from the row `first` on."""
    issue, draft, pinned = preview.issue, preview.draft, _pinned(preview)
    masthead = preview.settings.masthead()
    origins = Origins.of(preview.collected)
    taken = [_taken(entry, issue.masthead, pinned) for entry in issue.entries] if issue else []
    taken = _with_words((_from(row, origins) for row in taken), find)
    held = _with_words((_from(_held(one, masthead), origins) for one in draft.held), find)
    return Lists(
        corrections=tuple(map(_announced, issue.corrections)) if issue else (),
        taken=tuple(taken[first : first + SHOWN]),
        taken_total=len(taken),
        held=tuple(held[first : first + SHOWN]),
        held_total=len(held),
        warned=(*preview.collected.warned, *draft.warned),
        edits=tuple(map(_edit, draft.edits[:EDITS_SHOWN])),
        edits_total=len(draft.edits),
        first=first,
    )


def _pinned(preview: NextIssuePreview) -> Sequence[str]:
    wanted = preview.collected.next_issue
    return [pin.key for pin in wanted.pins] if wanted and wanted.issue == preview.number else []


def _taken(entry: Entry, masthead: Masthead, pinned: Sequence[str]) -> Row:
    summary = entry.summary
    badges = {"pinned": summary.key in pinned, "from before an earlier issue": entry.late}
    return Row(
        key=summary.key,
        headline=summary.headline,
        location=summary.location,
        quiet=dates_and_journal(entry, masthead),
        badges=(*(badge for badge, has in badges.items() if has), *_fate(summary)),
        why=entry.why,
        position=entry.position,
        pinned=summary.key in pinned,
        first=pinned[:1] == [summary.key],
        last=pinned[-1:] == [summary.key],
    )


def _held(one: Held, masthead: Masthead) -> Row:
    summary = one.summary
    dated = summary.published
    date = wording.partial_date_text(dated, in_english(masthead)) if dated else "No date"
    return Row(
        key=summary.key,
        headline=summary.headline,
        location=summary.location,
        quiet=" · ".join(part for part in (date, summary.journal) if part),
        badges=(one.because.value, *_fate(summary)),
        why=one.reason,
        by_editor=one.because is HoldReason.EDITOR,
        to_choose=one.because is HoldReason.SOURCES_DIFFER,
    )


def _from(row: Row, origins: Origins) -> Row:
    """The row with where its text came from."""
    states = (
        ("overridden", row.key in origins.overridden),
        ("merged", row.key in origins.filled),
    )
    badges = tuple(word for word, has in states if has)
    return replace(
        row,
        badges=(*row.badges, *badges),
        source=origins.source_of(row.location),
        filled=origins.filled.get(row.key, ()),
    )


def _edit(one: PostSendEdit) -> EditRow:
    return EditRow(
        key=one.key,
        location=one.sent.source.location,
        issue=one.sent.issue,
        effect=one.effect,
        kept_back=one.kept_back is not None,
        changes=tuple(
            (change.field, changed_words(change.before, change.after)) for change in one.changes
        ),
    )


def _announced(one: Correction) -> Row:
    return Row(
        key=one.key,
        headline=one.headline or one.key,
        location="",
        quiet=f"sent in issue {one.issue}; not announced yet",
        badges=(one.news,),
        why=one.note or "It has no note.",
    )


def _fate(summary: Summary) -> list[str]:
    return [] if summary.status is Status.LIVE else [summary.status.value]


def _with_words(rows: Iterable[Row], find: str) -> list[Row]:
    words = find.casefold().split()
    return [
        row
        for row in rows
        if all(word in f"{row.headline} {row.key} {row.quiet}".casefold() for word in words)
    ]
