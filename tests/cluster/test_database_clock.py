"""The database's time on machines whose clocks are minutes apart."""

from __future__ import annotations

from datetime import timedelta

from homes import AT
from msnewsletter.cluster.database_clock import DatabaseClock


def test_it_goes_on_from_what_the_database_said_by_seconds_that_never_go_back() -> None:
    seconds = [100.0]
    clock = DatabaseClock(lambda: seconds[0])
    assert clock.set(lambda: AT) == AT
    seconds[0] += 90
    assert clock.now() == AT + timedelta(seconds=90)
    clock.set(lambda: AT + timedelta(seconds=80))
    assert clock.now() == AT + timedelta(seconds=80)


def test_an_answer_that_took_long_makes_it_late_and_never_early() -> None:
    seconds = [100.0]
    clock = DatabaseClock(lambda: seconds[0])

    def slow() -> object:
        seconds[0] += 5
        return AT

    clock.set(slow)  # type: ignore[arg-type]
    assert clock.now() == AT
