"""Sends the door's mails that `serve` has left: the clock's part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.publisher.subscribing.door_context import door_context
from msnewsletter.publisher.subscribing.letters_waiting import PATIENCE
from msnewsletter.publisher.subscribing.send_letters import SentLetters, send_due_letters
from msnewsletter.store.subscribers import open_subscribers, subscribers_at

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings


def send_left_letters(
    home: Home, settings: Settings, *, now: Callable[[], datetime]
) -> SentLetters:
    """Send what has been due for some minutes.

    Args:
        home: the newsletter's home.
        settings: its, with `[subscribe]`.
        now: returns the time, aware.

    Raises StoreError, TemplateError.
    """
    with open_subscribers(subscribers_at(home, settings)) as store:
        context = door_context(home, secret=store.secret())
        return send_due_letters(store, context, now=now, patience=PATIENCE)
