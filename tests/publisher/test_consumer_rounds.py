"""A round notifies of all that is out at its end, whoever released it, and of each issue once."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

import plugin_packages
from homes import command, copy_of, empty_home, write_summary
from msnewsletter.errors import BusyError
from msnewsletter.plugins import PluginGroup, without_plugins
from msnewsletter.publisher import consumer_round
from msnewsletter.publisher.background_consumers import BackgroundConsumers, notify_beside
from msnewsletter.publisher.consumer_queue import (
    Consumer,
    ConsumerQueue,
    change_consumers,
    forget_consumer,
    queue_release,
    read_consumers,
)
from msnewsletter.publisher.consumer_round import LONGEST_CALL, notify_consumers
from msnewsletter.publisher.publish import publish
from patience import PATIENCE
from plugin_packages import add_plugin, open_gate
from workers import until

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
OUTBOX = str(PluginGroup.OUTBOX)
# The name and the number of each call, and whatever it does beside that.
NOTED = (
    "from pathlib import Path\ndef work(released):\n"
    "    root = Path(released.folder, '../../..')\n"
    "    with (root / 'calls.txt').open('a') as file:\n"
    "        file.write(f'{__name__[0]}{released.number} ')\n"
)
GATED = NOTED + "    (root / f'gate{released.number}').read_text()\n"


def three_issues(root: Path) -> Home:
    """A home that released three issues before any plugin was installed."""
    home = empty_home(root, sandbox="false")
    with without_plugins():
        for day, key in ((22, "first"), (23, "second"), (24, "third")):
            write_summary(home, key)
            publish(home, at=NOW.replace(day=day))
    return home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    plugin_packages.install(tmp_path / "installed", monkeypatch)
    home = copy_of(three_issues, tmp_path / "home")
    for number in (1, 2, 3, 4):
        os.mkfifo(home.root / f"gate{number}")
    return home


def install(home: Home, **modules: str) -> None:
    """Install consumers, each a module of this code, and with its name."""
    for module, code in modules.items():
        add_plugin(home.root.parent / "installed", module, OUTBOX, module, code)


def queue(home: Home, **waiting: tuple[int, ...]) -> None:
    consumers = {
        name: Consumer(waiting=numbers, waiting_since=NOW if numbers else None)
        for name, numbers in waiting.items()
    }
    change_consumers(home, lambda _: ConsumerQueue(consumers=consumers))


def calls(home: Home) -> list[str]:
    path = home.root / "calls.txt"
    return path.read_text().split() if path.exists() else []


def now() -> datetime:
    return NOW


# ── what is released meanwhile ───────────────────────────────────────────────────────────────────


def test_an_issue_that_is_released_while_a_plugin_is_called_is_notified_of(home: Home) -> None:
    install(home, slow=GATED)
    queue(home, slow=(1,))
    notify_beside(home, now=now)
    until(lambda: calls(home) == ["s1"])
    queue_release(home, 2, at=NOW)
    with pytest.raises(BusyError):
        notify_consumers(home, now=now)
    open_gate(home, 1)
    open_gate(home, 2)
    until(lambda: not read_consumers(home).consumers["slow"].waiting)
    assert read_consumers(home).consumers["slow"] == Consumer(notified=(1, 2))


def test_who_publishes_while_another_process_notifies_may_leave_it_to_that(home: Home) -> None:
    install(home, slow=GATED)
    queue(home, slow=(3,))
    notify_beside(home, now=now)
    until(lambda: calls(home) == ["s3"])
    write_summary(home, "fourth")
    done = command(home, "publish", "--at", "2026-11-25T08:00")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Another msnewsletter does so here already, and goes on with what waits" in done.stdout
    open_gate(home, 3)
    open_gate(home, 4)
    until(lambda: not read_consumers(home).consumers["slow"].waiting)
    assert calls(home) == ["s3", "s4"]


def test_an_issue_that_is_released_after_the_last_look_is_notified_of(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(home, any=NOTED)
    queue(home, any=(1,))
    left: list[str] = []

    def read_and_then_release(home: Home) -> ConsumerQueue:
        found = read_consumers(home)
        if not found.consumers["any"].waiting and not left:
            queue_release(home, 2, at=NOW)
            try:
                notify_consumers(home, now=now)
            except BusyError as error:
                left.append(error.problem)
        return found

    monkeypatch.setattr(consumer_round, "read_consumers", read_and_then_release)
    assert notify_consumers(home, now=now) == ()
    assert left == ["another msnewsletter notifies plugins here"]
    assert calls(home) == ["a1", "a2"]
    assert read_consumers(home).consumers["any"] == Consumer(notified=(1, 2))


def test_an_issue_that_comes_out_while_others_are_notified_of_is_notified_of(home: Home) -> None:
    install(home, any=NOTED)
    queue(home, any=(1, 2))
    folder = home.outbox / "new" / "0001"
    folder.rename(home.outbox / "tmp" / "0001")

    def come_out(begun: int) -> bool:
        if begun and not folder.exists():
            (home.outbox / "tmp" / "0001").rename(folder)
        return False

    notify_consumers(home, now=now, stopping=come_out)
    assert calls(home) == ["a2", "a1"]


# ── each once, and none for ever ─────────────────────────────────────────────────────────────────


def test_the_first_issue_comes_to_all_before_the_second(home: Home) -> None:
    install(home, a=NOTED, b=NOTED)
    queue(home, a=(1, 2), b=(1, 2))
    assert notify_consumers(home, now=now) == ()
    assert calls(home) == ["a1", "b1", "a2", "b2"]


def test_one_that_fails_is_called_once_a_round_whatever_is_released_meanwhile(home: Home) -> None:
    install(home, bad=f"{NOTED}    raise OSError('x')\n", good=NOTED)
    queue(home, bad=(1,), good=(1,))

    def release(begun: int) -> bool:
        queue_release(home, min(begun + 1, 3), at=NOW)
        return False

    [failed] = notify_consumers(home, now=now, stopping=release)
    assert "bad 1.0 (outbox 'bad'): fails at issue 1" in str(failed)
    assert calls(home) == ["b1", "g1", "g2", "g3"]
    assert read_consumers(home).consumers["bad"].waiting == (1, 2, 3)


def test_a_queue_that_a_plugin_puts_back_makes_no_endless_round(home: Home) -> None:
    puts_back = f"{NOTED}    queue = root / 'var/consumers.json'\n"
    puts_back += "    queue.write_text((root / 'before.json').read_text())\n"
    install(home, a=NOTED, b=puts_back)
    queue(home, a=(1,), b=(1,))
    (home.root / "before.json").write_bytes((home.var / "consumers.json").read_bytes())
    assert notify_consumers(home, now=now) == ()
    assert calls(home) == ["a1", "b1"]


def test_one_that_is_given_up_meanwhile_is_called_no_more(home: Home) -> None:
    install(home, any=NOTED)
    queue(home, any=(1, 2))

    def forget(begun: int) -> bool:
        if begun:
            forget_consumer(home, "any")
        return False

    assert notify_consumers(home, now=now, stopping=forget) == ()
    assert calls(home) == ["a1"]


def test_a_record_that_nobody_can_look_at_is_the_failure_of_its_call(home: Home) -> None:
    install(home, any=NOTED)
    queue(home, any=(1,))
    records = home.record(1).parent
    records.rename(home.root / "elsewhere")
    records.symlink_to(records)
    [failed] = notify_consumers(home, now=now)
    assert "issues/0001.json" in str(failed)
    assert read_consumers(home).consumers["any"].failing_since == NOW
    assert calls(home) == []


# ── its last call ────────────────────────────────────────────────────────────────────────────────


def test_an_issue_that_is_not_out_yet_is_no_call(home: Home) -> None:
    install(home, any=NOTED)
    queue(home, any=(0, 1, 2))
    notify_consumers(home, now=now, stopping=lambda begun: begun == 1)
    assert calls(home) == ["a1"]
    assert read_consumers(home).consumers["any"].waiting == (0, 2)


def test_the_last_call_of_a_round_is_not_that_of_the_next(home: Home) -> None:
    install(home, slow=GATED)
    queue(home, slow=(1, 2, 3))
    rounds = BackgroundConsumers(home, now=now)
    rounds.begin()
    rounds.end_after_this_call()
    open_gate(home, 1)
    assert rounds.ended(within=PATIENCE)
    assert calls(home) == ["s1"]
    rounds.begin()
    open_gate(home, 2)
    open_gate(home, 3)
    assert rounds.ended(within=PATIENCE)
    assert calls(home) == ["s1", "s2", "s3"]


def test_no_call_of_a_consumer_is_longer_than_the_documents_say() -> None:
    # docs/guides/extending.md and docs/design.md: a minute to load, five at work, and its end.
    assert timedelta(minutes=7) == LONGEST_CALL


def test_a_sender_that_lets_nobody_into_its_folder_stops_no_call(home: Home) -> None:
    own_log = NOTED.replace("Path(released.folder, '../../..')", f"Path({str(home.root)!r})")
    install(home, any=own_log)
    queue(home, any=(1, 2))
    (home.outbox / "new" / "0001").rename(home.outbox / "sent" / "0001")
    (home.outbox / "sending").mkdir(exist_ok=True)
    (home.outbox / "sending").chmod(0)
    try:
        done = command(home, "publish", anyone=True)
    finally:
        (home.outbox / "sending").chmod(0o755)
    assert done.stderr == ""
    assert calls(home) == ["a1", "a2"]
