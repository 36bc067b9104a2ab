"""Decides what goes into an issue, in what order, and what waits: pure.

Eligible is what was in no earlier issue and is dated at or before the cutoff; never a date window.
Every summary that comes in goes out as an entry, as held, or as baseline, each with its reason.
The editor's pins change the order, nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from msnewsletter.issue.holds import EarlierIssues, Hindrance, HoldRules
from msnewsletter.issue.order import date_text, dated, in_order, moment_text
from msnewsletter.issue.teaser import teaser_of
from msnewsletter.model import (
    Correction,
    Entry,
    Held,
    HoldReason,
    Issue,
    Masthead,
    Note,
    Status,
    Summary,
)
from msnewsletter.partial_date import Precision

if TYPE_CHECKING:
    from collections.abc import Iterable

    from msnewsletter.decisions import Pin
    from msnewsletter.issue.edits import PostSendEdit
    from msnewsletter.issue.pins_and_holds import NextIssue


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The outcome of composing: `issue` is None when nothing is new and nothing is to correct.

    Attributes:
        issue: the next one.
        held: what waits, and why.
        baseline: the summaries older than the newsletter's start: never mailed, and why.
        warned: remarks for the editor.
        edits: what becomes of summaries that were edited after they had been sent.
    """

    issue: Issue | None
    held: tuple[Held, ...] = ()
    baseline: tuple[tuple[Summary, str], ...] = ()
    warned: tuple[Note, ...] = ()
    edits: tuple[PostSendEdit, ...] = ()

    @property
    def accepted(self) -> tuple[PostSendEdit, ...]:
        """The edits of which readers will see something."""
        return tuple(edit for edit in self.edits if edit.is_accepted)

    @property
    def kept_back(self) -> tuple[PostSendEdit, ...]:
        """The edits that are not, or not wholly, public with the next issue."""
        return tuple(edit for edit in self.edits if edit.kept_back)


def compose(
    pending: Iterable[Summary],
    *,
    past: EarlierIssues,
    masthead: Masthead,
    slot: str,
    cutoff: datetime,
    start: date | None,
    wanted: NextIssue,
    corrections: Iterable[Correction] = (),
) -> Draft:
    """Assign every pending summary: to the next issue, to the held ones, or to the baseline.

    Args:
        pending: collected summaries in no earlier issue, keys unique, in any order.
        past: what is known of earlier issues, and of the pending summaries themselves.
        masthead: frozen into the issue.
        slot: the moment that the issue is for; its permanent name.
        cutoff: the last instant included, aware.
        start: the first day that the first issue reaches back to; unused once there is an issue.
        wanted: what the editor asks of this issue; pins and holds of keys that are not pending have
            no effect here.
        corrections: of earlier issues, announced in no issue yet, in any order.
    """
    rules = HoldRules(
        past=past,
        zone=masthead.time_zone,
        cutoff=cutoff.astimezone(UTC),
        holds={hold.key: hold for hold in wanted.holds},
        samples=masthead.samples,
    )
    placement = Placement(rules=rules, start=start)
    ordered = in_order(pending, rules.zone)
    rules.note_holds(ordered)
    for summary in ordered:
        placement.assign(summary)
    placement.pin(wanted.pins)
    entries = tuple(
        placement.entry(position, summary, masthead)
        for position, summary in enumerate(placement.taken, start=1)
    )
    issue = Issue(
        number=past.number + 1,
        slot=slot,
        cutoff=rules.cutoff,
        masthead=replace(masthead, question=wanted.question or masthead.question),
        entries=entries,
        note=wanted.note,
        subject=wanted.subject,
        corrections=tuple(sorted(corrections, key=_urgency)),
    )
    return Draft(
        issue=issue if entries or issue.corrections else None,
        held=tuple(placement.held),
        baseline=tuple(placement.baseline),
        warned=tuple(placement.warned),
    )


def _urgency(one: Correction) -> tuple[bool, bool, int, str]:
    """What sorts corrections: what was taken back first, then doubts, then by issue and key."""
    in_doubt = one.status is Status.CONCERN
    return not one.status.takes_back, not in_doubt, one.issue, one.key


