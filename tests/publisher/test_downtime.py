"""Publishing by the schedule under random downtimes and clocks that step back: nothing is lost."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chance import examples
from databases import lose_database, rows, start_anew
from homes import empty_home, write_summary
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import Waits
from msnewsletter.schedule.slots import due_slots
from msnewsletter.settings import load_settings

BEGIN = datetime(2027, 3, 20, 12, 7, tzinfo=UTC)  # a week before Berlin's clocks change
LOOK = timedelta(minutes=15)

hours = st.one_of(st.integers(1, 30), st.integers(-50, 0), st.integers(100, 900))
steps = st.lists(st.tuples(hours, st.booleans(), st.booleans()), min_size=1, max_size=8)


@settings(max_examples=examples(12))
@given(steps)
def test_every_slot_is_taken_once_and_in_order_whatever_the_clock_does(
    walk: list[tuple[int, bool, bool]],
) -> None:
    take_every_slot(walk)


@pytest.mark.usefixtures("postgresql")
@settings(
    max_examples=examples(4),
    # The database is the same for all examples: each leaves it empty.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps)
def test_the_same_on_postgresql(walk: list[tuple[int, bool, bool]]) -> None:
    take_every_slot(walk)


def take_every_slot(walk: list[tuple[int, bool, bool]]) -> None:
    """Go through the steps, and see that every slot was taken once and in order."""
    start_anew()
    with tempfile.TemporaryDirectory() as folder:
        home = empty_home(Path(folder) / "home")
        rule = load_settings(home.settings).rule
        assert rule is not None
        publish_due(home, at=BEGIN)
        now = latest = BEGIN
        written = 0
        for hour, arrives, by_hand in walk:
            now += timedelta(hours=hour)
            if arrives:
                written += 1
                write_summary(home, f"study-{written}", "2027-03-01")
            done = publish_due(home, at=now)
            if by_hand and now > latest and not isinstance(done, Waits):
                publish(home, at=now)
            latest = max(latest, now)
        publish(home, at=latest + timedelta(hours=1))  # a person settles what was late
        # Where a row lies tells when it was inserted: nothing is ever deleted from this table.
        as_inserted = "rowid" if home.database.exists() else "ctid"
        taken_in_order = f"SELECT slot, instant FROM slots ORDER BY {as_inserted}"  # noqa: S608
        found = rows(home, taken_in_order)
        [(sent,)] = rows(home, "SELECT count(*) FROM entries")
        lose_database(home)
        instants = [instant for _, instant in found]
        assert instants == sorted(set(instants))
        taken = [slot for slot, _ in found if slot.endswith("]")]
        named = due_slots(rule, BEGIN - LOOK, latest + timedelta(hours=1))
        assert taken == [slot.key for slot in named]
        assert sent == written
