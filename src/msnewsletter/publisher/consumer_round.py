"""Notifies plugins of the issues that were released: each of each issue once, in their order.

One that fails is notified again at the next round, stops none of the others, and never the site.
What waits is in consumer_queue.py.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from msnewsletter import urls
from msnewsletter.disk.lock import held_lock
from msnewsletter.errors import BusyError, NewsletterError, PluginError, RecordError
from msnewsletter.home import issue_name
from msnewsletter.plugin_process import PluginCall, longest_call
from msnewsletter.plugins import PluginGroup, plugin_named
from msnewsletter.publisher.consumer_queue import (
    Consumer,
    change_consumers,
    has_consumers,
    read_consumers,
)
from msnewsletter.publisher.record_files import has_record, load_record_of
from msnewsletter.regular_file import is_there

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.model import Issue
    from msnewsletter.plugin_child import Channel
    from msnewsletter.plugins import Plugin

# So long may one call take: enough to upload an issue to a slow host. Then its process is ended.
_SECONDS: Final = 300.0
# In whole minutes, because a machine with much to do adds seconds.
LONGEST_CALL: Final = timedelta(minutes=ceil(longest_call(_SECONDS) / 60))
# Where an issue's folder is, from its release on.
_FOLDERS: Final = ("new", "sending", "sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedIssue:
    """What a plugin is notified of.

    Attributes:
        number: the issue's.
        issue: all of it, frozen.
        folder: its folder with mail and manifest; None: a sender has taken it elsewhere, or lets
            nobody see it. A sender may move it at any moment: read what you need, and move nothing.
        page: the address of its page on the site.
    """

    number: int
    issue: Issue
    folder: Path | None
    page: str


def _never(calls: int) -> bool:
    del calls
    return False


def notify_consumers(
    home: Home, *, now: Callable[[], datetime], stopping: Callable[[int], bool] = _never
) -> tuple[NewsletterError, ...]:
    """Notify whom an issue waits for; returns what failed.

    Takes in what is released meanwhile, by any process: who finds this one at work may leave it to
    it, unless it is stopping or the plugin has failed. Calls a plugin for an issue once, at most.

    Raises BusyError while another process does it, and OutboxError where nothing can be noted.

    Args:
        home: the newsletter's home.
        now: returns the time, aware.
        stopping: asked before each call, with the number of calls that were begun; what is left
            then, waits.
    """
    if not has_consumers(home):
        return ()
    one = _ConsumerRound(home, now, stopping)
    with _held(home):
        one.work_off()
    # An issue may have been released after the last look and before the lock was free: who released
    # it left it to us. Whoever holds the lock now looks later than we do.
    with suppress(BusyError):
        while one.next_call():
            with _held(home):
                one.work_off()
    return tuple(one.failed.values())


def _held(home: Home) -> AbstractContextManager[None]:
    problem = "another msnewsletter notifies plugins here"
    return held_lock(home, home.var / "consumers.lock", problem, "wait until it has")


class _ConsumerRound:
    """The calls of one round.

    Attributes:
        failed: why a plugin failed, by its name; it is called no more, and later issues wait.
    """

    def __init__(
        self, home: Home, now: Callable[[], datetime], stopping: Callable[[int], bool]
    ) -> None:
        self._home, self._now, self._stopping = home, now, stopping
        self._begun: set[tuple[str, int]] = set()
        self.failed: dict[str, NewsletterError] = {}

    def work_off(self) -> None:
        """Call whom an issue waits for, until none is left."""
        while call := self.next_call():
            self._begun.add(call)
            self._notify(*call)

    def next_call(self) -> tuple[str, int] | None:
        """The plugin and the issue of the next call, as the queue is now; None: there is none."""
        if self._stopping(len(self._begun)):
            return None
        left = [
            # One that takes all of its time keeps the others waiting once, and then no more.
            (consumer.failing_since is not None, number, name)
            for name, consumer in read_consumers(self._home).consumers.items()
            for number in consumer.waiting
            if name not in self.failed and (name, number) not in self._begun
        ]
        calls = ((name, number) for _, number, name in sorted(left))
        return next((call for call in calls if _is_out(self._home, call[1])), None)

    def _notify(self, name: str, number: int) -> None:
        home, now = self._home, self._now
        try:
            _note(home, name, partial(Consumer.called, at=now()))
            _call(home, name, number)
            _note(home, name, partial(Consumer.after, number=number))
        except NewsletterError as error:
            _note(home, name, partial(Consumer.failed, reason=str(error), at=now()))
            self.failed[name] = error


def _note(home: Home, name: str, change: Callable[[Consumer], Consumer]) -> None:
    change_consumers(home, lambda queue: queue.changed(name, change))


def _is_out(home: Home, number: int) -> bool:
    """Whether it was released: the record is written before, and the folder leaves tmp/ by it."""
    try:
        is_recorded = has_record(home, number)
    except RecordError:
        return True  # so that the call says why the record cannot be read
    try:
        (home.outbox / "tmp" / issue_name(number)).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return is_recorded
    except OSError:
        pass  # nobody can tell
    return False


def _call(home: Home, name: str, number: int) -> None:
    try:
        plugin = plugin_named(PluginGroup.OUTBOX, name)
    except PluginError as error:
        remedy = f"{error.remedy}, or give it up: msnewsletter plugins forget {name}"
        raise PluginError(error.place, error.problem, remedy) from None
    issue = load_record_of(home, number).issue
    # A sender may be another user, who lets nobody into a folder: that is no reason to wait.
    folders = (home.outbox / folder / issue_name(number) for folder in _FOLDERS)
    released = ReleasedIssue(
        number=number,
        issue=issue,
        folder=next(filter(is_there, folders), None),
        page=issue.masthead.site + urls.issue_page_name(number),
    )
    call = PluginCall(plugin=plugin, work=_give_issue, arguments=(released,), seconds=_SECONDS)
    for _ in call.values():
        pass


def _give_issue(
    channel: Channel, plugin: Plugin, function: Callable[..., Any], released: ReleasedIssue
) -> None:
    """In the plugin's process: call it."""
    del channel
    with plugin.faults(f"fails at issue {released.number}"):
        function(released)
