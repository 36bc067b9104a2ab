"""Two machines, each with a home of its own, and one database: every issue comes out once."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

import plugin_packages
from clock.clocks import at_work, entries, once, scheduled_home, slots
from clock.test_kills_and_races import DAILY, clock, race, unguarded
from clock.test_loop import SLOT
from databases import lose_database, rows
from forks import child_of
from homes import AT, command, empty_home, published_tree, tree, write_summary
from msnewsletter.clock.heartbeat import read_heartbeat
from msnewsletter.clock.loop import Clock
from msnewsletter.errors import RefusedError
from msnewsletter.model import Takedown
from msnewsletter.plugins import PluginGroup
from msnewsletter.publisher.consumer_queue import read_consumers
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.resolve import resolve
from msnewsletter.publisher.results import SlotTaken
from msnewsletter.publisher.session import Step, working
from msnewsletter.publisher.site.write import write_site
from msnewsletter.settings import load_settings
from msnewsletter.store import location_of, open_store
from patience import PATIENCE
from plugin_packages import add_plugin
from workers import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from cluster import Cluster
    from msnewsletter.home import Home

pytestmark = pytest.mark.usefixtures("postgresql")

HOUR = timedelta(hours=1)


@pytest.fixture
def one(tmp_path: Path) -> Home:
    return empty_home(tmp_path / "one")


@pytest.fixture
def other(tmp_path: Path) -> Home:
    return empty_home(tmp_path / "other")


def write_on_both(one: Home, other: Home, key: str) -> None:
    """One summary in both homes, as synchronised folders have it."""
    for home in (one, other):
        write_summary(home, key)


def folders(home: Home) -> list[str]:
    """The issues in a home's `new/`."""
    new = home.outbox / "new"
    return sorted(path.name for path in new.iterdir()) if new.exists() else []


def killed_at(step: Step, home: Home) -> None:
    """Publish in a process of its own that dies at a step."""

    def reached(now: Step) -> None:
        if now is step:
            os.kill(os.getpid(), signal.SIGKILL)

    child = child_of(lambda: publish(home, at=AT, reached=reached))
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_machines_take_turns_and_each_record_is_on_both(one: Home, other: Home) -> None:
    write_on_both(one, other, "a")
    publish(one, at=AT)
    write_on_both(one, other, "b")
    publish(other, at=AT + HOUR)
    write_on_both(one, other, "c")
    publish(one, at=AT + 2 * HOUR)
    publish(other, at=AT + 3 * HOUR)
    assert (folders(one), folders(other)) == (["0001", "0003"], ["0002"])
    for number in (1, 2, 3):
        assert one.record(number).read_bytes() == other.record(number).read_bytes()
    assert entries(other) == {1: ["a"], 2: ["b"], 3: ["c"]}


def test_the_site_of_a_machine_that_takes_over_has_all_issues(one: Home, other: Home) -> None:
    for number, home in enumerate([one, other, one, one, other, one], start=1):
        write_on_both(one, other, f"study-{number}")
        publish(home, at=AT + number * HOUR)
    publish(other, at=AT + 9 * HOUR)
    sites = [
        {name: data for name, data in published_tree(home).items() if "/site/" in name}
        for home in (one, other)
    ]
    assert sites[0].keys() == sites[1].keys()
    assert {name for name in sites[0] if sites[0][name] != sites[1][name]} == set()


def test_nothing_of_a_taken_down_summary_is_left_on_the_site_of_the_other(
    one: Home, other: Home
) -> None:
    write_on_both(one, other, "gone")
    publish(one, at=AT)
    for number, home in enumerate([one, other], start=1):
        write_on_both(one, other, f"study-{number}")
        publish(home, at=AT + number * HOUR)
    headline = b"What we know of gone."
    assert any(headline in data for data in published_tree(other).values())
    with working(one, at=AT + 3 * HOUR) as session:
        session.store.put_takedown(Takedown(key="gone", reason="A court order.", at=AT + 3 * HOUR))
        write_site(session)
    write_on_both(one, other, "last")
    publish(other, at=AT + 4 * HOUR)
    left = {name for name, data in tree(other.site).items() if headline in data}
    assert left == set()


def test_lost_files_of_both_kinds_repeat_nothing(one: Home, other: Home) -> None:
    write_on_both(one, other, "a")
    publish(one, at=AT)
    write_on_both(one, other, "b")
    publish(other, at=AT + HOUR)
    lose_database(other)
    assert publish(other, at=AT + 2 * HOUR).recovered == ()
    write_on_both(one, other, "c")
    publish(one, at=AT + 3 * HOUR)
    assert entries(one) == {1: ["a"], 2: ["b"], 3: ["c"]}
    assert (folders(one), folders(other)) == (["0001", "0003"], ["0002"])


