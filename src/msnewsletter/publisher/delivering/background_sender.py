"""The sender in a thread of its own, for the clock: a mailing of hours holds nothing else up."""

from __future__ import annotations

from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import NewsletterError, RefusedError
from msnewsletter.publisher.delivering.delivery_run import DeliveryRequest
from msnewsletter.publisher.delivering.mailing_run import StopRequest
from msnewsletter.text import bug_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from msnewsletter.home import Home
    from msnewsletter.publisher.delivering.delivery_run import Delivered, DeliveryClock

    Send = Callable[[Home, DeliveryRequest], Delivered]

# How long what is under way may take to be answered before nobody waits for it: who stops us,
# Docker among them, kills after ten seconds. The journals know what a killed run had in hand.
_LAST_SECONDS: Final = 8.0
_SLICE: Final = 1.0  # seconds of one wait


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderRun:
    """How a run ended: with what it has done, or with why it could not."""

    done: Delivered | None = None
    failure: NewsletterError | None = None


class BackgroundSender:
    """Runs the sender beside all else, one run at a time."""

    def __init__(self, home: Home, *, clock: DeliveryClock, send: Send) -> None:
        """Prepare; `send` is what a run does, as `deliver` or others."""
        self._home, self._clock, self._send = home, clock, send
        self._ended: SimpleQueue[SenderRun | None] = SimpleQueue()
        self._stop: StopRequest | None = None
        self._stopping = False

    @property
    def at_work(self) -> bool:
        """Whether a run is under way, or has ended and was not asked for."""
        return self._stop is not None

    def start(self) -> None:
        """Begin a run, unless one is under way."""
        if self.at_work or self._stopping:
            return
        self._stop = StopRequest()
        Thread(target=self._run, args=(self._stop,), name="deliver", daemon=True).start()

    def ended(self, *, within: float) -> SenderRun | None:
        """The run that has ended since the last call; None: none has.

        Waits for one under way, but no longer than `within` seconds, and no longer than until
        `stop`.
        """
        return self._taken(within=within, heed_stop=True)

    def _taken(self, *, within: float, heed_stop: bool) -> SenderRun | None:
        end = monotonic() + within
        while self.at_work:
            try:
                # In slices: a Ctrl-C that comes as a long wait begins wakes nobody.
                one = self._ended.get(timeout=min(max(end - monotonic(), 0), _SLICE))
            except Empty:
                if monotonic() < end:
                    continue
                return None
            if one is None:
                if heed_stop:
                    return None
                continue
            self._stop = None
            return one
        return None

    def stop(self) -> None:
        """Ask the run to end quietly; may be called by a signal's handler."""
        self._stopping = True
        if self._stop:
            self._stop.request()
        self._ended.put(None)  # wakes who waits

    def leave(self) -> SenderRun | None:
        """Stop, and give the run a moment to end; one that does not end ends with the process."""
        if not self.at_work:
            return None
        self.stop()
        return self._taken(within=_LAST_SECONDS, heed_stop=False)

    def _run(self, stop: StopRequest) -> None:
        try:
            ended = SenderRun(
                done=self._send(self._home, DeliveryRequest(clock=self._clock, stop=stop))
            )
        except NewsletterError as error:
            ended = SenderRun(failure=error)
        except Exception as error:  # noqa: BLE001  (who waits for it would wait for ever)
            failure = RefusedError("sending", bug_words(error), "report it")
            ended = SenderRun(failure=failure)
        self._ended.put(ended)
