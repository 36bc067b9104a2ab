"""A step that fails for an unexpected reason is said, kept and notified without any address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homes import AT
from msnewsletter.clock.attempts import Attempts
from msnewsletter.clock.event_log import EventLog

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
