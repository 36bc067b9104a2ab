"""How many of the door's mails wait, and since when; for `status`, `doctor` and the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msnewsletter.store.subscribers import open_subscribers, subscribers_at

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings
    from msnewsletter.store.subscribers.door_queries import WaitingLetters

# So long has `serve` to send what is due, before the clock does.
PATIENCE: Final = timedelta(minutes=2)
# A mail that was asked for should be there by then.
LONG: Final = timedelta(minutes=30)


def waiting_letters(home: Home, settings: Settings) -> WaitingLetters | None:
    """The mails that wait; None: there is no door. Raises StoreError."""
    if settings.subscribe is None:
        return None
    with open_subscribers(subscribers_at(home, settings), create=False) as store:
        return store.waiting_letters()


def drop_unconfirmed(home: Home, settings: Settings, *, at: datetime) -> None:
    """Remove who was asked to confirm and did not; `at`: now, aware. Raises StoreError."""
    location = subscribers_at(home, settings)
    if settings.subscribe is None or (location.path and not location.path.exists()):
        return
    with open_subscribers(location) as store:
        store.drop_unconfirmed(at, secret=store.secret())


def letters_are_left(home: Home, settings: Settings, *, at: datetime) -> bool:
    """Whether mails have been due for so long that `serve` is not there to send them.

    `at`: now, aware. Raises StoreError.
    """
    if settings.subscribe is None:
        return False
    with open_subscribers(subscribers_at(home, settings), create=False) as store:
        return store.has_due_letters(at - PATIENCE)
