"""Whether the machine's clock can be right, by what is known to have happened before.

Reads no clock, and decides nothing else: what follows from a doubt is for those who ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

# A month of no sign of life is rarer than a board without a battery that boots in another year. The
# longest common pause between two issues, a month, must not be taken for one.
MOST_AHEAD = timedelta(days=31)
# Wrong zones and hands that set a clock are off by hours, which the next slot makes up for.
MOST_BEHIND = timedelta(days=1)
# Nothing is taken in advance, but clocks of two machines differ by seconds.
MOST_BEFORE_SLOT = timedelta(minutes=1)


class Sign(StrEnum):
    """What shows that a moment has been."""

    FILE = "the newest source file"
    WAKE = "the clock's last wake"
    ISSUE = "the last issue"
    SLOT = "the last slot"


class Fault(StrEnum):
    """What is wrong with the machine's clock, if it is wrong."""

    AHEAD = "ahead"  # implausibly long after every sign
    BEHIND = "behind"  # before one


_BEFORE = dict.fromkeys(Sign, MOST_BEHIND) | {Sign.SLOT: MOST_BEFORE_SLOT}
_STRICTEST_FIRST = sorted(Sign, key=lambda sign: _BEFORE[sign])


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockDoubt:
    """Why the machine's clock is in doubt.

    Attributes:
        fault: which way.
        now: what the clock says, aware.
        sign, at: the newest sign, and its moment, aware.
    """

    fault: Fault
    now: datetime
    sign: Sign
    at: datetime


def is_fresh(signs: Mapping[Sign, datetime], now: datetime) -> bool:
    """Whether a sign is so new that `now` is not implausibly late."""
    return any(now - at <= MOST_AHEAD for at in signs.values())


def clock_doubt(signs: Mapping[Sign, datetime], now: datetime) -> ClockDoubt | None:
    """The doubt about a machine's clock that says `now` (aware); None: it can be right.

    Without any sign there is nothing to doubt it by.
    """
    if not signs:
        return None
    for sign in _STRICTEST_FIRST:
        if sign in signs and signs[sign] - now > _BEFORE[sign]:
            return ClockDoubt(fault=Fault.BEHIND, now=now, sign=sign, at=signs[sign])
    sign = max(signs, key=lambda one: signs[one])
    at = signs[sign]
    if now - at > MOST_AHEAD:
        return ClockDoubt(fault=Fault.AHEAD, now=now, sign=sign, at=at)
    return None
