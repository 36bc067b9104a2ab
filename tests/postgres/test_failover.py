"""A clock on another machine takes over, however the first one or its network ends.

The server gives a lost session up after seconds here, by what the address says; what it does
otherwise, and that all of it is over within a minute, is asked of its settings.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from clock.clocks import entries, once, scheduled_home
from clock.test_loop import SLOT
from databases import rows
from homes import AT, empty_home, write_summary
from machines import Cut
from msnewsletter.clock.loop import Clock
from msnewsletter.errors import BusyError, NewsletterError, RefusedError
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import SlotTaken
from msnewsletter.publisher.session import Step
from msnewsletter.settings import load_settings
from msnewsletter.store import CLOCK, SessionLock, location_of
from msnewsletter.store.location import ADDRESS
from msnewsletter.store.subscribers import open_subscribers, subscribers_at
from patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from multiprocessing.connection import Connection
    from pathlib import Path

    from cluster import Cluster
    from machines import Machine, Network
    from msnewsletter.home import Home

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EVERY = 30.0
BETWEEN = timedelta(seconds=EVERY)
FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class RemoteHome:
    """A home on a machine of its own, where a process does what it is told."""

    home: Home
    process: Any
    asked: Connection

    def wake(self, at: datetime) -> str:
        """Let its clock wake; returns whether it works, waits or fails."""
        self.asked.send(("wake", at))
        return str(self.answer())

    def wake_until(self, does: str, *, first: datetime) -> None:
        """Let its clock wake again and again until it works, waits or fails, as `does` says.

        The time goes on meanwhile: what failed once, and on a busy machine a connection may take
        longer than its two seconds, rests before a clock tries it again.
        """
        wakes = count()
        until(lambda: self.wake(first + next(wakes) * BETWEEN) == does)

    def reaches_the_database(self) -> bool:
        """Whether it can begin a session there."""
        self.asked.send("reach")
        return bool(self.answer())

    def begin_to_publish(self, at: datetime, *, until: Step) -> None:
        """Let it publish, and stand still at a step until `go_on`."""
        self.asked.send(("publish", at, until))
        assert self.answer() == until

    def go_on(self) -> str:
        """Let it publish to the end; returns how it ended."""
        self.asked.send("go on")
        return str(self.answer())

    def answer(self) -> object:
        """What it says when it has done what it was told."""
        assert self.asked.poll(PATIENCE), "it never answered"
        return self.asked.recv()


def serve(home: Home, machine: Machine, told: Connection) -> None:
    """Do what is told, on a machine, until nobody tells any more."""
    machine.enter()
    clock: Clock | None = None
    while True:
        try:
            match told.recv():
                case ("wake", at):
                    if clock is None:
                        clock = Clock(home, now=lambda: at, every=EVERY)
                    told.send(woken(clock, at))
                case ("publish", at, until):
                    told.send(published(home, told, at, until))
                case "reach":
                    told.send(reached_the_database())
                case ("ask", statement):
                    told.send(str(answered(home, statement)))
        except EOFError:
            return


def woken(clock: Clock, at: datetime) -> str:
    """What a clock does at an instant."""
    clock._now = clock._attempts._now = lambda: at
    clock.wake()
    if not clock.healthy:
        return "fails"
    return "works" if clock.pause == EVERY else "waits"


def published(home: Home, told: Connection, at: datetime, until: Step) -> str:
    def reached(step: Step) -> None:
        if step is until:
            told.send(step)
            told.recv()

    try:
        return type(publish(home, at=at, reached=reached)).__name__
    except NewsletterError as error:
        return type(error).__name__


def reached_the_database() -> bool:
    try:
        psycopg.connect(os.environ[ADDRESS]).close()
    except psycopg.OperationalError:
        return False
    return True


def answered(home: Home, statement: str) -> object:
    """What the database answers who has the lock of the clock."""
    lock = SessionLock(location_of(home, load_settings(home.settings)), CLOCK)
    assert lock.take()
    assert lock._engine
    try:
        with lock._engine.connect() as session:
            return session.execute(text(statement)).all()
    except DBAPIError as error:
        return error


@contextmanager
def at_machine(home: Home, machine: Machine) -> Iterator[RemoteHome]:
    """A process at a machine, until the end of the block."""
    here, there = FORK.Pipe()
    process = FORK.Process(target=serve, args=(home, machine, there))
    process.start()
    there.close()
    remote = RemoteHome(home, process, here)
    try:
        # A cable that was put in a moment ago may not carry all yet.
        until(remote.reaches_the_database)
        yield remote
    finally:
        here.close()
        process.kill()
        process.join()


def until(happens: Callable[[], bool]) -> None:
    """Try again until it happens; each try waits for a lock by itself."""
    end = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < end, "it never happened"


def folders(home: Home) -> list[str]:
    """The issues in a home's `new/`."""
    new = home.outbox / "new"
    return sorted(path.name for path in new.iterdir()) if new.exists() else []


