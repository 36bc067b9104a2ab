"""Issues that a wrong clock dated to a moment to come, as of a moment that has been. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from msnewsletter.issue.order import moment_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from msnewsletter.decisions import Approval
    from msnewsletter.model import Correction, Issue, Summary

# Slots are whole seconds, and no two are at the same.
_APART = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redating:
    """A new moment of one issue: the `slot` that it counts for, and its `cutoff`, aware UTC."""

    slot: str
    cutoff: datetime


def redatings(numbers: Sequence[int], *, now: datetime, zone: ZoneInfo) -> dict[int, Redating]:
    """New moments for these issues, oldest first: the last is at `now`, each before a second ago.

    Args:
        numbers: of the issues, ascending.
        now: aware UTC, in whole seconds.
        zone: the newsletter's, in which a slot of a person is named.
    """
    found = {}
    for back, number in enumerate(reversed(numbers)):
        cutoff = now - back * _APART
        name = cutoff.astimezone(zone).isoformat(timespec="seconds")
        found[number] = Redating(slot=name, cutoff=cutoff)
    return dict(sorted(found.items()))


def redated(issue: Issue, new: Mapping[int, Redating]) -> Issue:
    """The issue as of its new moment; nothing in it is dated later.

    `new`: those of all issues that get one, by number: a correction names the moment of the issue
    that carried its summary. What an editor wrote as a date stays.
    """
    its, zone = new[issue.number], issue.masthead.time_zone
    entries = tuple(
        replace(
            entry,
            dated=min(entry.dated, its.cutoff),
            feed_date=min(entry.feed_date, its.cutoff),
            why=f"went out by a wrong clock; counts as of {moment_text(its.cutoff, zone)}",
            summary=not_after(entry.summary, its.cutoff, zone),
        )
        for entry in issue.entries
    )
    corrections = tuple(_carried_then(one, new) for one in issue.corrections)
    return replace(
        issue, slot=its.slot, cutoff=its.cutoff, entries=entries, corrections=corrections
    )


def redated_approval(approval: Approval, new: Redating) -> Approval:
    """The approval of an issue, not later than the issue itself."""
    return replace(
        approval, cutoff=min(approval.cutoff, new.cutoff), at=min(approval.at, new.cutoff)
    )


def not_after(summary: Summary, moment: datetime, zone: ZoneInfo) -> Summary:
    """The summary with what the program dated no later than a moment (aware UTC)."""
    seen, changed = summary.first_seen, summary.changed_on
    return replace(
        summary,
        first_seen=seen and min(seen, moment),
        changed_on=changed and min(changed, moment.astimezone(zone).date()),
    )


def _carried_then(correction: Correction, new: Mapping[int, Redating]) -> Correction:
    carrier = new.get(correction.issue)
    if carrier is None or correction.carried is None:
        return correction
    return replace(correction, carried=carrier.cutoff)
