"""`doctor`: health checks for a monitor: one line each, exit code 1 when one of them fails."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.instants import now
from msnewsletter.errors import NewsletterError, OutboxError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview

# Missed wakes after which the clock counts as dead, and the shortest time for that.
_MISSED = 4
_LEAST = timedelta(minutes=2)
# The longest time between two starts of `run --once` by cron or a timer.
_ONCE = timedelta(minutes=30)
_START = "start 'msnewsletter run'"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def doctor(home: Home, *, as_json: bool) -> None:
    """Check settings, folders, database, issue and clock; exit 1 when something is wrong."""
    from msnewsletter.serialize import pretty

    found = list(_examine(home, at=now()))
    if as_json:
        click.echo(
            pretty([{"check": n, "ok": ok, "says": says} for n, ok, says in found]), nl=False
        )
    else:
        for name, ok, says in found:
            click.echo(f"{'ok ' if ok else 'BAD'}  {name}: {says}")
    if not all(ok for _, ok, _ in found):
        sys.exit(1)


def _examine(home: Home, *, at: datetime) -> Iterator[tuple[str, bool, str]]:
    """Every check: its name, whether all is well, and one sentence."""
    checks: dict[str, Callable[[Home, datetime], str]] = {
        "settings": _settings,
        "home": _writable,
        "database": _database,
        "issue": _issue,
        "sent": _sent,
        "time": _time,
        "clock": _clock,
    }
    for name, check in checks.items():
        try:
            yield name, True, check(home, at)
        except NewsletterError as error:
            yield name, False, str(error)


def _settings(home: Home, at: datetime) -> str:
    """Whether the settings are valid and name a slot in the future."""
    from msnewsletter.schedule.recurrence import RuleError
    from msnewsletter.schedule.slots import refuse_ended
    from msnewsletter.settings import load_settings, refused_rule

    rule = load_settings(home.settings).rule
    try:
        if rule is not None:
            refuse_ended(rule, at)
    except RuleError as error:
        raise refused_rule(error, home.settings.read_text(encoding="utf-8")) from error
    return "newsletter.toml is valid"


def _writable(home: Home, _: datetime) -> str:
    for folder in (home.root, home.var, home.outbox, home.records):
        if folder.exists() and not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            place = home.display_path(folder)
            raise OutboxError(place, "cannot be written", "check its permissions")
    return "its folders can be read and written"


def _database(home: Home, _: datetime) -> str:
    from msnewsletter.publisher.opening import examine_database

    return f"{examine_database(home)} is intact"


# Gathered once for the checks that read it; one that fails is tried again, and fails each of them.
@lru_cache(maxsize=1)
def _preview(home: Home, at: datetime) -> NextIssuePreview:
    from msnewsletter.publisher.next_issue_preview import next_issue_preview

    return next_issue_preview(home, at=at, by_hand=True)


def _issue(home: Home, at: datetime) -> str:
    """Whether an issue waits for a person."""
    found = _preview(home, at)
    if found.due_slot_waits and found.schedule and found.schedule.due:
        raise RefusedError(found.schedule.due.publish.key, "it waits", found.due_slot_waits)
    return "nothing waits for a person"


def _sent(home: Home, at: datetime) -> str:
    """Whether readers of earlier issues get what the sources say now."""
    alarms = _preview(home, at).alarms
    if alarms:
        first, more = alarms[0], len(alarms) - 1
        others = f" ({more} more: run 'msnewsletter status')" if more else ""
        raise RefusedError(first.place, f"{first.text}{others}", "correct the file, then publish")
    return "readers get what the files of sent summaries say"


def _time(home: Home, at: datetime) -> str:
    """Whether the machine's clock can be right."""
    from msnewsletter.clock.heartbeat import last_trusted_wake
    from msnewsletter.publisher.clock_signs import machine_clock_doubt

    if doubt := machine_clock_doubt(home, at=at, seen=last_trusted_wake(home)):
        raise doubt
    return "this machine's clock can be right"


def _clock(home: Home, at: datetime) -> str:
    from msnewsletter.clock.heartbeat import read_heartbeat
    from msnewsletter.settings import load_settings

    if load_settings(home.settings).schedule is None:
        return "there is no [schedule], so none is needed"
    beat = read_heartbeat(home)
    if beat is None:
        raise RefusedError("the clock", "has never run here", _START)
    seen = f"last seen {beat.beat.isoformat(timespec='seconds')}"
    allowed = _ONCE if beat.every is None else max(_MISSED * timedelta(seconds=beat.every), _LEAST)
    if beat.stopped and beat.every is not None:
        raise RefusedError("the clock", f"was stopped, {seen}", _START)
    if at - beat.beat > allowed:
        raise RefusedError("the clock", f"is dead or hangs, {seen}", _START)
    for name, step in beat.failing.items():
        since = step.since.isoformat(timespec="seconds")
        raise RefusedError("the clock", f"its step {name!r} has failed since {since}", step.reason)
    return f"alive, {seen}"
