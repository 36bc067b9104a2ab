"""How the subscribers' database does: whether it can be read, by nobody else, and who is in it."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from msnewsletter.errors import StoreError
from msnewsletter.publisher.subscribing.opened import reading_subscribers
from msnewsletter.regular_file import is_there
from msnewsletter.subscribers.subscriber import SubscriberState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings

_OTHERS = 0o077


def subscriber_counts(home: Home, settings: Settings) -> Mapping[SubscriberState, int] | None:
    """How many subscribers there are in each state; None: there is no database of them yet.

    Makes none. Raises StoreError where it cannot be read.
    """
    if settings.newsletter.database == "sqlite" and not is_there(home.subscribers):
        return None
    counts = dict.fromkeys(SubscriberState, 0)
    with reading_subscribers(home) as store:
        for (state, _), number in store.count_subscribers().items():
            counts[state] += number
    return counts


def paused_count(home: Home, *, at: datetime) -> int:
    """How many of the confirmed asked for no mail for a while; `at`: now, aware.

    Raises StoreError where it cannot be read.
    """
    with reading_subscribers(home) as store:
        return store.count_paused(at)


def open_to_others(home: Home) -> StoreError | None:
    """Which of the database's files another user may open; None: none, or it is no file."""
    for suffix in ("", "-wal", "-shm"):
        path = home.subscribers.with_name(f"{home.subscribers.name}{suffix}")
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError:
            continue
        if mode & _OTHERS:
            place = home.display_path(path)
            problem = f"other users may open it (mode {mode:04o}), and it holds addresses"
            return StoreError(place, problem, f"run 'chmod 600 {place}'")
    return None


def examine_subscribers(home: Home, settings: Settings, *, thorough: bool) -> None:
    """Look into the database, where there is one; raises StoreError where it cannot be read.

    `thorough`: it examines itself too, which takes as long as it is large.
    """
    if settings.newsletter.database == "sqlite" and not is_there(home.subscribers):
        return
    with reading_subscribers(home) as store:
        store.subscriber(0)  # any query
        if thorough:
            store.examine()
