"""While a consumer is at work the clock, the desk and whoever publishes go on."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from homes import command, write_summary
from msnewsletter import plugin_process
from msnewsletter.clock import background_work
from msnewsletter.clock.heartbeat import Heartbeat, read_heartbeat, write_heartbeat
from msnewsletter.clock.loop import Clock
from msnewsletter.disk.lock import held_lock
from msnewsletter.plugins import without_plugins
from msnewsletter.publisher import background_task
from msnewsletter.publisher.background_consumers import BackgroundConsumers
from msnewsletter.publisher.consumer_queue import (
    Consumer,
    ConsumerQueue,
    change_consumers,
    read_consumers,
)
from msnewsletter.publisher.publish import publish as publish_now
from plugin_packages import add_plugin, open_gate
from plugins.plugin_homes import (
    AT,
    NOTED,
    NOW,
    OUTBOX,
    notified,
    publish,
)
from web.desk.desk_client import DeskClient
from workers import until

if TYPE_CHECKING:
    from msnewsletter.home import Home


GATED = (
    "from pathlib import Path\ndef work(released):\n"
    "    gate = Path(released.folder, f'../../../gate{released.number}')\n"
    "    with gate.open() as opened: opened.read()\n"
)


@pytest.fixture
def gated(installed: Path, home: Home) -> Home:
    """A home with two issues that wait for a plugin, which goes on when its gate is opened."""
    add_plugin(installed, "slow_out", OUTBOX, "slow", GATED)
    for number in (1, 2, 3):
        os.mkfifo(home.root / f"gate{number}")
    with without_plugins():
        for day, key in ((22, "first"), (23, "second")):
            write_summary(home, key)
            publish_now(home, at=NOW.replace(day=day))
    consumer = Consumer(waiting=(1, 2), waiting_since=NOW)
    change_consumers(home, lambda _: ConsumerQueue(consumers={"slow": consumer}))
    return home


def beat_of(home: Home) -> Heartbeat:
    beat = read_heartbeat(home)
    assert beat is not None
    return beat


def test_a_clock_goes_on_while_a_consumer_is_at_work_and_calls_that_no_failure(gated: Home) -> None:
    moment = NOW
    clock = Clock(gated, now=lambda: moment, every=60)
    for minutes in (0, 1, 20, 40):
        moment = NOW + timedelta(minutes=minutes)
        clock.wake()
        assert beat_of(gated).beat == moment
        assert (beat_of(gated).failing, beat_of(gated).busy) == ({}, {})
    open_gate(gated, 1)
    open_gate(gated, 2)
    until(lambda: not read_consumers(gated).consumers["slow"].waiting)
    clock.leave()
    assert read_consumers(gated).consumers["slow"] == Consumer(notified=(1, 2))


def test_a_clock_waits_for_another_process_that_notifies_and_says_no_success(gated: Home) -> None:
    clock = Clock(gated, now=lambda: NOW, every=60)
    with held_lock(gated, gated.var / "consumers.lock", "it is held", "wait"):

        def is_busy() -> bool:
            clock.wake()
            return "outbox" in beat_of(gated).busy

        until(is_busy)
        clock.leave()
    assert read_consumers(gated).consumers["slow"].waiting == (1, 2)


def test_the_call_at_hand_has_its_time_and_what_is_left_waits_for_the_next_run(gated: Home) -> None:
    at_work = BackgroundConsumers(gated, now=lambda: NOW)
    at_work.begin()
    assert not at_work.ended(within=0)
    at_work.end_after_this_call()
    open_gate(gated, 1)
    assert at_work.ended(within=None)
    assert read_consumers(gated).consumers["slow"] == Consumer(
        waiting=(2,), waiting_since=NOW, notified=(1,)
    )


def test_a_clock_that_cron_starts_waits_for_a_call_though_its_own_time_is_over(
    installed: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background_work, "_ONCE_SECONDS", 0.0)
    monkeypatch.setattr(background_task, "_LAST_SECONDS", 0.0)
    add_plugin(installed, "good_out", OUTBOX, "good", NOTED)
    (home.root / "shut").touch()
    publish(home, "first", "2026-11-23T08:00")
    (home.root / "shut").unlink()
    assert command(home, "run", "--once").returncode == 0
    assert len(notified(home)) == 1


def test_who_publishes_reads_that_plugins_are_notified_once_the_issue_is_out_and_what_fails(
    installed: Path, home: Home
) -> None:
    add_plugin(installed, "good_out", OUTBOX, "good", NOTED)
    (home.root / "shut").touch()
    write_summary(home, "first")
    done = command(home, "publish", *AT)
    assert done.returncode == 0
    _, published, notifying = done.stdout.partition("Issue 1 is published")
    assert published
    assert "Notifying plugins, which may take five minutes for each issue: good." in notifying
    assert "not notified: good-out 1.0 (outbox 'good'): fails at issue 1" in done.stderr


def test_where_a_clock_runs_who_publishes_leaves_plugins_to_it(installed: Path, home: Home) -> None:
    add_plugin(installed, "good_out", OUTBOX, "good", NOTED)
    write_heartbeat(home, Heartbeat(beat=datetime.now(UTC), pid=1, every=60))
    write_summary(home, "first")
    done = command(home, "publish", *AT)
    assert "'msnewsletter run' notifies plugins within a minute: good." in done.stdout
    assert notified(home) == []
    assert read_consumers(home).consumers["good"].waiting == (1,)


def test_a_takedown_waits_for_no_plugin(gated: Home) -> None:
    done = command(gated, "takedown", "first", "--reason", "a court order")
    assert done.returncode == 0, done.stderr
    assert "is taken down" in done.stdout
    assert read_consumers(gated).consumers["slow"].waiting == (1, 2)


def test_the_desk_answers_while_a_plugin_is_notified_of_what_it_published(gated: Home) -> None:
    write_summary(gated, "third")
    desk = DeskClient(gated, NOW + timedelta(days=1))
    done = desk.post("/publish", desk.get("/publish").fields("/publish"))
    assert "Issue 3 is published to the outbox." in done.words
    assert not read_consumers(gated).consumers["slow"].notified
    for number in (1, 2, 3):
        open_gate(gated, number)
    until(lambda: not read_consumers(gated).consumers["slow"].waiting)
    assert read_consumers(gated).consumers["slow"].notified == (1, 2, 3)


def test_an_issue_that_waits_is_no_trouble_while_a_plugin_is_being_called(gated: Home) -> None:
    says = "BAD  plugins: the outbox plugin 'slow': issue 1, 2 waits for it since"
    assert says in command(gated, "doctor").stdout
    for minutes, is_trouble in ((1, False), (8, True)):
        called = datetime.now(UTC) - timedelta(minutes=minutes)
        other = {"other": Consumer(called_since=called)}
        change_consumers(
            gated,
            lambda queue, other=other: replace(queue, consumers=queue.consumers | other),
        )
        assert (says in command(gated, "doctor").stdout) is is_trouble


def test_one_whose_threads_go_on_after_it_has_returned_was_notified(
    installed: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin_process, "_CLOSING", 0.1)
    code = (
        NOTED
        + "    import threading\n    threading.Thread(target=threading.Event().wait).start()\n"
    )
    add_plugin(installed, "pool_out", OUTBOX, "pool", code)
    publish(home, "first", "2026-11-23T08:00")
    assert len(notified(home)) == 1
    assert read_consumers(home).consumers["pool"] == Consumer(notified=(1,))


@pytest.mark.parametrize(
    "goes_on",
    [
        "started.wait()",
        # No thread of ours gets a turn while C searches.
        "import re; re.match('(a+)+$', 60 * 'a' + 'b')",
    ],
)
def test_a_plugin_ends_with_the_process_that_called_it_and_so_does_what_it_started(
    installed: Path, home: Home, goes_on: str
) -> None:
    code = (
        "import os, subprocess\nfrom pathlib import Path\ndef work(released):\n"
        "    log = Path(released.folder, '../../../pids.txt')\n"
        "    started = subprocess.Popen(['sleep', '1000'])\n"
        "    log.write_text(f'{os.getpid()} {started.pid}')\n"
        f"    os.kill(os.getppid(), 9)\n    {goes_on}\n"
    )
    add_plugin(installed, "bad_out", OUTBOX, "bad", code)
    write_summary(home, "first")
    assert command(home, "publish", *AT).returncode == -9
    for pid in (home.root / "pids.txt").read_text().split():
        words = Path(f"/proc/{pid}/cmdline")
        until(lambda words=words: not (words.exists() and words.read_bytes()))
    [one] = read_consumers(home).consumers.values()
    assert one.waiting == (1,)
    assert one.called_since
