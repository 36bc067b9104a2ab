"""Decides what goes into an issue, in what order, and what waits: pure.

Eligible is what was in no earlier issue and is dated at or before the cutoff; never a date window.
Every summary that comes in goes out as an entry, as held, or as baseline, each with its reason.
The editor's pins change the order, nothing else; a hold keeps one back, and whatever else says the
same, so that nothing goes out in its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from operator import attrgetter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msnewsletter.issue.duplicates import EarlierDuplicate, text_digest
from msnewsletter.issue.order import dated, in_order
from msnewsletter.issue.placeholders import find_placeholder
from msnewsletter.issue.teaser import teaser_of
from msnewsletter.model import (
    Correction,
    Entry,
    Held,
    Hold,
    HoldReason,
    Issue,
    Masthead,
    Note,
    Pin,
    Precision,
    Status,
    Summary,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierIssues:
    """The facts of earlier issues that composing needs.

    Attributes:
        number: the last issue's number; 0 before the first.
        cutoff: the last issue's cutoff, aware UTC; None before the first.
        gone: why a pending summary's source no longer has it, by key.
        dois, texts: earlier summaries by normalised DOI and by `text_digest`.
    """

    number: int = 0
    cutoff: datetime | None = None
    gone: Mapping[str, str] = field(default_factory=dict)
    dois: Mapping[str, EarlierDuplicate] = field(default_factory=dict)
    texts: Mapping[str, EarlierDuplicate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PinsAndHolds:
    """The editor's wishes for this issue: `pins` in their order; each key held once at most."""

    pins: tuple[Pin, ...] = ()
    holds: tuple[Hold, ...] = ()


