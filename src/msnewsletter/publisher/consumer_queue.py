"""The released issues that plugins have to be notified of: `var/consumers.json`, one for a home.

An issue is queued before it is released, and plugins are notified when it is out: a crash in
between repeats a call and loses none. Calls nobody: consumer_round.py does.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime  # noqa: TC003  (pydantic looks it up)
from typing import TYPE_CHECKING, Annotated

from pydantic import AliasChoices, Field

from msnewsletter.disk.atomic import disk_errors
from msnewsletter.disk.state_file import change_state, read_state
from msnewsletter.errors import OutboxError
from msnewsletter.plugins import PluginGroup, installed_plugins

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta
    from pathlib import Path

    from msnewsletter.home import Home

_NAME = "consumers.json"
_DAMAGED = f"{_NAME}.damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """A plugin that is notified of released issues.

    Attributes:
        waiting: numbers of the issues that it has to be notified of, in their order.
        waiting_since: since when some wait, aware UTC; None: none does, or an earlier version
            queued them.
        notified: those that it was notified of.
        failing_since: since when it fails, aware UTC; None: it does not.
        reason: why it failed last.
        called_since: since when it is being called, aware UTC; None: it is not. Who calls it may
            have been killed meanwhile.
    """

    waiting: tuple[int, ...] = ()
    waiting_since: datetime | None = None
    # Files of earlier versions have another name.
    notified: Annotated[
        tuple[int, ...], Field(validation_alias=AliasChoices("notified", "told"))
    ] = ()
    failing_since: datetime | None = None
    reason: str = ""
    called_since: datetime | None = None

    def queued(self, number: int, *, at: datetime) -> Consumer:
        """With an issue to be notified of, unless it was: its number is one issue for ever."""
        if number in self.notified:
            return self
        waiting = tuple(sorted({*self.waiting, number}))
        return replace(self, waiting=waiting, waiting_since=self.waiting_since or at)

    def after(self, number: int) -> Consumer:
        """Notified of an issue."""
        waiting = tuple(one for one in self.waiting if one != number)
        return replace(
            self,
            waiting=waiting,
            waiting_since=self.waiting_since if waiting else None,
            notified=tuple(sorted({*self.notified, number})),
            failing_since=None,
            reason="",
            called_since=None,
        )

    def called(self, *, at: datetime) -> Consumer:
        """While it is being called."""
        return replace(self, called_since=at)

    def failed(self, reason: str, *, at: datetime) -> Consumer:
        """After a call that failed."""
        since = self.failing_since or at
        return replace(self, failing_since=since, reason=reason, called_since=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerQueue:
    """What each consumer waits for, by the plugin's name."""

    consumers: dict[str, Consumer] = field(default_factory=dict)

    def is_worked_off(self, at: datetime, *, longest: timedelta) -> bool:
        """Whether one is being called at `at` (aware): the others are next.

        `longest`: no call takes longer; who began one that did was killed.
        """
        begun = [one.called_since for one in self.consumers.values() if one.called_since]
        return any(since <= at < since + longest for since in begun)

    def changed(self, name: str, change: Callable[[Consumer], Consumer]) -> ConsumerQueue:
        """With one consumer changed, where there is one of that name."""
        if name not in self.consumers:
            return self
        return replace(self, consumers={**self.consumers, name: change(self.consumers[name])})


def has_consumers(home: Home) -> bool:
    """Whether a plugin was ever queued for here; quick."""
    return (home.var / _NAME).exists()


def waiting_names(home: Home) -> tuple[str, ...]:
    """The names of the plugins that have to be notified of an issue; quick."""
    if not has_consumers(home):
        return ()
    return tuple(name for name, one in read_consumers(home).consumers.items() if one.waiting)


def read_consumers(home: Home) -> ConsumerQueue:
    """The queue; an empty one where there is none, or where its file cannot be read."""
    return read_state(home, home.var / _NAME, ConsumerQueue) or ConsumerQueue()


def change_consumers(home: Home, change: Callable[[ConsumerQueue], ConsumerQueue]) -> None:
    """Put what `change` makes of the queue in its place, durably; raises OutboxError.

    A file that cannot be read is put aside for a person: see `damaged_queue`.
    """

    def read() -> ConsumerQueue:
        found = read_state(home, home.var / _NAME, ConsumerQueue)
        if found is None and has_consumers(home):
            with disk_errors(home):
                (home.var / _NAME).replace(home.var / _DAMAGED)
        return found or ConsumerQueue()

    change_state(home, home.var / _NAME, read, change)


def damaged_queue(home: Home) -> Path | None:
    """The file that nobody can read any more, here or put aside; None: there is none."""
    if has_consumers(home) and read_state(home, home.var / _NAME, ConsumerQueue) is None:
        return home.var / _NAME
    aside = home.var / _DAMAGED
    return aside if aside.exists() else None


def queue_release(home: Home, number: int, *, at: datetime) -> None:
    """Queue an issue, about to be released, for all that are installed or were once.

    One that is missing for the moment, while the machine is updated, loses none by that. `at`: now,
    aware.
    """
    installed = [one.name for one in installed_plugins(PluginGroup.OUTBOX)]
    if not installed and not has_consumers(home):
        return

    def change(queue: ConsumerQueue) -> ConsumerQueue:
        known = {**dict.fromkeys(installed, Consumer()), **queue.consumers}
        return ConsumerQueue(
            consumers={name: one.queued(number, at=at) for name, one in sorted(known.items())}
        )

    # A queue that cannot be kept is for `doctor`, which names the file: no issue waits for it.
    with suppress(OutboxError):
        change_consumers(home, change)


def forget_consumer(home: Home, name: str) -> Consumer | None:
    """Forget a consumer and what waits for it; returns what was known. None: nothing was."""
    known = read_consumers(home).consumers.get(name)

    def change(queue: ConsumerQueue) -> ConsumerQueue:
        return ConsumerQueue(consumers={n: c for n, c in queue.consumers.items() if n != name})

    if known:
        change_consumers(home, change)
    return known
