"""Being the one sender of a newsletter: in its home, and on its database."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from msnewsletter.disk.lock import held_lock
from msnewsletter.errors import BusyError
from msnewsletter.publisher.reset_mark import refuse_reset_under_way
from msnewsletter.store.machine_lock import SENDER, SessionLock
from msnewsletter.store.subscribers import open_subscribers, subscribers_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings
    from msnewsletter.store.subscribers import SubscriberStore


def delivery_lock(home: Home) -> AbstractContextManager[None]:
    """Hold the lock of the one sender of a home; raises BusyError."""
    problem = "another msnewsletter is sending here"
    return held_lock(home, home.delivery_lock, problem, "let it finish")


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