@dataclass(slots=True, kw_only=True)
class Placement:
    """The state of one composition: what is taken, held or too old so far."""

    rules: HoldRules
    start: date | None
    pinned: frozenset[str] = frozenset()
    taken: list[Summary] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    baseline: list[tuple[Summary, str]] = field(default_factory=list)
    warned: list[Note] = field(default_factory=list)

    def assign(self, summary: Summary) -> None:
        """Take, hold or set aside one summary; they come newest first."""
        if reason := self._too_old(summary):
            self.baseline.append((summary, reason))
            return
        rules = self.rules
        held, hold = rules.reason_of(summary), rules.holds.get(summary.key)
        own = held
        if hold:
            own = Hindrance(HoldReason.EDITOR, f"held by the editor: {hold.reason}")
        if own:
            self.held.append(Held(summary=summary, **own._asdict()))
        else:
            self.taken.append(summary)
        if hold:
            # Also when the editor holds it: its older duplicate must not go out in its place.
            rules.remember(summary, "which the editor holds")
        elif held is None:
            if before := rules.remember(summary, "in this issue"):
                text = f"says word for word what {before.key!r} says {before.where}"
                self.warned.append(Note(place=summary.location, text=text))
        elif held.because is HoldReason.SAME_STUDY and rules.held_duplicate(summary):
            # A third summary of this study must wait too.
            rules.remember_numbers(summary, "which says what the editor holds")

    def pin(self, pins: Iterable[Pin]) -> None:
        """Move what is pinned to the top, in this order, and say which pins have no effect."""
        taken = {summary.key: summary for summary in self.taken}
        kept_back = {held.summary.key: f"it is held: {held.reason}" for held in self.held}
        kept_back |= {summary.key: f"it was {reason}" for summary, reason in self.baseline}
        first: dict[str, Summary] = {}
        for pin in pins:
            if pin.key in first:
                text = f"{pin.key!r} is pinned twice: its first place counts; remove one"
                self.warned.append(Note(place=pin.place, text=text))
            elif pin.key in taken:
                first[pin.key] = taken[pin.key]
            elif pin.key in kept_back:
                text = f"the pin of {pin.key!r} has no effect: {kept_back[pin.key]}"
                self.warned.append(Note(place=pin.place, text=text))
        self.pinned = frozenset(first)
        self.taken = [*first.values(), *(one for one in self.taken if one.key not in first)]

    def _too_old(self, summary: Summary) -> str | None:
        if self.rules.past.number or self.start is None or summary.published is None:
            return None
        if (day := summary.published.day(self.rules.zone)) >= self.start:
            return None
        return f"published {day}, before the newsletter's start on {self.start}"

    def entry(self, position: int, summary: Summary, masthead: Masthead) -> Entry:
        """The summary in its place, with its teaser and the reason it is here."""
        late = self._late(summary)
        return Entry(
            position=position,
            id=masthead.public_id(summary.key).urn,
            summary=summary,
            teaser=teaser_of(summary, limit=masthead.teaser_limit),
            dated=dated(summary, self.rules.zone),
            feed_date=self._feed_date(summary),
            late=late,
            why=("pinned by the editor; " if summary.key in self.pinned else "")
            + self._why(summary, late=late),
        )

    def _late(self, summary: Summary) -> bool:
        # A bare day is late only when all of it lay before the last cutoff.
        if self.rules.past.cutoff is None or summary.published is None:
            return False
        return summary.published.end(self.rules.zone) <= self.rules.past.cutoff

    def _feed_date(self, summary: Summary) -> datetime:
        moment = dated(summary, self.rules.zone)
        if summary.published is not None and summary.published.precision is Precision.DAY:
            # Noon falls on the same calendar day for every reader within twelve hours of the zone.
            noon = datetime.combine(
                summary.published.day(self.rules.zone), time(12), tzinfo=self.rules.zone
            )
            moment = noon.astimezone(UTC)
        return min(moment, self.rules.cutoff)

    def _why(self, summary: Summary, *, late: bool) -> str:
        zone, past = self.rules.zone, self.rules.past
        cutoff = moment_text(self.rules.cutoff, zone)
        here = f"{date_text(summary, zone)}, not after the cutoff {cutoff}"
        if late and past.cutoff is not None:
            last = f"issue {past.number} (cutoff {moment_text(past.cutoff, zone)})"
            return (
                f"{here}; from before {last} but in no issue yet, so readers see that it was added "
                "late; if its date is wrong, correct 'published'"
            )
        return f"{here}; in no earlier issue"
