"""Whether a mailing may begin, by how many subscribers would get it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.errors import RefusedError
from msnewsletter.home import issue_name

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.store.subscribers import SubscriberStore

# A mailing to more than so many, and to so many times as many as any before, is asked for: a sender
# who begins so is refused, and a mailing to oneself makes nobody known.
_LARGE, _TIMES = 5_000, 10


def refuse_unmeant_size(
    store: SubscriberStore, issue: int, *, any_size: bool, at: datetime
) -> None:
    """Refuse to begin a mailing that nobody would get, or far more than ever before.

    The first would be finished at once, and whoever comes onto the list then would never get it:
    mostly the list has yet to be brought in. Of the second, providers refuse much.

    Args:
        store: the subscribers.
        issue: the mailing's.
        any_size: a person has said that many are meant, or warming up spreads them.
        at: now, aware.

    Raises RefusedError, StoreError.
    """
    readers = sum(store.count_readers(at).values())
    place = f"issue {issue_name(issue)}"
    if not readers:
        raise RefusedError(
            place,
            "it waits, for there is no confirmed subscriber who wants mail now",
            "add or import subscribers, or move its folder from outbox/new/ to outbox/sent/",
        )
    if any_size or readers <= _LARGE:
        return
    if store.first_mailing_above((readers - 1) // _TIMES) is None:
        raise RefusedError(
            place,
            f"it is the first mailing of its size, and goes to {readers:,} subscribers: "
            "providers refuse much mail of a sender whom they do not know",
            "set deliver.warm_up = true, or run 'msnewsletter deliver --yes'",
        )
