"""Notifies editors of what cannot wait for a clock that may not run: that an issue was sent back.

Under the clock's own lock: while a clock is at work, it gives the notice, and each is given once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.clock.clock_lock import ClockLock
from msnewsletter.clock.notices import sent_back_notice
from msnewsletter.clock.notify import notify
from msnewsletter.clock.notify_settings import notify_settings
from msnewsletter.errors import NewsletterError
from msnewsletter.publisher.clock_work import note_notified, unnotified_sent_back
from msnewsletter.store import Notification

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home


def tell_of_sent_back(home: Home, *, at: datetime) -> str:
    """Notify the editors of what was sent back, unless they know; says what became of it.

    `at`: now, aware. Raises nothing of ours: what was decided is kept, whoever knows of it.
    """
    try:
        return _told(home, at)
    except NewsletterError as error:
        return f"The editors could not be notified: {error}. A clock tries again."


def _told(home: Home, at: datetime) -> str:
    settings = notify_settings(home)
    if not settings.any:
        return "Nobody else is notified: newsletter.toml has no notify in [schedule]."
    lock = ClockLock(home)
    try:
        if not lock.take():
            return "'msnewsletter run' notifies the editors at its next wake."
        if found := unnotified_sent_back(home, at=at):
            preview, decision = found
            notify(home, settings, sent_back_notice(preview, decision), at=at)
            note_notified(home, Notification.SENT_BACK, decision.name, at=at)
    finally:
        lock.leave()
    return "The editors are notified."
