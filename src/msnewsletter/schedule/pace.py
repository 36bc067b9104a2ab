"""How often a schedule brings an issue, in the words that feeds have for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from msnewsletter.schedule.recurrence import EPOCH

if TYPE_CHECKING:
    from msnewsletter.schedule.rule import Rule

_SAMPLE = 120  # slots, ten years of a monthly letter
_LAST_YEAR = 2999
# The periods of the syndication module (web.resource.org/rss/1.0/modules/syndication), shortest
# first, in days; a month and a year are the Gregorian calendar's mean ones.
_PERIODS = {"hourly": 1 / 24, "daily": 1, "weekly": 7, "monthly": 30.436875, "yearly": 365.2425}
# Less than one in a period, by so much, is one: February has a shorter month.
_NEARLY = 0.95
# A feed reader that keeps to `ttl` must not sleep through an issue, nor through a correction, which
# follows no schedule. As in HTTP: an hour at most.
_LONGEST_TTL = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a feed changes.

    Attributes:
        period: `hourly`, `daily`, `weekly`, `monthly` or `yearly`.
        frequency: issues in a period, at least 1.
        ttl: minutes for which a copy of the feed is good (RSS 2.0, `ttl`).
    """

    period: str
    frequency: int
    ttl: int


@lru_cache(maxsize=8)
def pace_of(rule: Rule) -> Pace | None:
    """The pace of a rule, from its first slots; None: it names no more than one."""
    first, last = datetime(EPOCH.year, 1, 1), datetime(_LAST_YEAR, 12, 31)  # noqa: DTZ001  (local)
    slots = tuple(islice(rule.recurrence.between(first, last), _SAMPLE))
    if len(slots) < 2:  # noqa: PLR2004  (a pause has two ends)
        return None
    days = (slots[-1] - slots[0]) / (len(slots) - 1) / timedelta(days=1)
    shortest = min(late - early for early, late in pairwise(slots))
    fitting = [name for name, length in _PERIODS.items() if length / days >= _NEARLY]
    period = fitting[0] if fitting else "yearly"
    return Pace(
        period=period,
        frequency=max(round(_PERIODS[period] / days), 1),
        ttl=int(min(shortest, _LONGEST_TTL) / timedelta(minutes=1)),
    )
