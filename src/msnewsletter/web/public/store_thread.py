"""The door's thread at the database: one at a time, and whoever leaves meanwhile together.

A commit waits for the disk. Those who leave while one is waited for are the next transaction, all
of them, and each is answered when it is on the disk.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final, TypeVar

from msnewsletter.errors import BusyError
from msnewsletter.web.public.door_thread import DoorThread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from msnewsletter.store.subscribers import SubscriberStore

T = TypeVar("T")
# Of one transaction: well within a tenth of a second.
_MOST: Final = 1_000
# Who comes when so many wait is sent away: memory has an end.
_QUEUED: Final = 20_000


@dataclass(frozen=True, slots=True)
class _Work:
    """Something to do with the store, or a handle that leaves; and who waits for it."""

    future: asyncio.Future[Any]
    work: Callable[[SubscriberStore], object] | None = None
    handle: str = ""


class StoreThread(DoorThread):
    """Does what requests want of the subscribers' database, in a thread of its own.

    Args:
        store: open; nobody else uses it until the thread has ended.
        now: returns the time, aware.
    """

    def __init__(self, store: SubscriberStore, *, now: Callable[[], datetime]) -> None:
        super().__init__("door store")
        self._store = store
        self._now = now
        self._queue: SimpleQueue[_Work | None] = SimpleQueue()

    def _ask_to_end(self) -> None:
        self._queue.put(None)

    async def do(self, work: Callable[[SubscriberStore], T]) -> T:
        """What `work` returns or raises; BusyError where too much waits."""
        found: T = await self._put(lambda future: _Work(future, work))
        return found

    async def leave(self, handle: str) -> bool:
        """Unsubscribe who has that handle; on the disk when this returns.

        Returns whether they left by this, and had been confirmed.
        """
        gone: set[str] = await self._put(lambda future: _Work(future, handle=handle))
        return handle in gone

    async def _put(self, made: Callable[[asyncio.Future[Any]], _Work]) -> Any:  # noqa: ANN401  (what work returns)
        if self._queue.qsize() > _QUEUED:
            raise BusyError("the subscribers", "too much is asked of them", "ask again in a minute")
        future = asyncio.get_running_loop().create_future()
        self._queue.put(made(future))
        return await future

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            together, ended = [first], False
            with suppress(Empty):
                while len(together) < _MOST and not ended:
                    if (one := self._queue.get_nowait()) is None:
                        ended = True
                    else:
                        together.append(one)
            self._do_all(together)
            if ended:
                return

    def _do_all(self, together: Sequence[_Work]) -> None:
        leaving = [one for one in together if one.work is None]
        if leaving:
            handles = [one.handle for one in leaving]
            _settle(leaving, _result(lambda: self._store.leave_all(handles, at=self._now())))
        for one in together:
            if (work := one.work) is not None:
                _settle([one], _result(lambda work=work: work(self._store)))  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class _WorkResult:
    value: object = None
    error: BaseException | None = None


def _result(work: Callable[[], object]) -> _WorkResult:
    try:
        return _WorkResult(work())
    except Exception as error:  # noqa: BLE001  (whoever waits for it gets it)
        return _WorkResult(error=error)


def _settle(works: Sequence[_Work], result: _WorkResult) -> None:
    """Tell those who wait, in their own thread, all at once."""
    loop = works[0].future.get_loop()
    with suppress(RuntimeError):  # The server has ended meanwhile, and nobody waits.
        loop.call_soon_threadsafe(_tell, works, result)


def _tell(works: Sequence[_Work], result: _WorkResult) -> None:
    for one in works:
        if one.future.done():  # Who asked has gone.
            continue
        if result.error is None:
            one.future.set_result(result.value)
        else:
            one.future.set_exception(result.error)
