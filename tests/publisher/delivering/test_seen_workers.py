"""Which workers are at work, by what the database knows of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from homes import AT
from msnewsletter.publisher.delivering.seen_workers import (
    JOB_FORM,
    all_hindered,
    lost_line,
    nobody_works,
    seen_workers,
    worker_lines,
)
from msnewsletter.store.subscribers import WorkerRow

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ONE = WorkerRow(
    name="alpha-7-a1",
    machine="alpha",
    process=7,
    release="2.0",
    form=JOB_FORM,
    started=AT - 9 * MINUTE,
    seen=AT - timedelta(seconds=8),
)


def lines(*rows: WorkerRow) -> list[str]:
    return list(worker_lines(seen_workers(rows, release="2.0", now=AT)))


def test_those_at_work_are_counted_and_their_machines_named() -> None:
    beta = replace(ONE, name="b", machine="beta")
    assert lines(ONE, beta) == ["2 workers at work on alpha, beta"]
    assert lines(ONE) == ["1 worker at work on alpha"]


def test_what_keeps_one_from_working_is_said() -> None:
    waiting = replace(ONE, says="mail.example.org: no answer; see that it runs")
    assert lines(waiting)[1] == (
        "the worker on alpha (process 7) waits: mail.example.org: no answer; see that it runs"
    )


def test_another_release_is_named_and_another_form_gets_nothing() -> None:
    older, oldest = replace(ONE, release="1.9"), replace(ONE, release="1.0", form=JOB_FORM - 1)
    assert lines(older, oldest)[1:] == [
        "the worker on alpha (process 7) runs msnewsletter 1.9: update it",
        (
            "the worker on alpha (process 7) runs msnewsletter 1.0, which does not know this "
            "release's jobs and gets none: update it"
        ),
    ]


def test_one_that_fell_silent_is_lost_and_one_that_ended_is_not() -> None:
    silent, ended = replace(ONE, seen=AT - 5 * MINUTE), replace(ONE, seen=AT - MINUTE, ended=AT)
    seen = seen_workers([silent, ended], release="2.0", now=AT)
    assert seen.lost == [silent]
    assert lost_line(silent, now=AT) == (
        "the worker on alpha (process 7) has been silent for 5 minutes: start it again there, so "
        "that it settles what it had in hand"
    )
    assert lines(silent, ended) == ["no worker is at work"]
    assert "silent for 23 hours: " in lost_line(replace(ONE, seen=AT - 23.5 * HOUR), now=AT)
    long_ago = replace(ONE, seen=AT - timedelta(days=2))
    assert seen_workers([long_ago], release="2.0", now=AT).lost == []


def test_that_nobody_works_is_said_with_how_long() -> None:
    none = seen_workers([], release="2.0", now=AT)
    assert nobody_works(none) == (
        "mail waits, and there was never a worker: run 'msnewsletter worker' on a machine"
    )
    gone = seen_workers([replace(ONE, seen=AT - 12 * MINUTE, ended=AT)], release="2.0", now=AT)
    assert nobody_works(gone) == (
        "mail waits, and no worker has been seen for 12 minutes: run 'msnewsletter worker' on a "
        "machine, or see why it does not run"
    )
    assert nobody_works(seen_workers([ONE], release="2.0", now=AT)) is None


def test_where_all_are_hindered_for_ten_minutes_a_person_hears_of_it() -> None:
    why = "mail.example.org: it refuses user and password"
    since = replace(ONE, says=why, hindered=AT - 10 * MINUTE)
    new = replace(since, name="b", hindered=AT - 9 * MINUTE)
    for rows, says in (
        ((since, since), f"no worker can send it: the worker on alpha (process 7) says: {why}"),
        ((since, new), None),
        ((since, ONE), None),
        ((), None),
    ):
        found = all_hindered(seen_workers(rows, release="2.0", now=AT))
        assert (found or "").endswith(says) if says else found is None, rows