@pytest.mark.parametrize("step", [Step.SELECTED, Step.WRITTEN])
def test_an_issue_that_was_nowhere_complete_is_brought_out_by_the_other(
    one: Home, other: Home, step: Step
) -> None:
    write_on_both(one, other, "a")
    killed_at(step, one)
    publish(other, at=AT)
    assert isinstance(publish(one, at=AT), SlotTaken)
    assert (folders(one), folders(other)) == ([], ["0001"])


@pytest.mark.parametrize("step", [Step.PUBLISHING, Step.RECORDED, Step.RELEASED])
def test_an_issue_that_may_be_out_waits_for_the_machine_that_knows(
    one: Home, other: Home, step: Step
) -> None:
    write_on_both(one, other, "a")
    killed_at(step, one)
    write_on_both(one, other, "b")
    with pytest.raises(RefusedError, match="issue 0001: another machine began to release it"):
        publish(other, at=AT + HOUR)
    assert folders(other) == []
    publish(one, at=AT)
    publish(other, at=AT + HOUR)
    assert (folders(one), folders(other)) == (["0001"], ["0002"])


@pytest.mark.parametrize("step", [Step.PUBLISHED, Step.PAGES])
def test_an_issue_that_is_out_stops_nobody(one: Home, other: Home, step: Step) -> None:
    write_on_both(one, other, "a")
    killed_at(step, one)
    write_on_both(one, other, "b")
    publish(other, at=AT + HOUR)
    publish(one, at=AT + 2 * HOUR)
    assert (folders(one), folders(other)) == (["0001"], ["0002"])
    assert (one.site / "issues" / "0002.html").exists()


def test_a_stale_folder_of_a_machine_that_died_early_is_not_taken_for_the_others(
    one: Home, other: Home
) -> None:
    write_on_both(one, other, "a")
    killed_at(Step.WRITTEN, one)
    killed_at(Step.PUBLISHING, other)
    with pytest.raises(RefusedError, match="another machine"):
        publish(one, at=AT)
    publish(other, at=AT)
    publish(one, at=AT)
    assert (folders(one), folders(other)) == ([], ["0001"])


@pytest.mark.parametrize("sent", [True, False])
def test_a_person_resolves_what_a_machine_took_with_it(
    one: Home, other: Home, *, sent: bool
) -> None:
    write_on_both(one, other, "a")
    killed_at(Step.RELEASED if sent else Step.PUBLISHING, one)
    resolve(other, 1, sent=sent, at=AT)
    assert folders(other) == ([] if sent else ["0001"])
    assert other.record(1).exists()
    assert (other.site / "issues" / "0001.html").exists()
    write_on_both(one, other, "b")
    publish(other, at=AT + HOUR)
    assert entries(other) == {1: ["a"], 2: ["b"]}
    publish(one, at=AT + 2 * HOUR)
    assert folders(one) == (["0001"] if sent else [])


@pytest.mark.parametrize("known", [False, True])
def test_what_lies_in_tmp_from_an_attempt_that_another_machine_finished_is_never_released(
    one: Home, other: Home, *, known: bool
) -> None:
    write_on_both(one, other, "a")
    killed_at(Step.WRITTEN, other)
    killed_at(Step.PUBLISHED if known else Step.RELEASED, one)
    assert folders(one) == ["0001"]
    if known:  # synchronised, as the README says
        other.record(1).parent.mkdir(exist_ok=True)
        other.record(1).write_bytes(one.record(1).read_bytes())
        publish(other, at=AT + HOUR)
    else:
        resolve(other, 1, sent=True, at=AT)
    assert folders(other) == []
    assert entries(other) == {1: ["a"]}


