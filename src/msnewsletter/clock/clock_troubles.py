"""Troubles that the clock knows of: what keeps failing, and whether it is alive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.clock.heartbeat import read_heartbeat
from msnewsletter.clock.notices import failing_line
from msnewsletter.errors import NewsletterError
from msnewsletter.home import issue_name
from msnewsletter.publisher.clock_signs import machine_clock_doubt
from msnewsletter.publisher.clock_state import NEVER_RAN
from msnewsletter.publisher.troubles.kinds import troubles
from msnewsletter.publisher.troubles.trouble import Check, Trouble, TroubleName
from msnewsletter.schedule.slots import due_slots

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from msnewsletter.clock.heartbeat import Heartbeat
    from msnewsletter.publisher.clock_state import ClockState
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.publisher.situation import Situation
    from msnewsletter.schedule.slots import Slot

# What the clock knows says another trouble too, with the reason.
_SAID_BY = {
    TroubleName.DOUBT: TroubleName.AHEAD,
    TroubleName.STUCK: TroubleName.INTERRUPTED,
    TroubleName.FAILING_INBOUND: TroubleName.CLOSED_INBOX,
    TroubleName.FAILING_PUSH: TroubleName.NOT_PUSHED,
}
_START = "start 'msnewsletter run', or remove [schedule] if you publish by hand"
_PUBLISH = "run 'msnewsletter publish', or start 'msnewsletter run', which publishes at each slot"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSituation:
    """A situation, and the last heartbeat of the clock; None: it never ran here."""

    situation: Situation
    beat: Heartbeat | None

    @property
    def state(self) -> ClockState:
        """What the clock does at that moment; of another than now, what it did last."""
        if self.beat is None:
            return NEVER_RAN
        return self.beat.state(self.situation.at if self.situation.is_now else self.beat.beat)


def all_troubles(situation: Situation, *, thorough: bool) -> tuple[Trouble, ...]:
    """All that is wrong, each once: see publisher/troubles/kinds.py, and what the clock knows."""
    found = troubles(situation, thorough=thorough)
    clock = ClockSituation(situation=situation, beat=read_heartbeat(situation.home))
    of_clock = (*_doubt(clock), *_failing(clock, found), *_silent(clock))
    said_again = {_SAID_BY[one.name] for one in of_clock if one.name in _SAID_BY}
    return (*(one for one in found if one.name not in said_again), *of_clock)


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
            yield Trouble(
                name=TroubleName.DOUBT, check=Check.TIME, subject=doubt.place, says=str(doubt)
            )


def clock_of(situation: Situation) -> ClockState:
    """What the clock does, as troubles say it."""
    return ClockSituation(situation=situation, beat=read_heartbeat(situation.home)).state


def clock_sentence(situation: Situation) -> str:
    """What is said of a clock that is well."""
    if situation.settings is None or situation.settings.schedule is None:
        return "there is no [schedule], so none is needed: you publish by hand"
    state = clock_of(situation)
    does = f"it {state.says(situation.zone)}"
    if state.is_at_work:
        return does
    remedy = "start 'msnewsletter run', or publish by hand"
    return f"{does}, so nothing goes out from this home by itself: {remedy}"


def _failing(clock: ClockSituation, found: Iterable[Trouble]) -> Iterator[Trouble]:
    """Steps that keep failing; where the issue is blocked, that says it already."""
    settings, preview = clock.situation.settings, clock.situation.preview
    if settings is not None and settings.schedule is None:
        return  # no clock is needed, whatever one of earlier failed at
    known = {one.name for one in found}
    for name, step in clock.beat.failing.items() if clock.beat else ():
        line = failing_line(name, step, clock.situation.zone)
        if name == "publish" and TroubleName.INTERRUPTED in known and preview:
            for number in preview.unfinished:
                issue = issue_name(number)
                says = f"issue {issue} was interrupted, and finishing it fails: {step.reason}"
                yield Trouble(name=TroubleName.STUCK, check=Check.ISSUE, subject=issue, says=says)
        elif name == "notify":
            yield Trouble(
                name=TroubleName.NOT_NOTIFIED, check=Check.NOTIFY, subject=name, says=line
            )
        elif name == "outbox":
            continue  # of plugins, the queue says it: with the issues that wait
        elif name == "push":
            yield Trouble(name=TroubleName.FAILING_PUSH, check=Check.PUSH, subject=name, says=line)
        elif name == "inbound":
            yield Trouble(
                name=TroubleName.FAILING_INBOUND, check=Check.INBOUND, subject=name, says=line
            )
        elif not (name == "publish" and TroubleName.BLOCKED in known):
            check = Check.ISSUE if name == "publish" else Check.CLOCK
            yield Trouble(name=TroubleName.FAILING, check=check, subject=name, says=line)


def _silent(clock: ClockSituation) -> Iterator[Trouble]:
    """A clock that does not run though there is a schedule, and is needed."""
    settings = clock.situation.settings
    if settings is None or settings.schedule is None:
        return
    if clock.state.is_at_work:
        return
    says = _ceased(clock) if clock.beat else _never_ran(clock.situation)
    if says:
        yield Trouble(name=TroubleName.NO_CLOCK, check=Check.CLOCK, subject="the clock", says=says)


def _never_ran(situation: Situation) -> str | None:
    """What is wrong where no clock ever ran; None: nothing, while no slot has passed by."""
    missed = _missed(situation.preview) if situation.preview else None
    if missed is None:
        return None
    passed = f"and the slot {missed.key} has passed with something new"
    return f"the clock has never run here, {passed}; {_PUBLISH}"


def _missed(preview: NextIssuePreview) -> Slot | None:
    """The newest slot since the last issue that some entry of the next one was dated for.

    Before the first issue: since the first of its entries was collected.
    """
    schedule, last, issue = preview.schedule, preview.last_slot, preview.issue
    if schedule is None or issue is None:
        return None
    oldest = min((entry.dated for entry in issue.entries), default=schedule.asked)
    seen = (entry.summary.first_seen or schedule.asked for entry in issue.entries)
    since = last.instant if last else min(seen, default=schedule.asked)
    passed = due_slots(schedule.rule, since, schedule.asked)
    return next((slot for slot in reversed(passed) if oldest <= slot.instant), None)


def _ceased(clock: ClockSituation) -> str:
    """What is wrong with a clock that ran once, and is not at work."""
    situation = clock.situation
    return f"the clock {clock.state.says(situation.zone)}{_passed(situation)}; {_START}"


def _passed(situation: Situation) -> str:
    """The slot that nobody published meanwhile, if one has passed."""
    schedule = situation.preview.schedule if situation.preview else None
    if schedule is None or schedule.due is None:
        return ""
    return f", and the slot {schedule.due.publish.key} has passed"
