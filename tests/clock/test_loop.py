"""The real process, its clock shifted: what it does at a slot, after one, and when told to end."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from clock.clocks import at, at_work, entries, events, once, run, scheduled_home, slots
from databases import on_both, rows, start_anew
from homes import command, write_summary

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from msnewsletter.home import Home

SLOT = datetime(2026, 11, 23, 7, tzinfo=UTC)  # Monday, 08:00 in Berlin
KEY = "2026-11-23T08:00[Europe/Berlin]"
HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)


def watched_home(root: Path, rule: str = "", **settings: str) -> Home:
    """A weekly home that a clock has watched since Sunday."""
    weekly = 'every = "week"\non = ["monday"]\nat = "08:00"\n'
    home = scheduled_home(root, weekly + rule, **settings)
    assert once(home, SLOT - 24 * HOUR) == [], "nothing happened"
    return home


@on_both
def test_a_slot_is_published_once_however_often_the_clock_wakes(tmp_path: Path) -> None:
    home = watched_home(tmp_path)
    write_summary(home, "a")
    moments = [SLOT - timedelta(seconds=20), SLOT + timedelta(seconds=10), SLOT + 2 * HOUR]
    done = run(home, moments, "run", "--wake", "0.02")
    assert done.code == 0, done.complained
    assert slots(home) == [("2026-11-23T07:00:00.000000+00:00", KEY, "published")]
    assert entries(home) == {1: ["a"]}
    assert done.complained.count(" published ") == 1
    assert done.complained.splitlines()[-1].endswith("stopped")


def test_a_machine_that_slept_through_its_slot_publishes_when_it_wakes(tmp_path: Path) -> None:
    home = watched_home(tmp_path)
    write_summary(home, "a")
    done = run(home, [SLOT - HOUR, SLOT + 9 * HOUR], "run", "--wake", "0.02")
    assert done.code == 0, done.complained
    assert [outcome for _, _, outcome in slots(home)] == ["published"]


@on_both
def test_after_weeks_off_one_issue_takes_in_all_older_slots(tmp_path: Path) -> None:
    home = watched_home(tmp_path)
    write_summary(home, "a")
    write_summary(home, "b", "2026-11-30")
    logged = once(home, SLOT + 3 * WEEK + HOUR)
    assert events(logged).count("coalesced") == 3
    assert [outcome for _, _, outcome in slots(home)] == ["coalesced"] * 3 + ["published"]
    assert entries(home) == {1: ["b", "a"]}
    assert json.loads(home.record(1).read_bytes())["coalesced"] == [
        KEY,
        "2026-11-30T08:00[Europe/Berlin]",
        "2026-12-07T08:00[Europe/Berlin]",
    ]


def test_a_clock_set_back_by_hours_repeats_nothing_and_goes_on(tmp_path: Path) -> None:
    home = watched_home(tmp_path)
    write_summary(home, "a")
    moments = [SLOT, SLOT - 5 * HOUR, SLOT - 4 * HOUR, SLOT + HOUR, SLOT + WEEK]
    done = run(home, moments, "run", "--wake", "0.02")
    assert done.code == 0, done.complained
    assert "clock set back" in done.complained
    assert [outcome for _, _, outcome in slots(home)] == ["published", "empty"]


def test_a_first_start_looks_back_a_quarter_of_an_hour_and_no_further(tmp_path: Path) -> None:
    early = scheduled_home(tmp_path / "early")
    write_summary(early, "a")
    once(early, SLOT + timedelta(seconds=5))
    assert entries(early) == {1: ["a"]}
    start_anew()
    late = scheduled_home(tmp_path / "late")
    write_summary(late, "a")
    once(late, SLOT + HOUR)
    assert slots(late) == []


def test_a_slot_longer_ago_than_late_after_waits_for_a_person_loudly(tmp_path: Path) -> None:
    home = watched_home(tmp_path, 'late_after = "6 hours"')
    write_summary(home, "a")
    logged = once(home, SLOT + 7 * HOUR)
    assert [line["level"] for line in logged if line["event"] == "late"] == ["warning"]
    [why] = [line["why"] for line in logged if line["event"] == "late"]
    # Publishing sends no mail: that is for the mail system.
    assert "run 'msnewsletter publish' to publish it now, or leave it to the next slot" in why
    assert slots(home) == []
    said = at(home, SLOT + 7 * HOUR, "status").said
    line = f"issue 0001, for the slot {KEY}, waits for a person: its slot is longer ago"
    assert f"ISSUE: {line}" in said
    health = at(home, SLOT + 7 * HOUR, "doctor")
    assert health.code == 1
    assert f"BAD  issue: {line}" in health.said
    assert "ok   clock" in health.said
    assert at(home, SLOT + 8 * HOUR, "publish").code == 0
    assert entries(home) == {1: ["a"]}
    assert [outcome for _, _, outcome in slots(home)] == ["coalesced", "published"]
    assert "late" not in events(once(home, SLOT + 9 * HOUR))


def test_a_late_slot_with_nothing_new_waits_for_nobody(tmp_path: Path) -> None:
    home = watched_home(tmp_path)
    assert "empty" in events(once(home, SLOT + 30 * HOUR))
    assert [outcome for _, _, outcome in slots(home)] == ["empty"]


@on_both
def test_an_unapproved_issue_waits_and_goes_out_as_soon_as_it_is_approved(tmp_path: Path) -> None:
    home = watched_home(tmp_path, review='"required"')
    write_summary(home, "a")
    logged = once(home, SLOT + HOUR)
    assert [line["why"] for line in logged if line["event"] == "waits"] == [
        "nobody has approved it"
    ]
    assert entries(home) == {}
    refused = at(home, SLOT + HOUR, "publish")
    assert refused.code == 1
    assert refused.complained.strip() == (
        "msnewsletter: issue 0001: nobody has approved it; "
        "look at 'msnewsletter status', then run 'msnewsletter approve'"
    )
    waits = (
        f"ISSUE: issue 0001, for the slot {KEY}, waits for a person: nobody has approved it; run"
    )
    assert waits in at(home, SLOT + HOUR, "status").said
    approved = at(home, SLOT + 2 * HOUR, "approve", "--by", "Ada")
    assert f"Issue 1 for {KEY} is approved by Ada." in approved.said
    once(home, SLOT + 3 * HOUR)
    assert entries(home) == {1: ["a"]}
    approval = json.loads(home.record(1).read_bytes())["approval"]
    assert (approval["by"], approval["at"]) == ("Ada", "2026-11-23T09:00:00Z")


def test_an_approval_given_days_before_holds_at_the_slot(tmp_path: Path) -> None:
    home = watched_home(tmp_path, review='"required"')
    write_summary(home, "a")
    write_summary(home, "of-the-day-itself", "2026-11-23")
    assert at(home, SLOT - 20 * HOUR, "approve", "--by", "Ada").code == 0
    once(home, SLOT + timedelta(seconds=10))
    assert entries(home) == {1: ["of-the-day-itself", "a"]}


def test_an_issue_that_changed_after_its_approval_waits_again(tmp_path: Path) -> None:
    home = watched_home(tmp_path, review='"required"')
    path = write_summary(home, "a")
    at(home, SLOT - 20 * HOUR, "approve", "--by", "Ada")
    path.write_text(path.read_text().replace("was small", "was very small"))
    [waits] = [line for line in once(home, SLOT) if line["event"] == "waits"]
    assert str(waits["why"]).startswith("it has changed since Ada approved it")
    assert entries(home) == {}


def test_a_poisoned_summary_does_not_stop_the_clock(tmp_path: Path) -> None:
    home = watched_home(tmp_path)
    write_summary(home, "good")
    write_summary(home, "bad", "2026-02-30")
    (home.root / "summaries" / "binary.md").write_bytes(bytes(range(256)) * 50)
    (home.root / "summaries" / "empty.json").write_bytes(b"")
    done = run(home, [SLOT, SLOT + HOUR, SLOT + 2 * HOUR], "run", "--wake", "0.02")
    assert done.code == 0, done.complained
    assert entries(home) == {1: ["good"]}
    assert done.complained.count("summaries/bad.md:3") == 1, "said once, not at every wake"
    assert " failed " not in done.complained


def test_a_broken_template_is_tried_again_until_it_is_mended(tmp_path: Path) -> None:
    home = watched_home(tmp_path)
    write_summary(home, "a")
    broken = home.root / "templates" / "digest.mjml.j2"
    broken.parent.mkdir()
    broken.write_text("{% for %}")
    failed = at(home, SLOT, "run", "--once")
    assert failed.code == 1
    assert "templates/digest.mjml.j2" in failed.complained
    status = at(home, SLOT + HOUR, "status").said
    assert "ISSUE: issue 0001 is blocked: templates/digest.mjml.j2:1:" in status
    assert "Next issue, it is BLOCKED: 1" in status
    broken.unlink()
    after = at(home, SLOT + HOUR, "status").said
    assert "the clock has failed to publish since Mon 2026-11-23 08:00 (Europe/Berlin)" in after
    once(home, SLOT + HOUR)
    assert entries(home) == {1: ["a"]}
    assert "has failed" not in at(home, SLOT + HOUR, "status").said


def test_a_disk_that_is_full_at_the_slot_delays_its_issue_and_loses_nothing(
    tmp_path: Path,
) -> None:
    home = watched_home(tmp_path)
    for number in range(8):
        write_summary(home, f"study-{number}")
    full = at(home, SLOT, "run", "--once", largest_file=12_000)
    assert full.code == 1
    assert "disk" in full.complained
    assert not list((home.outbox / "new").glob("*"))
    once(home, SLOT + HOUR)
    assert [len(keys) for keys in entries(home).values()] == [8]


def blocked_mid_publish(home: Home) -> tuple[subprocess.Popen[str], sqlite3.Connection]:
    """A clock that has begun to publish and waits for the database, which we hold."""
    connection = sqlite3.connect(home.database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    home.var.joinpath("lock").unlink()
    process = at_work(home, [SLOT + HOUR], "run", "--wake", "0.05")
    while not (home.var / "lock").exists() or not (home.var / "lock").read_text():
        assert process.poll() is None, process.communicate()
    return process, connection


@pytest.mark.sqlite("another program holds the database's file")
def test_a_sigterm_mid_publish_finishes_the_issue_and_ends_well(tmp_path: Path) -> None:
    home = watched_home(tmp_path)
    write_summary(home, "a")
    process, connection = blocked_mid_publish(home)
    with closing(connection):
        process.send_signal(signal.SIGTERM)
        connection.execute("ROLLBACK")
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert entries(home) == {1: ["a"]}
    assert (home.site / "rss.xml").exists()
    assert json.loads((home.var / "clock.json").read_bytes())["stopped"]


@pytest.mark.sqlite("another program holds the database's file")
def test_a_second_ctrl_c_stops_at_once_and_the_next_run_finishes(tmp_path: Path) -> None:
    home = watched_home(tmp_path)
    write_summary(home, "a")
    process, connection = blocked_mid_publish(home)
    with closing(connection):
        process.send_signal(signal.SIGINT)
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
        assert process.returncode == -signal.SIGINT
        process.communicate()
    assert entries(home) == {}
    once(home, SLOT + 2 * HOUR)
    assert entries(home) == {1: ["a"]}


def test_a_second_clock_waits_and_takes_over_when_the_first_is_killed(tmp_path: Path) -> None:
    home = watched_home(tmp_path)
    words = ("run", "--wake", "0.05")
    first = at_work(home, [SLOT - HOUR, SLOT - HOUR + timedelta(days=9)], *words)
    assert first.stderr is not None
    while "started" not in (line := first.stderr.readline()):
        assert line, "the first clock never started"
    for _ in range(100):
        first.send_signal(signal.SIGSTOP)
        second = at_work(home, [SLOT + HOUR], *words)
        assert second.stderr is not None
        if "another clock is at work here" in (line := second.stderr.readline()):
            break
        # Stopped in the midst of its work, it keeps the database to itself.
        assert "another program is using it" in line
        second.communicate()
        first.send_signal(signal.SIGCONT)
    write_summary(home, "a")
    first.kill()
    first.communicate()
    _, said = second.communicate(timeout=60)
    assert second.returncode == 0
    assert "took over" in said
    assert entries(home) == {1: ["a"]}


def test_the_editors_get_the_draft_once_before_its_slot(tmp_path: Path) -> None:
    told = tmp_path / "told.txt"
    hook = tmp_path / "hook.sh"
    hook.write_text(f'#!/bin/sh\n(echo "$MSNEWSLETTER_EVENT $MSNEWSLETTER_SLOT"; cat) >> {told}\n')
    hook.chmod(0o755)
    rule = f'lead = "12 hours"\nnotify = "{hook}"'
    home = watched_home(tmp_path / "home", rule, review='"required"')
    write_summary(home, "a")
    once(home, SLOT - 13 * HOUR)
    assert not told.exists()
    assert "drafted" in events(once(home, SLOT - 11 * HOUR))
    once(home, SLOT - 10 * HOUR)
    assert told.read_text().count("draft " + KEY) == 1
    assert "What we know of a" in told.read_text()
    once(home, SLOT + HOUR)
    once(home, SLOT + 2 * HOUR)
    assert told.read_text().count("waits " + KEY) == 1


def test_a_failing_hook_is_reported_and_keeps_no_issue_from_going_out(tmp_path: Path) -> None:
    home = watched_home(
        tmp_path, 'lead = "12 hours"\nnotify = "sh -c \'echo ada@example.org; exit 3\'"'
    )
    write_summary(home, "a")
    [failed] = [line for line in once(home, SLOT - HOUR) if line["event"] == "failed"]
    assert "exit code 3" in str(failed["why"])
    assert "ada@example.org" not in json.dumps(failed), "no address in a log"
    once(home, SLOT)
    assert entries(home) == {1: ["a"]}


def test_what_arrives_between_slots_is_collected_with_the_time_it_was_first_seen(
    tmp_path: Path,
) -> None:
    home = watched_home(tmp_path)
    write_summary(home, "a")
    once(home, SLOT - 20 * HOUR)
    [(seen,)] = rows(home, "SELECT first_seen FROM summaries")
    assert seen.startswith("2026-11-22T11:00:00")


@pytest.mark.sqlite("it breaks the database's file")
def test_the_doctor_tells_a_clock_that_is_alive_from_one_that_is_dead(tmp_path: Path) -> None:
    home = watched_home(tmp_path)
    assert at(home, SLOT - 24 * HOUR, "doctor").code == 0
    dead = at(home, SLOT - 20 * HOUR, "doctor")
    assert dead.code == 1
    assert "is dead or hangs, last seen Sun 2026-11-22 08:00 (Europe/Berlin)" in dead.said
    home.database.write_bytes(b"not a database" * 1000)
    assert "BAD  database: var/newsletter.db: it is broken" in command(home, "doctor").stdout


def test_a_clock_at_work_is_healthy_whatever_else_is_wrong(tmp_path: Path) -> None:
    home = scheduled_home(tmp_path)
    never = at(home, SLOT - 24 * HOUR, "doctor", "--clock")
    assert (never.code, never.said) == (1, "BAD  clock: it has never run here\n")
    once(home, SLOT - 24 * HOUR)
    home.settings.write_text("nonsense")
    alive = at(home, SLOT - 24 * HOUR, "doctor", "--clock")
    assert alive.code == 0
    assert alive.said.startswith("ok   clock: it is at work, last seen ")
    dead = at(home, SLOT - 20 * HOUR, "doctor", "--clock", "--json")
    assert dead.code == 1
    [line] = json.loads(dead.said)
    assert (line["check"], line["ok"]) == ("clock", False)


def test_the_doctor_says_that_a_schedule_has_ended(tmp_path: Path) -> None:
    home = scheduled_home(tmp_path, 'rrule = "FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;UNTIL=20261123"')
    once(home, SLOT - HOUR)
    assert at(home, SLOT - HOUR, "doctor").code == 0
    once(home, SLOT)
    ended = at(home, SLOT, "doctor")
    assert ended.code == 1
    assert f"it ended with {KEY}; move or remove UNTIL or COUNT" in ended.said


def test_status_names_the_next_slots_with_zone_and_offset_across_a_change(tmp_path: Path) -> None:
    home = scheduled_home(tmp_path)
    said = at(home, datetime(2027, 3, 20, tzinfo=UTC), "status").said
    assert "Mon 2027-03-22 08:00 (Europe/Berlin), UTC+01:00" in said
    assert "Mon 2027-03-29 08:00 (Europe/Berlin), UTC+02:00" in said


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('every = "day"\nat = "25:00"', "schedule.at = '25:00': it is not a valid time of day"),
        (
            'rrule = "FREQ=YEARLY;BYMONTHDAY=30;BYMONTH=2;BYHOUR=8"',
            "it never names a day",
        ),
        ('rrule = "FREQ=SECONDLY"', "FREQ=SECONDLY is too often"),
        ('at = "08:00"\nevery = "fortnight"', "schedule.every = 'fortnight'"),
        ('every = "week"\nat = "08:00"\non = ["mnday"]', "did you mean 'monday'"),
        ('every = "day"\nat = "08:00"\nlate_after = "soon"', "schedule.late_after = 'soon'"),
        ('every = "day"\nat = "08:00"\ncollect_every = 5', "schedule.collect_every = 5"),
        ('every = "day"\nat = "08:00"\nnotify = "mail \'x"', "it is not a valid command"),
        ('every = "day"\nat = "08:00"\natt = "x"', "did you mean 'at'"),
    ],
)
def test_a_schedule_that_cannot_be_obeyed_is_one_line_with_its_place(
    tmp_path: Path, rule: str, said: str
) -> None:
    home = scheduled_home(tmp_path, rule)
    done = command(home, "run")
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert said in line
    named = re.match(r"msnewsletter: newsletter\.toml:(\d+): ", line)
    assert named is not None, line
    assert home.settings.read_text().splitlines()[int(named[1]) - 1] == rule.splitlines()[-1]


def test_a_home_without_a_schedule_is_told_how_to_write_one(tmp_path: Path) -> None:
    home = scheduled_home(tmp_path)
    text = home.settings.read_text()
    home.settings.write_text(text[: text.index("[schedule]")] + text[text.index("[mail]") :])
    done = command(home, "run", "--once")
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert "newsletter.toml: there is no [schedule]; add one, e.g. every =" in line


def test_a_database_from_the_future_stops_the_clock_at_its_start(tmp_path: Path) -> None:
    home = watched_home(tmp_path)
    rows(home, "UPDATE alembic_version SET version_num = '9999'")
    done = command(home, "run")
    assert done.returncode == 1
    assert "newer msnewsletter" in done.stderr
    assert done.stderr.count("\n") == 1