def test_an_issue_that_a_person_says_was_not_sent_survives_a_crash_while_it_is_resolved(
    one: Home, other: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_on_both(one, other, "a")
    killed_at(Step.PUBLISHING, one)

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(import_module("msnewsletter.publisher.resolve"), "recover", crash)
        with pytest.raises(KeyboardInterrupt):
            resolve(other, 1, sent=False, at=AT)
    publish(other, at=AT + HOUR)
    assert folders(other) == ["0001"]


def test_nothing_is_resolved_on_the_machine_that_knows(one: Home) -> None:
    write_summary(one, "a")
    killed_at(Step.PUBLISHING, one)
    refused = command(one, "resolve", "1", "--unsent")
    assert refused.returncode == 1
    assert refused.stderr == (
        "msnewsletter: issue 0001: there is nothing to resolve; run publish instead\n"
    )


def test_a_clock_waits_for_the_one_on_another_machine_and_takes_over_when_it_dies(
    tmp_path: Path,
) -> None:
    one, other = scheduled_home(tmp_path / "one"), scheduled_home(tmp_path / "other")
    assert once(one, SLOT - 24 * HOUR) == []
    words = ("run", "--wake", "0.05")
    first = at_work(one, [SLOT - HOUR, SLOT - HOUR + timedelta(days=9)], *words)
    assert first.stderr is not None
    while "started" not in (line := first.stderr.readline()):
        assert line, "the first clock never started"
    first.send_signal(signal.SIGSTOP)
    second = at_work(other, [SLOT + HOUR], *words)
    assert second.stderr is not None
    assert "another clock is at work on the database" in second.stderr.readline()
    write_on_both(one, other, "a")
    first.kill()
    first.communicate()
    _, said = second.communicate(timeout=PATIENCE)
    assert second.returncode == 0
    assert "took over" in said
    assert (folders(one), folders(other)) == ([], ["0001"])


def test_a_clock_that_waits_is_alive_and_finishes_what_only_it_knows(tmp_path: Path) -> None:
    one, other = scheduled_home(tmp_path / "one"), scheduled_home(tmp_path / "other")
    write_on_both(one, other, "a")
    killed_at(Step.PUBLISHING, one)
    working = Clock(other, now=lambda: AT + HOUR, every=30)
    waiting = Clock(one, now=lambda: AT + HOUR, every=30)
    working.wake()
    assert not working.healthy
    waiting.wake()
    assert waiting.healthy
    assert folders(one) == ["0001"]
    beat = read_heartbeat(one)
    assert beat is not None
    assert not beat.stopped
    working.leave()
    waiting.leave()


def test_a_clock_that_waits_notifies_plugins_of_what_its_home_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = scheduled_home(tmp_path / "one", sandbox="false")
    other = scheduled_home(tmp_path / "other", sandbox="false")
    plugin_packages.install(tmp_path / "installed", monkeypatch)
    code = "def work(released):\n    pass\n"
    add_plugin(tmp_path / "installed", "good_out", str(PluginGroup.OUTBOX), "good", code)
    write_on_both(one, other, "a")
    publish(one, at=AT)
    assert read_consumers(one).consumers["good"].waiting == (1,)
    working = Clock(other, now=lambda: AT + HOUR, every=30)
    waiting = Clock(one, now=lambda: AT + HOUR, every=30)
    working.wake()
    waiting.wake()
    until(lambda: bool(read_consumers(one).consumers["good"].notified))
    waiting.wake()
    assert waiting.healthy
    working.leave()
    waiting.leave()


def test_a_clock_that_waits_keeps_the_records_of_what_the_other_brought_out(
    tmp_path: Path,
) -> None:
    one, other = scheduled_home(tmp_path / "one"), scheduled_home(tmp_path / "other")
    write_on_both(one, other, "a")
    working = Clock(one, now=lambda: SLOT, every=30)
    waiting = Clock(other, now=lambda: SLOT, every=30)
    working.wake()
    waiting.wake()
    assert entries(other) == entries(one) == {1: ["a"]}
    assert folders(other) == []
    working.leave()
    waiting.leave()
    lose_database(one)
    write_on_both(one, other, "b")
    publish(other, at=SLOT + HOUR)
    assert entries(other) == {1: ["a"], 2: ["b"]}


def test_a_clock_whose_connection_is_lost_takes_its_place_again(
    cluster: Cluster, tmp_path: Path
) -> None:
    home = scheduled_home(tmp_path)
    watch = Clock(home, now=lambda: SLOT + HOUR, every=30)
    watch.wake()
    cluster.end_sessions()
    watch.wake()
    assert watch.healthy
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
    assert rows(home, held) == [(1,)]
    watch.leave()
    assert rows(home, held) == [(0,)]


@pytest.mark.parametrize(("run", "races"), [(clock, 6), (unguarded, 4)])
def test_clocks_on_two_machines_that_race_over_a_slot_make_one_issue(
    tmp_path: Path, run: Callable[[Home, datetime], None], races: int
) -> None:
    one, other = scheduled_home(tmp_path / "one", DAILY), scheduled_home(tmp_path / "other", DAILY)
    clock(one, SLOT - timedelta(hours=1))
    for number in range(races):
        write_on_both(one, other, f"study-{number}")
        at = SLOT + timedelta(days=number)
        race([partial(run, home, at) for home in (one, other)])
    both = sorted(folders(one) + folders(other))
    assert both == [f"{number + 1:04}" for number in range(races)]
    assert [outcome for _, _, outcome in slots(one)] == ["published"] * races


def test_many_machines_may_open_a_new_database_at_once(one: Home) -> None:
    place = location_of(one, load_settings(one.settings))

    def opened(_: int) -> bool:
        with open_store(place) as store:
            return store.last_issue() is None

    with ThreadPoolExecutor(6) as threads:
        assert all(threads.map(opened, range(6)))
    assert rows(one, "SELECT count(*) FROM alembic_version") == [(1,)]
