"""Being the one sender of a newsletter: in its home, and on its database."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from msnewsletter.disk.lock import take_file_lock
from msnewsletter.errors import BusyError
from msnewsletter.publisher.reset_mark import refuse_reset_under_way
from msnewsletter.store.machine_lock import SENDER, SessionLock
from msnewsletter.store.subscribers import open_subscribers, subscribers_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings
    from msnewsletter.store.subscribers import SubscriberStore


@contextmanager
def delivery_lock(home: Home) -> Iterator[None]:
    """Hold the lock of the one sender of a home; raises BusyError."""
    handle, ours = take_file_lock(home, home.delivery_lock)
    try:
        if not ours:
            problem = "another msnewsletter is sending here"
            raise BusyError(home.display_path(home.delivery_lock), problem, "let it finish")
        yield
    finally:
        os.close(handle)


@contextmanager
def ledger_of_sole_sender(home: Home, settings: Settings) -> Iterator[SubscriberStore]:
    """The subscribers' database, while nobody else sends from it, here or on another machine.

    Raises BusyError, StoreError; RefusedError while a reset is not done.
    """
    where = subscribers_at(home, settings)
    lock = SessionLock(where, SENDER)
    with delivery_lock(home), ExitStack() as held:
        # Behind the lock: a reset makes its mark while it holds that.
        refuse_reset_under_way(home)
        held.callback(lock.leave)
        if not lock.take():
            raise BusyError(where.shown, "another machine sends from it", "let it finish")
        with open_subscribers(where) as store:
            yield store
