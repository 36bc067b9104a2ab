"""Who finds somebody else at work waits a little, and decides then."""

from __future__ import annotations

import time

import pytest

from msnewsletter.errors import BusyError, RefusedError, StaleError
from msnewsletter.web.desk import patience
from msnewsletter.web.desk.patience import anew, patiently

BUSY = BusyError("var/lock", "another msnewsletter is at work here", "run again")


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr(patience.time, "sleep", waited.append)
    assert time.sleep is patience.time.sleep
    return waited


def test_what_is_free_again_is_done_once(waits: list[float]) -> None:
    outcomes: list[BusyError | None] = [BUSY, BUSY, None, None]

    def do() -> int:
        if error := outcomes.pop(0):
            raise error
        return 7

    assert patiently(do) == 7
    assert (len(outcomes), len(waits)) == (1, 2)


def test_it_waits_five_seconds_and_no_longer(waits: list[float]) -> None:
    def do() -> None:
        raise BUSY

    with pytest.raises(BusyError):
        patiently(do)
    assert sum(waits) == pytest.approx(5)


def test_anything_else_is_said_at_once(waits: list[float]) -> None:
    def do() -> None:
        raise RefusedError("a", "b", "c")

    with pytest.raises(RefusedError):
        patiently(do)
    assert waits == []


def test_what_others_saved_in_between_is_read_anew_and_not_waited_for(waits: list[float]) -> None:
    outcomes = [StaleError("a", text="", version=""), StaleError("a", text="", version=""), None]

    def do() -> int:
        if error := outcomes.pop(0):
            raise error
        return 7

    assert anew(do) == 7
    assert waits == []


def test_what_changes_for_ever_is_said_in_the_end() -> None:
    def do() -> None:
        raise StaleError("a", text="theirs", version="v")

    with pytest.raises(StaleError):
        anew(do)
