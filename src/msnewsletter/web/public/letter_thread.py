"""The door's thread at the mail server: sends what was asked for, outside of any request."""

from __future__ import annotations

from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import NewsletterError, RefusedError
from msnewsletter.publisher.subscribing.send_letters import send_due_letters
from msnewsletter.web.public.door_thread import DoorThread

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from msnewsletter.publisher.subscribing.door_context import DoorContext
    from msnewsletter.store.subscribers import SubscriberStore

# Seconds between two looks at what is due again.
_EVERY: Final = 20.0
# A server that does not answer keeps nobody from ending: what is not noted as sent is tried again.
_PATIENCE: Final = 5.0
_TIDY_EVERY: Final = timedelta(hours=1)


class LetterThread(DoorThread):
    """Sends the door's mails when it is woken, and what failed when it is due.

    Args:
        store: open; nobody else uses it until the thread has ended.
        context: returns that of the door as it is now.
        now: returns the time, aware.
        complain: called with what is wrong, once for each that is new.
    """

    def __init__(
        self,
        store: SubscriberStore,
        *,
        context: Callable[[], DoorContext],
        now: Callable[[], datetime],
        complain: Callable[[NewsletterError], None],
    ) -> None:
        super().__init__("door letters", patience=_PATIENCE)
        self._store, self._context, self._now = store, context, now
        self._complain = complain
        self._said = ""
        self._tidied: datetime | None = None
        self._woken, self._ended = Event(), False

    def _ask_to_end(self) -> None:
        self._ended = True
        self._woken.set()

    def wake(self) -> None:
        """Say that something is due; may be called from any thread."""
        self._woken.set()

    def _run(self) -> None:
        while not self._ended:
            self._woken.wait(_EVERY)
            self._woken.clear()
            if not self._ended:
                self._look()

    def _look(self) -> None:
        try:
            done = send_due_letters(self._store, self._context(), now=self._now)
            while done.sent and not self._ended:
                self._say(done.fault)
                done = send_due_letters(self._store, self._context(), now=self._now)
            if done.failed:
                self._say(done.fault)
            self._tidy()
        except NewsletterError as error:
            self._say(error)
        except Exception as error:  # noqa: BLE001  (a bug must not end the thread unheard)
            problem = f"a bug ({type(error).__name__})"
            self._say(RefusedError("the door's mails", problem, "report it"))

    def _tidy(self) -> None:
        now = self._now()
        if self._tidied is None or not self._tidied <= now < self._tidied + _TIDY_EVERY:
            self._store.drop_unconfirmed(now, secret=self._store.secret())
            self._tidied = now

    def _say(self, error: NewsletterError | None) -> None:
        if error is not None and str(error) != self._said:
            self._complain(error)
        self._said = str(error) if error else ""
