"""The real process through both changes of the clocks, against the oracle that watched them."""

from __future__ import annotations

import os
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from clock.clocks import entries, run, scheduled_home, slots
from homes import AT, write_summary
from msnewsletter.clock.timer import _Every
from schedule.oracle import first_shown

if TYPE_CHECKING:
    from pathlib import Path

TIMES = (time(0), time(0, 30), time(1, 30), time(2, 30), time(3))
RULE = 'every = "day"\nat = ["00:00", "00:30", "01:30", "02:30", "03:00"]\nlate_after = "8 days"'
WATCHED = timedelta(hours=6)
STEP = timedelta(minutes=int(os.environ.get("CLOCK_STEP_MINUTES", "30")))

# Zone, then some hours before each change of its clocks in a year, before all slots of its day.
# While the process runs, it meets all of these.
CHANGES = {
    "Europe/Berlin": (
        datetime(2026, 10, 24, 21, tzinfo=UTC),
        datetime(2027, 3, 27, 21, tzinfo=UTC),
    ),
    "Australia/Lord_Howe": (
        datetime(2026, 10, 3, 12, tzinfo=UTC),
        datetime(2027, 4, 3, 12, tzinfo=UTC),
    ),
}


@pytest.mark.parametrize("zone", CHANGES)
def test_a_real_process_runs_through_both_changes_as_the_oracle_says(
    tmp_path: Path, zone: str
) -> None:
    home = scheduled_home(tmp_path, RULE, zone=f'"{zone}"')
    autumn, spring = CHANGES[zone]
    steps = int(WATCHED / STEP)
    moments = [begin + n * STEP for begin in (autumn, spring) for n in range(steps + 1)]
    for number, moment in enumerate(moments):
        write_summary(home, f"study-{number:03}", f"{moment.isoformat()}")
    done = run(home, moments, "run", "--wake", "0.02")
    assert done.code == 0, done.complained
    assert " failed " not in done.complained

    came = first_shown(zone, autumn - timedelta(days=1), moments[-1], TIMES)
    expected = {
        instant: f"{local.isoformat(timespec='minutes')}[{zone}]"
        for local, instant in sorted(came.items())
        if instant > autumn - timedelta(minutes=15)
    }
    taken = slots(home)
    assert [(datetime.fromisoformat(instant), key) for instant, key, _ in taken] == sorted(
        expected.items()
    )
    # While the process ran every slot had something new; while it was off they became one.
    watched = {
        outcome
        for instant, _, outcome in taken
        if not autumn + timedelta(days=1) < datetime.fromisoformat(instant) <= spring
    }
    assert watched == {"published"}
    assert [outcome for _, _, outcome in taken].count("coalesced") > 100
    sent = [key for issue in entries(home).values() for key in issue]
    assert len(sent) == len(set(sent))


def test_how_long_a_clock_rests_is_asked_anew_before_each_wake() -> None:
    pauses = iter([30.0, 30.0, 10.0, 30.0])
    alarm = _Every(lambda: next(pauses))
    rests = [(alarm.get_next_fire_time(AT, AT) - AT).total_seconds() for _ in range(3)]
    assert rests == [30, 10, 30]