_NO_PINS_OR_HOLDS = PinsAndHolds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The outcome of composing: `issue` is None when nothing is new and nothing is to correct.

    `baseline` are the summaries older than the newsletter's start: never mailed, and why.
    """

    issue: Issue | None
    held: tuple[Held, ...] = ()
    baseline: tuple[tuple[Summary, str], ...] = ()
    warned: tuple[Note, ...] = ()


def compose(
    pending: Iterable[Summary],
    *,
    past: EarlierIssues,
    masthead: Masthead,
    slot: str,
    cutoff: datetime,
    start: date | None,
    wishes: PinsAndHolds = _NO_PINS_OR_HOLDS,
    corrections: Iterable[Correction] = (),
) -> Draft:
    """Assign every pending summary: to the next issue, to the held ones, or to the baseline.

    Args:
        pending: collected summaries in no earlier issue, keys unique, in any order.
        past: what earlier issues leave to know.
        masthead: frozen into the issue.
        slot: the moment that the issue is for; its permanent name.
        cutoff: the last instant included, aware.
        start: the first day that the first issue reaches back to; unused once there is an issue.
        wishes: the editor's; those for keys that are not pending have no effect here.
        corrections: of earlier issues, announced in no issue yet, in any order.
    """
    placement = Placement(
        past=past,
        zone=ZoneInfo(masthead.zone),
        cutoff=cutoff.astimezone(UTC),
        start=start,
        holds={hold.key: hold for hold in wishes.holds},
    )
    ordered = in_order(pending, placement.zone)
    placement.note_holds(ordered)
    for summary in ordered:
        placement.assign(summary)
    placement.pin(wishes.pins)
    entries = tuple(
        placement.entry(position, summary, masthead)
        for position, summary in enumerate(placement.taken, start=1)
    )
    issue = Issue(
        number=past.number + 1,
        slot=slot,
        cutoff=placement.cutoff,
        masthead=masthead,
        entries=entries,
        corrections=tuple(sorted(corrections, key=attrgetter("issue", "key"))),
    )
    return Draft(
        issue=issue if entries or issue.corrections else None,
        held=tuple(placement.held),
        baseline=tuple(placement.baseline),
        warned=tuple(placement.warned),
    )


@dataclass(slots=True, kw_only=True)
class Placement:
    """The state of one composition: what is taken, held or too old so far."""

    past: EarlierIssues
    zone: ZoneInfo
    cutoff: datetime
    start: date | None
    holds: Mapping[str, Hold]
    pinned: frozenset[str] = frozenset()
    taken: list[Summary] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    baseline: list[tuple[Summary, str]] = field(default_factory=list)
    warned: list[Note] = field(default_factory=list)
    dois: dict[str, EarlierDuplicate] = field(default_factory=dict)
    texts: dict[str, EarlierDuplicate] = field(default_factory=dict)
    held_texts: dict[str, str] = field(default_factory=dict)

    def note_holds(self, pending: Iterable[Summary]) -> None:
        """Note what the editor holds: the same text under another key is a renamed file."""
        for summary in pending:
            if summary.key in self.holds:
                self.held_texts.setdefault(text_digest(summary), summary.key)

    def assign(self, summary: Summary) -> None:
        """Take, hold or set aside one summary; they come newest first."""
        if reason := self._too_old(summary):
            self.baseline.append((summary, reason))
            return
        held, wish = self._hold(summary), self.holds.get(summary.key)
        own = (HoldReason.EDITOR, f"held by the editor: {wish.reason}") if wish else held
        if own:
            self.held.append(Held(summary=summary, because=own[0], reason=own[1]))
        else:
            self.taken.append(summary)
        if held is None or wish:
            # Also when the editor holds it: its older twin must not go out in its place.
            where = "which the editor holds" if wish else "in this issue"
            self._remember(summary, EarlierDuplicate(key=summary.key, where=where), warn=not wish)
        elif held[0] is HoldReason.SAME_STUDY and summary.doi and self._held_twin(summary):
            # Nor may a third, of its DOI, go out in the place of both.
            twin = EarlierDuplicate(key=summary.key, where="which says what the editor holds")
            self.dois.setdefault(summary.doi, twin)

    def _remember(self, summary: Summary, twin: EarlierDuplicate, *, warn: bool) -> None:
        if summary.doi:
            self.dois.setdefault(summary.doi, twin)
        digest = text_digest(summary)
        before = self.past.texts.get(digest) or self.texts.get(digest)
        self.texts.setdefault(digest, twin)
        if before and warn:
            text = f"says word for word what {before.key!r} says {before.where}"
            self.warned.append(Note(place=summary.location, text=text))

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
        if self.past.number or self.start is None or summary.published is None:
            return None
        if (day := summary.published.day(self.zone)) >= self.start:
            return None
        return f"published {day}, before the newsletter's start on {self.start}"

    def _hold(self, summary: Summary) -> tuple[HoldReason, str] | None:
        if reason := self.past.gone.get(summary.key):
            return HoldReason.GONE, reason
        if summary.status in {Status.WITHDRAWN, Status.RETRACTED}:
            return HoldReason.NOT_LIVE, f"{summary.status} before it was ever sent: {summary.note}"
        if dated(summary, self.zone) > self.cutoff:
            return HoldReason.DATED_LATER, (
                f"{self._date_of(summary)}, after the cutoff {self._moment(self.cutoff)}"
            )
        if not summary.cautions.strip():
            return HoldReason.NO_CAUTIONS, "it has no cautions; add what the study does not show"
        return self._unfinished(summary) or self._same_study(summary)

    def _unfinished(self, summary: Summary) -> tuple[HoldReason, str] | None:
        # The checks find these too, and stops the issue: one draft must not stop the others.
        if found := find_placeholder(summary):
            return HoldReason.UNFINISHED, f"a placeholder is left: {found}; write the text"
        checked, today = summary.reviewed_on, self.cutoff.astimezone(self.zone).date()
        if checked and checked > today:
            return HoldReason.UNFINISHED, (
                f"it was checked on {checked}, which is in the future; "
                "write the day on which it was checked"
            )
        return None

    def _same_study(self, summary: Summary) -> tuple[HoldReason, str] | None:
        if summary.doi and (twin := self.past.dois.get(summary.doi) or self.dois.get(summary.doi)):
            return HoldReason.SAME_STUDY, (
                f"DOI {summary.doi} is also that of {twin.key!r} {twin.where}; "
                "merge them, or correct the DOI"
            )
        # A copy beside its original may be meant; a copy in its original's place is a renamed file.
        if (twin := self.past.texts.get(text_digest(summary))) and twin.gone:
            return HoldReason.SAME_STUDY, (
                f"it says word for word what {twin.key!r} said {twin.where}, {twin.gone}; "
                f"if it is the same, keep its identity with 'key: {twin.key}'"
            )
        if key := self._held_twin(summary):
            return HoldReason.SAME_STUDY, (
                f"it says word for word what {key!r} says, which the editor holds; "
                "release that one, or remove one of them"
            )
        return None

    def _held_twin(self, summary: Summary) -> str | None:
        """The key of another summary that says the same and that the editor holds."""
        key = self.held_texts.get(text_digest(summary))
        return None if key == summary.key else key

    def entry(self, position: int, summary: Summary, masthead: Masthead) -> Entry:
        """The summary in its place, with its teaser and the reason it is here."""
        late = self._late(summary)
        return Entry(
            position=position,
            id=masthead.public_id(summary.key).urn,
            summary=summary,
            teaser=teaser_of(summary, limit=masthead.teaser_limit),
            dated=dated(summary, self.zone),
            feed_date=self._feed_date(summary),
            late=late,
            why=("pinned by the editor; " if summary.key in self.pinned else "")
            + self._why(summary, late=late),
        )

    def _late(self, summary: Summary) -> bool:
        # A bare day is late only when all of it lay before the last cutoff.
        if self.past.cutoff is None or summary.published is None:
            return False
        return summary.published.end(self.zone) <= self.past.cutoff

    def _feed_date(self, summary: Summary) -> datetime:
        moment = dated(summary, self.zone)
        if summary.published is not None and summary.published.precision is Precision.DAY:
            # Noon falls on the same calendar day for every reader within twelve hours of the zone.
            noon = datetime.combine(summary.published.day(self.zone), time(12), tzinfo=self.zone)
            moment = noon.astimezone(UTC)
        return min(moment, self.cutoff)

    def _why(self, summary: Summary, *, late: bool) -> str:
        here = f"{self._date_of(summary)}, not after the cutoff {self._moment(self.cutoff)}"
        if late and self.past.cutoff is not None:
            last = f"issue {self.past.number} (cutoff {self._moment(self.past.cutoff)})"
            return f"{here}; old enough for {last} but in no issue yet: added late"
        return f"{here}; in no earlier issue"

    def _date_of(self, summary: Summary) -> str:
        if summary.published is None:
            seen = self._moment(dated(summary, self.zone))
            return f"first seen {seen} (the source gives no date)"
        if summary.published.precision is Precision.DAY:
            return f"published {summary.published.day(self.zone)}"
        return f"published {self._moment(dated(summary, self.zone))}"

    def _moment(self, instant: datetime) -> str:
        local = instant.astimezone(self.zone)
        return f"{local.date()} {local:%H:%M} ({self.zone.key})"
