"""For how long a copy of a feed is good: until the next slot, within bounds.

Reads newsletter.toml, again whenever it changes; without one, or with a wrong one, it says the
shortest time.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from msnewsletter.errors import NewsletterError
from msnewsletter.regular_file import written_state
from msnewsletter.schedule.slots import due_slots, next_slot
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from msnewsletter.schedule.rule import Rule

# Seconds. A correction or a takedown, which no schedule names, reaches everybody within an hour;
# and nobody asks more often than every five minutes.
SHORTEST, LONGEST = 300, 3600
_LONGEST = timedelta(seconds=LONGEST)


class FeedFreshness:
    """The `max-age` of feeds by a home's schedule.

    Args:
        settings: its newsletter.toml.
        now: returns the time, aware.
    """

    def __init__(self, settings: Path, *, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._now = now
        self._state: tuple[int, int] | None = None
        self._rule: Rule | None = None
        # The slots around the moment when they were looked up.
        self._looked_up = self._next = datetime.min.replace(tzinfo=UTC)
        self._last: datetime | None = None

    def max_age(self, modified: int) -> int:
        """Seconds for which a feed that changed then (seconds since 1970) is good."""
        now = self._now()
        if self._changed() or not self._looked_up <= now < self._next:
            self._look_up(now)
        if self._rule is None:
            return SHORTEST
        # Right after a slot its issue is still being made: ask again soon, not at the next slot.
        last = self._last
        if last and now < last + _LONGEST and modified < int(last.timestamp()):
            return SHORTEST
        left = int((self._next - now).total_seconds())
        return min(max(left, SHORTEST), LONGEST)

    def _changed(self) -> bool:
        """Read the settings where their file is another one."""
        state = written_state(self._settings)
        if state == self._state:
            return False
        self._state, self._rule = state, None
        with suppress(NewsletterError):
            self._rule = load_settings(self._settings).rule
        return True

    def _look_up(self, now: datetime) -> None:
        self._looked_up, self._next, self._last = now, datetime.max.replace(tzinfo=UTC), None
        if self._rule is None:
            return
        past = due_slots(self._rule, now - _LONGEST, now)
        self._last = past[-1].instant if past else None
        if slot := next_slot(self._rule, now):
            self._next = slot.instant
