"""Troubles that the clock knows of: what keeps failing, and whether it is alive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from msnewsletter.clock.heartbeat import read_heartbeat
from msnewsletter.clock.notices import failing_line
from msnewsletter.errors import NewsletterError
from msnewsletter.home import issue_name
from msnewsletter.publisher.clock_signs import machine_clock_doubt
from msnewsletter.publisher.troubles import Check, Trouble, troubles
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from msnewsletter.clock.heartbeat import Heartbeat
    from msnewsletter.publisher.situation import Situation

# Missed wakes after which the clock counts as dead, and the shortest time for that.
_MISSED = 4
_LEAST = timedelta(minutes=2)
# The longest time between two starts of `run --once` by cron or a timer.
_ONCE = timedelta(minutes=30)
_START = "start 'msnewsletter run', or remove [schedule] if you publish by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSituation:
    """A situation, and the last heartbeat of the clock; None: it never ran here."""

    situation: Situation
    beat: Heartbeat | None

    @property
    def seen(self) -> str:
        """When the clock was last seen, for people."""
        return local_time(self.beat.beat, self.situation.zone) if self.beat else "never"


def all_troubles(situation: Situation, *, thorough: bool) -> tuple[Trouble, ...]:
    """All that is wrong, each once: see publisher/troubles.py, and what the clock knows."""
    found = troubles(situation, thorough=thorough)
    clock = ClockSituation(situation=situation, beat=read_heartbeat(situation.home))
    doubt = tuple(_doubt(clock))
    of_clock = (*doubt, *_failing(clock, found), *_silent(clock))
    if doubt:
        found = tuple(one for one in found if one.name != "ahead")
    # An issue that a crash left, and that cannot be finished, is said once: with the reason.
    again = {one.says for one in of_clock}
    stuck = any(one.name == "stuck" for one in of_clock)
    kept = [one for one in found if not (stuck and one.name == "interrupted")]
    return (*(one for one in kept if one.says not in again), *of_clock)


def _doubt(clock: ClockSituation) -> Iterator[Trouble]:
    """A machine's clock that cannot be right."""
    situation = clock.situation
    if situation.is_now and situation.settings:
        seen = clock.beat.last_trusted if clock.beat else None
        try:
            doubt = machine_clock_doubt(situation.home, at=situation.at, seen=seen)
        except NewsletterError:
            return  # what cannot be read is said by the other checks
        if doubt:
            yield Trouble(name="doubt", check=Check.TIME, says=str(doubt))


def clock_sentence(situation: Situation) -> str:
    """What is said of a clock that is well."""
    if situation.settings is None or situation.settings.schedule is None:
        return "there is no [schedule], so none is needed: you publish by hand"
    seen = ClockSituation(situation=situation, beat=read_heartbeat(situation.home)).seen
    return f"alive, last seen {seen}"


def _failing(clock: ClockSituation, found: Iterable[Trouble]) -> Iterator[Trouble]:
    """Steps that keep failing; where the issue is blocked, that says it already."""
    settings, preview = clock.situation.settings, clock.situation.preview
    if settings is not None and settings.schedule is None:
        return  # no clock is needed, whatever one of earlier failed at
    known = {one.name for one in found}
    for name, step in clock.beat.failing.items() if clock.beat else ():
        line = failing_line(name, step, clock.situation.zone)
        if name == "publish" and "interrupted" in known and preview:
            for number in preview.unfinished:
                says = f"issue {issue_name(number)} was interrupted, and finishing it fails: "
                yield Trouble(name="stuck", check=Check.ISSUE, says=says + step.reason)
        elif name == "notify":
            yield Trouble(name="not notified", check=Check.NOTIFY, says=line)
        elif not (name == "publish" and "blocked" in known):
            check = Check.ISSUE if name == "publish" else Check.CLOCK
            yield Trouble(name="failing", check=check, says=line)


def _silent(clock: ClockSituation) -> Iterator[Trouble]:
    """A clock that does not run though there is a schedule."""
    settings, beat = clock.situation.settings, clock.beat
    if settings is None or settings.schedule is None:
        return
    if problem := _problem(clock, beat):
        passed = _passed(clock.situation)
        says = f"the clock: {problem}{passed}; {_START}"
        yield Trouble(name="no clock", check=Check.CLOCK, says=says)


def _problem(clock: ClockSituation, beat: Heartbeat | None) -> str | None:
    if beat is None:
        return "has never run here"
    allowed = _ONCE if beat.every is None else max(_MISSED * timedelta(seconds=beat.every), _LEAST)
    if beat.stopped and beat.every is not None:
        return f"was stopped, last seen {clock.seen}"
    if clock.situation.at - beat.beat > allowed:
        return f"is dead or hangs, last seen {clock.seen}"
    return None


def _passed(situation: Situation) -> str:
    """The slot that nobody published meanwhile, if one has passed."""
    schedule = situation.preview.schedule if situation.preview else None
    if schedule is None or schedule.due is None:
        return ""
    return f", and the slot {schedule.due.publish.key} has passed"
