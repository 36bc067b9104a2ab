"""The steps of a clock: each fails alone, and is tried again after a growing pause."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from msnewsletter.clock.heartbeat import LONGEST_PAUSE, FailingStep
from msnewsletter.errors import (
    BusyError,
    NewsletterError,
    RefusedError,
    SettingsError,
    TemplateError,
    printable,
)
from msnewsletter.text import bug_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from msnewsletter.clock.event_log import EventLog

# What only a person can repair, and no waiting.
_FOR_A_PERSON = (RefusedError, SettingsError, TemplateError)
# So long may another process be at work; then it hangs, and that is a failure.
_PATIENCE = timedelta(minutes=15)
# Characters of a reason, and how many reasons of one step are remembered.
_REASON, _REASONS = 1000, 20


class UndecidedError(Exception):
    """A step has neither failed nor succeeded: its work goes on beside the clock, or was none."""


class Attempts:
    """Which steps fail, since when and how often.

    Args:
        log: says what fails, at first and then at growing pauses.
        now: returns the time, aware.
        failing, busy: as the last heartbeat has them.
    """

    def __init__(
        self,
        log: EventLog,
        *,
        now: Callable[[], datetime],
        failing: Mapping[str, FailingStep],
        busy: Mapping[str, datetime],
    ) -> None:
        self._log = log
        self._now = now
        self.failing = dict(failing)
        self.busy = dict(busy)

    def attempt(
        self, name: str, step: Callable[[datetime], None], *, longest: timedelta = LONGEST_PAUSE
    ) -> None:
        """Do a step, unless it failed and its pause is not over; raises nothing of ours.

        `longest`: the longest pause.
        """
        now = self._now()
        failing = self.failing.get(name)
        if failing and failing.rests(now, longest):
            return
        try:
            step(now)
        except UndecidedError:
            return
        except BusyError as error:
            self._wait(name, str(error), now, longest=longest)
        except NewsletterError as error:
            blocks = isinstance(error, _FOR_A_PERSON)
            self._fail(name, str(error), now, longest=longest, blocks=blocks)
        except Exception as error:  # noqa: BLE001  (a bug must not stop the clock)
            self._fail(name, bug_words(error), now, longest=longest)
        else:
            self.busy.pop(name, None)
            if self.failing.pop(name, None):
                self._log.event("works again", step=name)

    def wake(self, name: str) -> None:
        """Try a step at once that failed and rests: it has something new to do."""
        if failing := self.failing.get(name):
            self.failing[name] = failing.awake

    def forget(self, *names: str) -> None:
        """These are steps of another state of the clock: nobody tries them now."""
        for name in names:
            self.failing.pop(name, None)
            self.busy.pop(name, None)

    def note_notified(self, reason: str) -> None:
        """Editors were notified that steps fail for this reason."""
        for name, step in self.failing.items():
            if step.reason == reason and reason not in step.notified:
                notified = (*step.notified, reason)[-_REASONS:]
                self.failing[name] = replace(step, notified=notified)

    def _wait(self, name: str, reason: str, now: datetime, *, longest: timedelta) -> None:
        since = self.busy.setdefault(name, now)
        if now - since >= _PATIENCE:
            self._fail(name, reason, now, longest=longest)

    def _fail(
        self, name: str, reason: str, now: datetime, *, longest: timedelta, blocks: bool = False
    ) -> None:
        reason = printable(reason)[:_REASON]
        before = self.failing.get(name)
        failing = FailingStep(
            since=before.since if before else now,
            failures=before.failures + 1 if before else 1,
            reason=reason,
            last=now,
            blocks=blocks,
            notified=before.notified if before else (),
        )
        self.failing[name] = failing
        if failing.loud or before is None or before.reason != reason:
            self._log.event(
                "failed",
                logging.ERROR,
                step=name,
                why=reason,
                failures=failing.failures,
                again_in_s=int(failing.pause(longest).total_seconds()),
            )
