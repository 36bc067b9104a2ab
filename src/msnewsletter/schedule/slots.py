"""The slots that are due, the next ones, and what happens to several that are due at once. Pure.

Owns the one way from a nominal local time to an instant. Reads no clock and keeps no state: the
present and the last slot come in. Promises, whatever the clock did in between:

- A slot's instant is its local time in the zone, read as PEP 495 reads fold=0: a time that a change
  to summer time leaves out comes as much later as the change is long (02:30 at what is then 03:30);
  a time that comes twice is the first of the two.
- Slots are strictly increasing by their instants. A shifted slot that meets another one's instant
  is that other one (in Apia, whose 30 December 2011 never was, that day's slot is the next day's).
  One that is shifted past a later time of the same night comes after it: 03:15, then "02:30".
- No slot at or before the last one is ever due again, even after the clock stepped back.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from msnewsletter.schedule.recurrence import RuleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msnewsletter.schedule.rule import Rule

# More than any zone ever moved its clocks at once (a whole day: Apia 2011, Manila 1844).
_LARGEST_CHANGE = timedelta(days=2)
# How far to look for one slot or a few, a little first: 32 days to 45 years.
_SPANS = tuple(timedelta(days=32 << doubled) for doubled in range(10))

_KEY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})\[([^\[\]]+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A moment that the schedule names; its key is its permanent identity.

    The instant is worked out anew each time: should a government change the zone's rules, a slot
    of the past stays the same slot and is not due a second time.

    Attributes:
        local: nominal local time, naive, whole minutes.
        zone: IANA name of the zone it is local to.
    """

    local: datetime
    zone: str

    @classmethod
    def parse(cls, key: str) -> Self:
        """The slot of a key; raises ValueError with the remedy."""
        if match := _KEY.fullmatch(key):
            # No such zone, or no such day or time.
            with suppress(LookupError, ValueError, OSError):
                ZoneInfo(match[2])
                return cls(local=datetime.fromisoformat(match[1]), zone=match[2])
        raise ValueError(f"{key!r} is no slot; write it as 2026-11-23T08:00[Europe/Berlin]")

    @classmethod
    def is_key(cls, name: str) -> bool:
        """Whether a name is a slot's key, and not a moment that a person chose."""
        return _KEY.fullmatch(name) is not None

    @property
    def key(self) -> str:
        """Its unique name, e.g. `2026-11-23T08:00[Europe/Berlin]`."""
        return f"{self.local.isoformat(timespec='minutes')}[{self.zone}]"

    @property
    def instant(self) -> datetime:
        """The moment it comes, aware, in UTC."""
        return _in_utc(self.local, ZoneInfo(self.zone)).replace(tzinfo=UTC)

    @property
    def shown(self) -> datetime:
        """The moment it comes as clocks in its zone show it, aware: later than `local` in a gap."""
        return self.instant.astimezone(ZoneInfo(self.zone))

    def __str__(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan for the slots that are due.

    Attributes:
        publish: the newest: one issue is made for it.
        coalesce: the older ones, ascending: recorded as such, their summaries are in that issue.
    """

    publish: Slot
    coalesce: tuple[Slot, ...]


def due_slots(rule: Rule, last: Slot | datetime | None, now: datetime) -> tuple[Slot, ...]:
    """The slots after `last` and at or before `now`, ascending.

    Args:
        rule: the schedule.
        last: the last slot that was taken (published, empty or coalesced), or the instant (aware)
            after which the newsletter begins. None: it never had a slot and has no beginning; then
            only the newest slot is due.
        now: aware.
    """
    if last is None:
        return _newest(rule, now)
    after = last.instant if isinstance(last, Slot) else last
    return tuple(_between(rule, after, now))


def next_slots(rule: Rule, after: datetime, count: int) -> tuple[Slot, ...]:
    """The next `count` slots after an aware instant, ascending; fewer when the rule ends first.

    A rule also counts as ended when 45 years bring no further slot.
    """
    found: list[Slot] = []
    for span in _SPANS:
        if len(found := _between(rule, after, after + span)) >= count:
            break
    return tuple(found[:count])


def next_slot(rule: Rule, after: datetime) -> Slot | None:
    """The first slot after an aware instant, or None when the rule has ended."""
    return next(iter(next_slots(rule, after, 1)), None)


def resumed_after(taken: Slot, zone: ZoneInfo) -> datetime:
    """The instant, aware UTC, after which slots in a zone follow one that was taken in another.

    Where the zone moved west, the same local times come once more: what was out at 08:00 in Tokyo
    is not due again at 08:00 in Berlin. Where it moved east they are past.
    """
    return max(taken.instant, Slot(local=taken.local, zone=zone.key).instant)


def plan(due: Sequence[Slot]) -> Plan | None:
    """One issue for the newest due slot, the older ones coalesced; None when none is due."""
    if not due:
        return None
    *older, newest = due
    return Plan(publish=newest, coalesce=tuple(older))


def draft_due(rule: Rule, slot: Slot) -> datetime:
    """The instant, aware UTC, from which the slot's issue is drafted and shown to the editors."""
    return slot.instant - rule.lead


def is_late(rule: Rule, slot: Slot, now: datetime) -> bool:
    """Whether the slot's issue has to wait for a person because its time is too long gone."""
    return now - slot.instant > rule.late_after


def refuse_ended(rule: Rule, now: datetime) -> None:
    """Raises RuleError (a ValueError) when no slot comes after `now`."""
    if next_slot(rule, now) is None:
        newest = "".join(f" with {slot.key}" for slot in _newest(rule, now))
        remedy = "move or remove UNTIL or COUNT"
        raise RuleError("rrule", str(rule.recurrence), f"it ended{newest}", remedy)


def _newest(rule: Rule, now: datetime) -> tuple[Slot, ...]:
    for span in _SPANS:
        if found := _between(rule, now - span, now):
            return tuple(found[-1:])
    return ()


def _between(rule: Rule, after: datetime, until: datetime) -> list[Slot]:
    """The slots after `after` and at or before `until`, ascending by instant."""
    first = after.astimezone(rule.zone).replace(tzinfo=None) - _LARGEST_CHANGE
    last = until.astimezone(rule.zone).replace(tzinfo=None) + _LARGEST_CHANGE
    # Where two meet, the later nominal time stays: it is the one that clocks show.
    nominal = {
        _in_utc(local, rule.zone): local
        for local in rule.recurrence.between(first, last)
        if not (rule.skip and local.date() in rule.skip)
    }
    after, until = (moment.astimezone(UTC).replace(tzinfo=None) for moment in (after, until))
    zone = rule.zone.key
    return [
        Slot(local=nominal[moment], zone=zone)
        for moment in sorted(nominal)
        if after < moment <= until
    ]


def _in_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a nominal local time; naive, because ten years of aware ones are slow."""
    # PEP 495: fold=0 is the first of two times and, in a gap, the offset from before it.
    # No zone is without an offset, whatever the type of tzinfo.utcoffset says.
    return local - (zone.utcoffset(local) or timedelta())