@pytest.fixture
def scheduled(distant_database: Cluster, tmp_path: Path) -> tuple[Home, Home]:
    """Two homes on the database whose schedule has been watched since the day before."""
    assert distant_database.process
    homes = scheduled_home(tmp_path / "one"), scheduled_home(tmp_path / "other")
    assert once(homes[0], SLOT - 24 * HOUR) == []
    return homes


def write_on(homes: tuple[Home, Home], key: str) -> None:
    for home in homes:
        write_summary(home, key)


def begin_to_wake(works: RemoteHome, waits: RemoteHome) -> None:
    """Let one clock work, and that of the other home wait for it."""
    works.wake_until("works", first=SLOT - HOUR)
    waits.wake_until("waits", first=SLOT - HOUR)


@pytest.mark.parametrize("what", list(Cut))
def test_a_clock_takes_over_from_a_machine_that_lost_its_network_which_then_waits(
    net: Network, scheduled: tuple[Home, Home], what: Cut
) -> None:
    with at_machine(scheduled[0], net.one) as one, at_machine(scheduled[1], net.other) as other:
        begin_to_wake(one, other)
        write_on(scheduled, "a")
        net.one.cut(what)
        try:
            other.wake_until("works", first=SLOT)
            assert one.wake(SLOT) == "fails"
        finally:
            net.one.mend(what)
        one.wake_until("waits", first=SLOT + MINUTE)
        assert [folders(home) for home in scheduled] == [[], ["0001"]]
        assert entries(one.home) == entries(other.home) == {1: ["a"]}


def test_a_clock_takes_over_from_one_that_was_killed_whose_successor_waits(
    net: Network, scheduled: tuple[Home, Home]
) -> None:
    with at_machine(scheduled[1], net.other) as other:
        with at_machine(scheduled[0], net.one) as one:
            begin_to_wake(one, other)
            write_on(scheduled, "a")
            one.process.kill()
            other.wake_until("works", first=SLOT)
        with at_machine(scheduled[0], net.one) as again:
            again.wake_until("waits", first=SLOT)
    assert [folders(home) for home in scheduled] == [[], ["0001"]]


def test_a_clock_takes_over_from_one_whose_sessions_were_ended_which_then_waits(
    net: Network, distant_database: Cluster, scheduled: tuple[Home, Home]
) -> None:
    with at_machine(scheduled[0], net.one) as one, at_machine(scheduled[1], net.other) as other:
        begin_to_wake(one, other)
        write_on(scheduled, "a")
        distant_database.end_sessions()
        other.wake_until("works", first=SLOT)
        one.wake_until("waits", first=SLOT)
    assert [folders(home) for home in scheduled] == [[], ["0001"]]
    assert entries(scheduled[0]) == entries(scheduled[1]) == {1: ["a"]}


def test_a_clock_takes_over_where_an_answer_was_under_way_to_the_machine_that_is_lost(
    net: Network, distant_database: Cluster, tmp_path: Path
) -> None:
    home = empty_home(tmp_path)
    lock = SessionLock(location_of(home, load_settings(home.settings)), CLOCK)
    waits = "SELECT pid FROM pg_locks WHERE objid = 17 AND NOT granted"
    with at_machine(home, net.one) as one:
        with psycopg.connect(distant_database.url()) as holder:
            holder.execute("SELECT pg_advisory_lock(17)")
            one.asked.send(("ask", "SELECT repeat('x', 1000000) FROM pg_advisory_lock(17)"))
            until(lambda: bool(distant_database.ask(waits, "news")))
            net.one.cut(Cut.CABLE)
        try:
            until(lock.take)
            assert "OperationalError" in str(one.answer())
        finally:
            net.one.mend(Cut.CABLE)
    lock.leave()


