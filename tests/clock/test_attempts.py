"""A step that fails for an unexpected reason is said, kept and notified without any address."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from homes import AT
from msnewsletter.clock.attempts import Attempts, UndecidedError
from msnewsletter.clock.event_log import EventLog
from msnewsletter.errors import BusyError, StoreError

if TYPE_CHECKING:
    from datetime import datetime

    import pytest


def test_a_bug_that_quotes_a_reader_names_nobody(caplog: pytest.LogCaptureFixture) -> None:
    def step(now: datetime) -> None:
        raise ValueError(f"no room for ada@example.org at {now:%Y}")

    attempts = Attempts(EventLog(), now=lambda: AT, failing={}, busy={})
    attempts.attempt("inbound", step)
    said = f"a bug: ValueError: no room for <address> at {AT:%Y}"
    assert attempts.failing["inbound"].reason == said
    assert [record.facts["why"] for record in caplog.records] == [said]  # type: ignore[attr-defined]


def test_a_step_that_may_not_rest_long_is_tried_again_soon_however_long_it_fails() -> None:
    now = AT
    tried: dict[str, list[datetime]] = {"lock": [], "publish": []}

    def failing(name: str, at: datetime) -> None:
        tried[name].append(at)
        raise StoreError("PostgreSQL db/news", "the server cannot be reached", "see that it runs")

    attempts = Attempts(EventLog(), now=lambda: now, failing={}, busy={})
    minute = timedelta(minutes=1)
    for _ in range(360):
        attempts.attempt("lock", partial(failing, "lock"), longest=minute)
        attempts.attempt("publish", partial(failing, "publish"))
        now += timedelta(seconds=10)
    pauses = {
        name: [later - earlier for earlier, later in pairwise(moments)]
        for name, moments in tried.items()
    }
    assert pauses["lock"][0] < pauses["lock"][1] == max(pauses["lock"]) == minute
    assert max(pauses["publish"]) == 15 * minute


def test_a_step_that_rests_and_has_something_new_to_do_is_tried_at_once() -> None:
    tried: list[datetime] = []

    def failing(at: datetime) -> None:
        tried.append(at)
        raise StoreError("a plugin", "it fails", "update it")

    attempts = Attempts(EventLog(), now=lambda: AT, failing={}, busy={})
    attempts.wake("outbox")  # it never failed: there is nothing to wake
    for _ in range(2):
        attempts.attempt("outbox", failing)
    assert len(tried) == 1
    attempts.wake("outbox")
    attempts.attempt("outbox", failing)
    assert len(tried) == 2
    assert attempts.failing["outbox"].failures == 2


def test_a_step_whose_work_goes_on_has_neither_failed_nor_succeeded(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "msnewsletter.clock")
    now = AT
    raised: Exception = StoreError("a plugin", "it fails", "update it")

    def step(at: datetime) -> None:
        del at
        raise raised

    attempts = Attempts(EventLog(), now=lambda: now, failing={}, busy={})
    attempts.attempt("outbox", step)
    before = dict(attempts.failing)
    raised = UndecidedError()
    for _ in range(3):
        now += timedelta(hours=1)
        attempts.attempt("outbox", step)
    assert (attempts.failing, attempts.busy) == (before, {})
    assert len(caplog.records) == 1
    raised = BusyError("var/consumers.lock", "another msnewsletter notifies plugins", "wait")
    attempts.attempt("outbox", step)
    assert (attempts.failing, attempts.busy) == (before, {"outbox": now})
