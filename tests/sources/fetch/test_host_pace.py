from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest

from msnewsletter.sources.fetch import deadline, host_pace
from msnewsletter.sources.fetch.host_pace import HostPace
from sources.fetch.fetching import asking
from sources.fetch.web_server import Asked, serving


def test_a_host_is_asked_once_at_a_time_over_all_sources() -> None:
    lock, running, most = Lock(), 0, 0

    def route(_: Asked) -> bytes:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.005)
        with lock:
            running -= 1
        return b"a"

    def source(_: int) -> None:
        with asking() as asks:
            for _ in range(3):
                asks.get(server.url("/a"))

    with serving({"/a": route}) as server, ThreadPoolExecutor(6) as threads:
        list(threads.map(source, range(6)))
    assert len(server.asked) == 18
    assert most == 1


def test_waiting_for_a_turn_is_not_the_host_s_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    routes = {"/a": lambda _: b"a"}
    with serving(routes) as server, asking(timeout=30, pause=500) as asks:
        # What is slept passes at once, and counts for every deadline.
        for module in (deadline, host_pace):
            monkeypatch.setattr(module, "monotonic", lambda: time.monotonic() + sum(asks.slept))
        for _ in range(2):
            asks.document(server.url("/a"))
    assert len(server.asked) == 2
    assert sum(asks.slept) > 400


def test_a_pause_is_between_an_answer_and_the_next_request() -> None:
    pace, slept = HostPace(), list[float]()
    for host in ("a", "b", "a"):
        with pace.turn(host, 443, pause=5, sleep=slept.append):
            pass
    with pace.turn("a", 80, pause=5, sleep=slept.append):
        pass
    assert [round(seconds) for seconds in slept] == [5]


def test_a_turn_ends_where_the_request_fails() -> None:
    pace, slept = HostPace(), list[float]()
    with pytest.raises(OSError, match="broken"), pace.turn("a", 1, pause=5, sleep=slept.append):
        raise OSError("broken")
    with pace.turn("a", 1, pause=5, sleep=slept.append):
        assert [round(seconds) for seconds in slept] == [5]
