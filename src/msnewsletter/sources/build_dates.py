"""Tells dates of last changes that are those of a site's build, which says nothing of a text. Pure.

A generator of static sites may give all that it writes the moment at which it does.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

# What so many others changed with, within so long, was written by a build of the site, and so was
# what is of one day where nearly all have it: half of those with a time, nine of ten days.
_ONE_BUILD: Final = 5
_BUILD_LASTS: Final = timedelta(minutes=15)
_OF_MOMENTS, _OF_DAYS = 0.5, 0.9


def of_one_build(changes: Sequence[str]) -> list[bool]:
    """Which of the dates that one site gives as those of last changes are of one build.

    Args:
        changes: days or moments in ISO 8601, an aware one as UTC or with its offset; empty: none.
    """
    said = [_day_or_moment(one) for one in changes]
    moments = sorted(one for one in said if isinstance(one, datetime))
    first, last = _densest(moments, within=_BUILD_LASTS)
    built = moments[first:last] if last - first >= _OF_MOMENTS * len(moments) else []
    days = Counter(one for one in said if isinstance(one, str))
    day, count = days.most_common(1)[0] if days else ("", 0)
    of_day = day if count >= max(_ONE_BUILD, _OF_DAYS * days.total()) else None

    def is_built(one: datetime | str | None) -> bool:
        if isinstance(one, datetime):
            return len(built) >= _ONE_BUILD and built[0] <= one <= built[-1]
        return one is not None and one == of_day

    return [is_built(one) for one in said]


def _day_or_moment(text: str) -> datetime | str | None:
    """A moment, or a day, also where it is written as its midnight; None: no date."""
    day, _, time = text.partition("T")
    if not time or time.startswith("00:00:00"):
        return day or None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _densest(moments: list[datetime], *, within: timedelta) -> tuple[int, int]:
    """Where the most of these sorted moments stand that are no further apart, as a slice."""
    best, start = (0, 0), 0
    for end, moment in enumerate(moments, 1):
        while moment - moments[start] > within:
            start += 1
        best = max(best, (start, end), key=lambda one: one[1] - one[0])
    return best
