"""Tells plugins of the issues that were released: each of each issue once, in their order.

One that fails is told again at the next round, stops none of the others, and never the site. What
is to be told is in consumer_queue.py.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from msnewsletter import urls
from msnewsletter.disk.lock import held_lock
from msnewsletter.errors import BusyError, NewsletterError, PluginError
from msnewsletter.home import issue_name
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

# Where an issue's folder is, from its release on.
_FOLDERS: Final = ("new", "sending", "sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedIssue:
    """What a plugin is told of.

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


def tell_consumers(home: Home, *, at: datetime) -> tuple[NewsletterError, ...]:
    """Tell whom an issue waits for; returns what failed. `at`: now, aware.

    Nothing while another process does it. Raises OutboxError where nothing can be noted.
    """
    if not has_consumers(home):
        return ()
    with suppress(BusyError), held_lock(home, home.var / "consumers.lock", "is held", "wait"):
        consumers = read_consumers(home).consumers
        failed = [_tell(home, name, one, at=at) for name, one in consumers.items()]
        return tuple(one for one in failed if one)
    return ()


def tell_consumers_once(home: Home, *, at: datetime) -> None:
    """Tell them for a person who published: whatever fails is left to the next run."""
    with suppress(NewsletterError):
        tell_consumers(home, at=at)


def _tell(home: Home, name: str, consumer: Consumer, *, at: datetime) -> NewsletterError | None:
    """Tell one of all that waits for it, until it fails; returns why it did."""
    try:
        for number in consumer.waiting:
            if _is_out(home, number):
                _call(home, name, number)
                _note(home, name, partial(Consumer.after, number=number))
    except NewsletterError as error:
        _note(home, name, partial(Consumer.failed, reason=str(error), at=at))
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
    function, issue = plugin.load(), load_record_of(home, number).issue
    folders = (home.outbox / folder / issue_name(number) for folder in _FOLDERS)
    told = ReleasedIssue(
        number=number,
        issue=issue,
        folder=next((one for one in folders if one.is_dir()), None),
        page=issue.masthead.site + urls.issue_page_name(number),
    )
    with plugin.faults(f"fails at issue {number}"):
        function(told)
