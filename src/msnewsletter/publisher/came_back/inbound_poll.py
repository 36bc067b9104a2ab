"""Reads what came back in a thread of its own: a mail server that hangs holds nothing else up."""

from __future__ import annotations

from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from msnewsletter.errors import BusyError
from msnewsletter.publisher.came_back.inbound_memory import read_inbound_memory
from msnewsletter.publisher.came_back.read_mailboxes import read_mailboxes

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from msnewsletter.delivery_settings import InboundSection
    from msnewsletter.home import Home
    from msnewsletter.publisher.came_back.read_mailboxes import InboundReport

# Messages of one reading; what is left is read at the next wake.
_MOST = 5_000
# How long a reading that is asked to stop may take to the next message, before nobody waits for it.
_LAST_SECONDS = 2.0


class InboundPoll:
    """Readings of one clock, one at a time.

    Args:
        home: the newsletter's home.
        now: returns the time, aware.
    """

    def __init__(self, home: Home, *, now: Callable[[], datetime]) -> None:
        self._home, self._now = home, now
        self._ended: SimpleQueue[InboundReport | Exception] = SimpleQueue()
        self._under_way = self._stopping = self._goes_on = False

    def poll(self, section: InboundSection, *, within: float) -> InboundReport | None:
        """Read if it is due, and say what was read; None: nothing was due.

        Args:
            section: the settings; where they name no mailbox, nothing is due.
            within: seconds to wait for a reading.

        Raises what reading raises, and BusyError while one is under way: it has neither failed nor
        succeeded yet.
        """
        if not self._under_way:
            if self._stopping or not self._is_due(section):
                return None
            self._under_way = True
            Thread(target=self._run, name="inbound", daemon=True).start()
        try:
            done = self._ended.get(timeout=within) if within else self._ended.get_nowait()
        except Empty:
            raise BusyError("[inbound]", "what came back is being read", "wait") from None
        self._under_way = False
        if isinstance(done, Exception):
            raise done
        self._goes_on = done.stopped
        return done

    def stop(self) -> None:
        """Ask a reading to end after the message at hand; may be called by a signal's handler."""
        self._stopping = True

    def leave(self) -> None:
        """Stop, and give a reading a moment to end; one that does not ends with the process."""
        self._stopping = True
        if self._under_way:
            try:
                self._ended.get(timeout=_LAST_SECONDS)
            except Empty:
                return
            self._under_way = False

    def _is_due(self, section: InboundSection) -> bool:
        if not section.is_read:
            return False
        memory = read_inbound_memory(self._home)
        every = timedelta(minutes=section.every_minutes)
        return self._goes_on or memory is None or memory.is_due_again(self._now(), every)

    def _run(self) -> None:
        left = _MOST

        def stopping() -> bool:
            nonlocal left
            left -= 1
            return self._stopping or left == 0

        try:
            done: InboundReport | Exception = read_mailboxes(
                self._home, now=self._now, stopping=stopping
            )
        except Exception as error:  # noqa: BLE001  (who waits for it would wait for ever)
            done = error
        self._ended.put(done)
