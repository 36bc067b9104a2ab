"""Notifies plugins of the issues that were released: each of each issue once, in their order.

One that fails is notified again at the next round, stops none of the others, and never the site.
What waits is in consumer_queue.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from msnewsletter import urls
from msnewsletter.disk.lock import held_lock
from msnewsletter.errors import NewsletterError, PluginError
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

if TYPE_CHECKING:
    from collections.abc import Callable
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
        folder: its folder with mail and manifest; None: a sender has taken it elsewhere. A sender
            may move it at any moment: read what you need, and move nothing.
        page: the address of its page on the site.
    """

    number: int
    issue: Issue
    folder: Path | None
    page: str


def notify_consumers(
    home: Home, *, now: Callable[[], datetime], stopping: Callable[[], bool] = lambda: False
) -> tuple[NewsletterError, ...]:
    """Notify whom an issue waits for; returns what failed.

    Raises BusyError while another process does it, and OutboxError where nothing can be noted.

    Args:
        home: the newsletter's home.
        now: returns the time, aware.
        stopping: asked before each call; what is left then, waits.
    """
    if not has_consumers(home):
        return ()
    problem = "another msnewsletter notifies plugins here"
    with held_lock(home, home.var / "consumers.lock", problem, "wait until it has"):
        consumers = read_consumers(home).consumers
        # One that takes all of its time keeps the others waiting once, and then no more.
        order = sorted(consumers, key=lambda name: consumers[name].failing_since is not None)
        failed = [_notify(home, name, consumers[name], now, stopping) for name in order]
        return tuple(one for one in failed if one)


def _notify(
    home: Home,
    name: str,
    consumer: Consumer,
    now: Callable[[], datetime],
    stopping: Callable[[], bool],
) -> NewsletterError | None:
    """Notify one of all that waits for it, until it fails; returns why it did."""
    try:
        for number in consumer.waiting:
            if stopping():
                break
            if _is_out(home, number):
                _note(home, name, partial(Consumer.called, at=now()))
                _call(home, name, number)
                _note(home, name, partial(Consumer.after, number=number))
    except NewsletterError as error:
        _note(home, name, partial(Consumer.failed, reason=str(error), at=now()))
        return error
    return None


def _note(home: Home, name: str, change: Callable[[Consumer], Consumer]) -> None:
    change_consumers(home, lambda queue: queue.changed(name, change))


def _is_out(home: Home, number: int) -> bool:
    """Whether it was released: the record is written before, and the folder leaves tmp/ by it."""
    return has_record(home, number) and not (home.outbox / "tmp" / issue_name(number)).exists()


def _call(home: Home, name: str, number: int) -> None:
    try:
        plugin = plugin_named(PluginGroup.OUTBOX, name)
    except PluginError as error:
        remedy = f"{error.remedy}, or give it up: msnewsletter plugins forget {name}"
        raise PluginError(error.place, error.problem, remedy) from None
    issue = load_record_of(home, number).issue
    folders = (home.outbox / folder / issue_name(number) for folder in _FOLDERS)
    released = ReleasedIssue(
        number=number,
        issue=issue,
        folder=next((one for one in folders if one.is_dir()), None),
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