def test_two_machines_that_lose_their_networks_in_turn_bring_out_each_issue_once(
    net: Network, scheduled: tuple[Home, Home]
) -> None:
    with at_machine(scheduled[0], net.one) as one, at_machine(scheduled[1], net.other) as other:
        begin_to_wake(one, other)
        for week in range(2):
            ends = (one, net.one, other) if week % 2 == 0 else (other, net.other, one)
            works, machine, waits = ends
            at = SLOT + timedelta(weeks=week)
            waits.wake_until("waits", first=at - HOUR)
            write_on(scheduled, f"study-{week}")
            machine.cut(Cut.CABLE)
            try:
                waits.wake_until("works", first=at)
            finally:
                machine.mend(Cut.CABLE)
            works.wake_until("waits", first=at + MINUTE)
    assert [folders(home) for home in scheduled] == [["0002"], ["0001"]]
    assert entries(scheduled[0]) == {week + 1: [f"study-{week}"] for week in range(2)}


@pytest.mark.parametrize("step", [Step.SELECTED, Step.PUBLISHING, Step.RECORDED])
@pytest.mark.usefixtures("distant_database")
def test_a_network_that_is_lost_amid_the_release_repeats_and_loses_nothing(
    net: Network, tmp_path: Path, step: Step
) -> None:
    homes = empty_home(tmp_path / "one"), empty_home(tmp_path / "other")
    write_on(homes, "a")
    ends: list[str] = []

    def other_publishes() -> bool:
        try:
            ends.append(type(publish(homes[1], at=AT)).__name__)
        except BusyError:
            return False
        except RefusedError as refused:
            ends.append(refused.problem)
        return True

    with at_machine(homes[0], net.one) as one:
        one.begin_to_publish(AT, until=step)
        net.one.cut(Cut.CABLE)
        try:
            assert one.go_on() == "StoreError"
            until(other_publishes)
        finally:
            net.one.mend(Cut.CABLE)
    back = publish(homes[0], at=AT)
    assert isinstance(back, SlotTaken)
    begun = "another machine began to release it, and only that one knows whether it did"
    found = [folders(home) for home in homes]
    if step is Step.SELECTED:
        assert (ends, found) == (["SlotTaken"], [[], ["0001"]])  # it finished what the other began
    else:
        assert (ends, found) == ([begun], [["0001"], []])
    write_on(homes, "b")
    publish(homes[1], at=AT + HOUR)
    assert entries(homes[1]) == {1: ["a"], 2: ["b"]}


def test_the_server_gives_a_lost_machine_up_and_a_clock_that_waits_looks_within_a_minute(
    distant: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distant.empty()
    monkeypatch.setenv(ADDRESS, distant.url())
    homes = scheduled_home(tmp_path / "one"), scheduled_home(tmp_path / "other")
    asked = "SELECT name, setting::int FROM pg_settings WHERE name LIKE 'tcp_%'"
    # What the kernel has of this connection, which the server says over TCP alone.
    by_kernel = {name: int(value) for name, value in rows(homes[0], asked)}
    idle, interval, count = (
        by_kernel[f"tcp_keepalives_{name}"] for name in ("idle", "interval", "count")
    )
    silent, unanswered = idle + interval * count, by_kernel["tcp_user_timeout"] / 1000
    working, waiting = (Clock(home, now=lambda: AT, every=EVERY) for home in homes)
    working.wake()
    waiting.wake()
    assert working.pause == EVERY
    assert waiting.pause
    # Where nothing of the server's arrives, a question may still come in before it gives up, and
    # then its answer is what nobody takes. The rest is for the lock and the work of a wake.
    assert silent + unanswered + waiting.pause <= 50
    for clock in (working, waiting):
        clock.leave()


@pytest.mark.usefixtures("distant_database")
def test_what_the_address_says_of_a_session_holds_for_subscribers_too(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    asked = "SELECT setting, current_schema() FROM pg_settings WHERE name = 'tcp_keepalives_idle'"
    assert rows(home, asked) == [("1", "public")]
    where = subscribers_at(home, load_settings(home.settings))
    with open_subscribers(where) as store, store._engine.begin() as session:
        assert tuple(session.execute(text(asked)).one()) == ("1", "subscribers")
