"""A thread of its own for one piece of work at a time, whose result is taken later."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

# How long work that is asked to stop may go on before nobody waits for it.
_LAST_SECONDS: Final = 2.0
_SLICE: Final = 1.0  # seconds of one wait


class BackgroundTask(Generic[Result]):
    """Work that goes on beside its owner, one piece at a time.

    Args:
        name: the thread's.

    Attributes:
        is_under_way: a piece has begun, and its result was not taken.
        is_stopping: it was asked to stop; nothing is begun any more.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._ended: SimpleQueue[Result | Exception | None] = SimpleQueue()
        self.is_under_way = self.is_stopping = False

    def begin(self, work: Callable[[], Result]) -> None:
        """Begin a piece, unless one is under way; what it gives is never None."""
        if self.is_under_way or self.is_stopping:
            return
        Thread(target=self._run, args=(work,), name=self._name, daemon=True).start()
        self.is_under_way = True

    def result(self, *, within: float | None) -> Result | None:
        """What the work came to; raises what it raised. None: it goes on, or there is none.

        Waits for its end no longer than `within` seconds (None: as long as it takes), and no longer
        than until `stop`.
        """
        return self._taken(within=within, heed_stop=True)

    def stop(self) -> None:
        """Begin nothing more, and wake who waits; may be called by a signal's handler."""
        self.is_stopping = True
        self._ended.put(None)

    def leave(self) -> Result | None:
        """Stop, and give the work a moment to end; what does not, ends with the process.

        Returns what it came to, and raises what it raised.
        """
        self.is_stopping = True
        return self._taken(within=_LAST_SECONDS, heed_stop=False)

    def _taken(self, *, within: float | None, heed_stop: bool) -> Result | None:
        end = None if within is None else monotonic() + within
        while self.is_under_way:
            try:
                # In slices: a Ctrl-C that comes as a long wait begins wakes nobody.
                left = _SLICE if end is None else min(max(end - monotonic(), 0), _SLICE)
                done = self._ended.get(timeout=left)
            except Empty:
                if end is None or monotonic() < end:
                    continue
                return None
            if done is None:
                if heed_stop:
                    return None
                continue
            self.is_under_way = False
            if isinstance(done, Exception):
                raise done
            return done
        return None

    def _run(self, work: Callable[[], Result]) -> None:
        try:
            done: Result | Exception = work()
        except Exception as error:  # noqa: BLE001  (who waits for it would wait for ever)
            done = error
        self._ended.put(done)
