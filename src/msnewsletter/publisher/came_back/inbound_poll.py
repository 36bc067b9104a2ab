"""Reads what came back in a thread of its own: a mail server that hangs holds nothing else up."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from msnewsletter.errors import BusyError
from msnewsletter.publisher.background_task import BackgroundTask
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


class InboundPoll:
    """Readings of one clock, one at a time.

    Args:
        home: the newsletter's home.
        now: returns the time, aware.
    """

    def __init__(self, home: Home, *, now: Callable[[], datetime]) -> None:
        self._home, self._now = home, now
        self._reading: BackgroundTask[InboundReport] = BackgroundTask("inbound")
        self._goes_on = False

    def poll(self, section: InboundSection, *, within: float) -> InboundReport | None:
        """Read if it is due, and say what was read; None: nothing was due.

        Args:
            section: the settings; where they name no mailbox, nothing is due.
            within: seconds to wait for a reading.

        Raises what reading raises, and BusyError while one is under way: it has neither failed nor
        succeeded yet.
        """
        if not self._reading.is_under_way:
            if self._reading.is_stopping or not self._is_due(section):
                return None
            self._reading.begin(self._read)
        done = self._reading.result(within=within)
        if done is None:
            raise BusyError("[inbound]", "what came back is being read", "wait")
        self._goes_on = done.stopped
        return done

    def stop(self) -> None:
        """Ask a reading to end after the message at hand; may be called by a signal's handler."""
        self._reading.stop()

    def leave(self) -> None:
        """Stop, and give a reading a moment to end; one that does not ends with the process."""
        with suppress(Exception):  # nobody is left who could say it
            self._reading.leave()

    def _is_due(self, section: InboundSection) -> bool:
        if not section.is_read:
            return False
        memory = read_inbound_memory(self._home)
        every = timedelta(minutes=section.every_minutes)
        return self._goes_on or memory is None or memory.is_due_again(self._now(), every)

    def _read(self) -> InboundReport:
        left = _MOST

        def stopping() -> bool:
            nonlocal left
            left -= 1
            return self._reading.is_stopping or left == 0

        return read_mailboxes(self._home, now=self._now, stopping=stopping)
