"""The door's thread at the database: whoever leaves meanwhile leaves together, and is told so."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest

from homes import AT
from msnewsletter.errors import BusyError, StoreError
from msnewsletter.web.public import store_thread
from msnewsletter.web.public.store_thread import StoreThread
from patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterable


class Ledger:
    """Stands for the store: notes its transactions; the first waits until it may go on."""

    def __init__(self) -> None:
        self.left: list[list[str]] = []
        self.begun, self.may_go_on = threading.Event(), threading.Event()
        self.error: Exception | None = None

    def leave_all(self, handles: Iterable[str], *, at: object) -> set[str]:
        assert at == AT
        self.left.append(list(handles))
        self.begun.set()
        self.may_go_on.wait(PATIENCE)
        if self.error:
            raise self.error
        return set()


def thread(ledger: Any) -> StoreThread:
    return StoreThread(ledger, now=lambda: AT)


def test_those_who_leave_while_a_commit_is_waited_for_are_the_next() -> None:
    ledger = Ledger()

    async def all_leave(store: StoreThread) -> None:
        first = asyncio.create_task(store.leave("first"))
        await asyncio.to_thread(ledger.begun.wait, 20)
        others = [asyncio.create_task(store.leave(str(number))) for number in range(50)]
        asked = asyncio.create_task(store.do(lambda _: "an answer"))
        await asyncio.sleep(0)
        assert not first.done()
        ledger.may_go_on.set()
        await asyncio.gather(first, *others)
        assert await asked == "an answer"

    with thread(ledger) as store:
        asyncio.run(all_leave(store))
    assert [len(each) for each in ledger.left] == [1, 50]


def test_who_waits_gets_what_went_wrong_and_the_next_one_is_served() -> None:
    ledger = Ledger()
    ledger.may_go_on.set()
    ledger.error = StoreError("var/subscribers.db", "the disk is full", "make room")

    async def ask(store: StoreThread) -> None:
        with pytest.raises(StoreError, match="the disk is full"):
            await store.leave("one")
        ledger.error = None
        await store.leave("two")
        with pytest.raises(ZeroDivisionError):
            await store.do(lambda _: 1 / 0)

    with thread(ledger) as store:
        asyncio.run(ask(store))


def test_who_comes_when_too_many_wait_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_thread, "_QUEUED", 1)
    ledger = Ledger()

    async def ask(store: StoreThread) -> None:
        waiting = [asyncio.create_task(store.leave(str(number))) for number in range(20)]
        done = asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.sleep(0)
        ledger.may_go_on.set()
        assert {type(one) for one in await done} == {BusyError, bool}

    with thread(ledger) as store:
        asyncio.run(ask(store))
