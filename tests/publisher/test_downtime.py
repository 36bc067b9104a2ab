"""Publishing by the schedule under random downtimes and clocks that step back: nothing is lost."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from homes import empty_home, write_summary
from msnewsletter.config import load_settings
from msnewsletter.publisher import publish, publish_due
from msnewsletter.schedule.slots import due_slots

BEGIN = datetime(2027, 3, 20, 12, 7, tzinfo=UTC)  # a week before Berlin's clocks change
LOOK = timedelta(minutes=15)

hours = st.one_of(st.integers(1, 30), st.integers(-50, 0), st.integers(100, 900))
steps = st.lists(st.tuples(hours, st.booleans(), st.booleans()), min_size=1, max_size=8)


@settings(max_examples=12, deadline=None)
@given(steps)
def test_every_slot_is_taken_once_and_in_order_whatever_the_clock_does(
    walk: list[tuple[int, bool, bool]],
) -> None:
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
            if by_hand and now > latest and not done.waits:
                publish(home, at=now)
            latest = max(latest, now)
        publish(home, at=latest + timedelta(hours=1))  # a person settles what was late
        with closing(sqlite3.connect(home.database)) as connection:
            rows = connection.execute("SELECT slot, instant FROM slots ORDER BY rowid").fetchall()
            sent = connection.execute("SELECT count(*) FROM entries").fetchone()[0]
        instants = [instant for _, instant in rows]
        assert instants == sorted(set(instants))
        taken = [slot for slot, _ in rows if slot.endswith("]")]
        named = due_slots(rule, BEGIN - LOOK, latest + timedelta(hours=1))
        assert taken == [slot.key for slot in named]
        assert sent == written
