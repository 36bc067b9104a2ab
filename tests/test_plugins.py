"""A plugin that does anything wrong is one line with its distribution, and stops nobody else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import plugin_packages
from homes import command, empty_home, name_sources, write_summary
from msnewsletter import plugin_process
from msnewsletter.clock import background_work
from msnewsletter.clock.heartbeat import Heartbeat, read_heartbeat, write_heartbeat
from msnewsletter.clock.loop import Clock
from msnewsletter.disk.lock import held_lock
from msnewsletter.plugins import PluginGroup, installed_plugins, without_plugins
from msnewsletter.publisher import background_task, consumer_round, plugin_checks
from msnewsletter.publisher.background_consumers import BackgroundConsumers
from msnewsletter.publisher.consumer_queue import (
    Consumer,
    ConsumerQueue,
    change_consumers,
    read_consumers,
)
from msnewsletter.publisher.publish import publish as publish_now
from plugin_packages import add_distribution, add_plugin
from web.desk.desk_client import DeskClient
from workers import until

if TYPE_CHECKING:
    from msnewsletter.home import Home

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
AT = ("--at", "2026-11-23T08:00")
SOURCES, CHECKS, OUTBOX = (str(one) for one in PluginGroup)
OBJECT = (
    '{"key": "good", "headline": "It is good.", "published": "2026-11-20", "found": "A thing.", '
    '"why_it_matters": "So.", "cautions": "It was small."}'
)
GOOD = f"def work(request):\n    yield {OBJECT}\n"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    plugin_packages.install(tmp_path / "installed", monkeypatch)
    return tmp_path / "installed"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return empty_home(tmp_path / "home", sandbox="false")


# ── sources ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import nothing_like_this\n", "cannot be loaded (ModuleNotFoundError: No module named"),
        ("work = 3\n", "offers 'bad_one:work', which is no function"),
        ("other = 3\n", "cannot be loaded (AttributeError"),
        ("raise SystemExit(0)\n", "cannot be loaded (SystemExit"),
        (
            "def work(request):\n    raise ValueError('a@b.example\\nx')\n",
            "fails (ValueError: <",
        ),
        ("def work(request):\n    raise SystemExit(0)\n", "fails (SystemExit"),
        ("def work(request):\n    return 3\n", "gives a int, and not a list of objects"),
        ("def work(request):\n    return 'text'\n", "gives a str, and not a list of objects"),
        ("def work():\n    return []\n", "fails (TypeError"),
        ("def work(request):\n    raise KeyboardInterrupt\n", "fails (KeyboardInterrupt"),
        ("def work(request):\n    raise GeneratorExit\n", "fails (GeneratorExit"),
        (
            (
                "from msnewsletter.errors import PluginError\n"
                "def work(request):\n    raise PluginError(b'a', object(), '\\ud800')\n"
            ),
            "fails (PluginError: ",
        ),
        (
            (
                "import json\ndef work(request):\n    json.dumps = lambda *a, **k: 'not json'\n"
                f"    yield {OBJECT}\n"
            ),
            "writes to what its process answers on, and was ended",
        ),
    ],
)
def test_a_source_that_fails_is_one_line_and_the_other_is_read(
    installed: Path, home: Home, code: str, says: str
) -> None:
    add_plugin(installed, "bad_one", SOURCES, "bad", code)
    add_plugin(installed, "good_one", SOURCES, "good", GOOD)
    name_sources(home, 'name = "a"\nkind = "bad"', 'name = "b"\nkind = "good"')
    done = command(home, "collect")
    [line] = [one for one in done.stderr.splitlines() if "bad-one 1.0 (source 'bad')" in one]
    assert says in line
    assert "a@b" not in done.stderr
    assert "Traceback" not in done.stderr
    assert "It is good." in command(home, "status").stdout


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("5", "asks for a int, and not for the text of an address"),
        ("None", "asks for a NoneType, and not for the text of an address"),
        ("[]", "asks for a list, and not for the text of an address"),
        ("b'http://a.example/'", "asks for a bytes, and not for the text of an address"),
        ("''", "it is no web address"),
        ("'\\ud800'", "it is no web address"),
        ("'http://[::1'", "it is no web address"),
        ("'http://a.example:99999/'", "it is no web address"),
        ("'file:///etc/passwd'", "it is no web address"),
    ],
)
def test_a_source_that_asks_for_what_is_no_address_fails(
    installed: Path, home: Home, asked: str, says: str
) -> None:
    add_plugin(
        installed, "bad_one", SOURCES, "bad", f"def work(request):\n    request.get({asked})\n"
    )
    name_sources(home, 'name = "a"\nkind = "bad"')
    shown = command(home, "collect").stderr
    assert says in shown
    assert "a bug" not in shown
    assert "Traceback" not in shown


def test_what_it_gave_before_it_failed_is_kept_and_rubbish_costs_no_other(
    installed: Path, home: Home
) -> None:
    rubbish = (
        "    yield 3\n    yield []\n    yield [{}, {}]\n"
        "    yield {'key': 'a'}\n    yield {'key': 'b', 'found': {1, 2}}\n"
    )
    code = GOOD + rubbish + "    raise OSError('no more')\n"
    add_plugin(installed, "half_one", SOURCES, "half", code)
    name_sources(home, 'name = "a"\nkind = "half"')
    shown = command(home, "collect").stderr
    assert "fails (OSError: no more)" in shown
    assert "a bug" not in shown
    assert "It is good." in command(home, "status").stdout


def test_a_list_is_no_object_and_costs_no_other(installed: Path, home: Home) -> None:
    code = f"def work(request):\n    return [[], [{OBJECT}], {OBJECT}]\n"
    add_plugin(installed, "list_one", SOURCES, "list", code)
    name_sources(home, 'name = "a"\nkind = "list"')
    shown = command(home, "collect").stderr
    for number in (1, 2):
        assert f"a, object {number}: is none, or holds what is no text" in shown
    assert "It is good." in command(home, "status").stdout


def test_a_kind_that_nobody_offers_any_more_is_said_and_what_it_brought_stays(
    installed: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_plugin(installed, "good_one", SOURCES, "good", GOOD)
    name_sources(home, 'name = "a"\nkind = "good"\noptions = {of = "anything", also = [1, 2]}')
    assert command(home, "collect").returncode == 0
    monkeypatch.syspath_prepend(str(installed.parent))  # another path: looked at anew
    sys.path.remove(str(installed))
    done = command(home, "collect")
    assert "no distribution that is installed offers 'good'" in done.stderr
    shown = command(home, "status").stdout
    assert "the source 'a': no distribution that is installed offers 'good'; install the" in shown
    assert "It is good." in shown
    assert command(home, "publish", *AT).returncode == 0
    assert "BAD  plugins: the source 'a'" in command(home, "doctor").stdout


def test_two_that_offer_one_kind_are_both_named(installed: Path, home: Home) -> None:
    add_plugin(installed, "good_one", SOURCES, "good", GOOD)
    add_plugin(installed, "good_two", SOURCES, "good", GOOD)
    add_plugin(installed, "feed_one", SOURCES, "feed", GOOD)
    name_sources(home, 'name = "a"\nkind = "good"')
    assert "good-one and good-two both offer it" in command(home, "collect").stderr
    shown = command(home, "doctor").stdout
    assert "feed-one 1.0 (source 'feed'): has the name of a kind of the program" in shown


# ── checks ───────────────────────────────────────────────────────────────────────────────────────

FOUND = "Finding(name='x', severity={}, place='p', reason='r\\n', remedy='m')"

BEGINS = "from msnewsletter.api import Finding\ndef work(checked):\n"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import nothing_like_this\n", "cannot be loaded (ModuleNotFoundError"),
        ("def work(checked):\n    raise RuntimeError('no')\n", "fails (RuntimeError: no)"),
        (
            (
                "from msnewsletter.errors import RefusedError\ndef work(checked):\n"
                "    raise RefusedError('a', 'b', 'c')\n"
            ),
            "fails (RefusedError: a: b; c)",
        ),
        (
            (
                "class Mute(Exception):\n    def __str__(self):\n        raise TypeError\n"
                "def work(checked):\n    raise Mute\n"
            ),
            "fails (Mute: )",
        ),
        ("def work(checked):\n    pass\n", "gives a NoneType, and no findings"),
        ("def work(checked):\n    return ['x']\n", "gives str, which is no whole finding"),
        (
            f"{BEGINS}    return [{FOUND.format(3)}]\n",
            "gives Finding, which is no whole finding",
        ),
        (
            f"{BEGINS}    return [{FOUND.format(repr('grave'))}]\n",
            "fails (ValueError",
        ),
    ],
)
def test_a_check_that_fails_is_a_finding_and_the_others_are_asked(
    installed: Path, home: Home, code: str, says: str
) -> None:
    add_plugin(installed, "bad_check", CHECKS, "a-bad", code)
    good = "from msnewsletter.api import Finding, Severity\ndef work(checked):\n"
    good += f"    yield {FOUND.format('Severity.WARN')}\n"
    add_plugin(installed, "good_check", CHECKS, "b-good", good)
    write_summary(home, "first")
    done = command(home, "check", *AT)
    assert done.returncode == 0, done.stderr
    assert "WARN  plugin-failed" in done.stdout
    assert f"bad-check 1.0 (check 'a-bad'): {says}" in done.stdout
    assert "WARN  b-good: x" in done.stdout


def test_what_plugins_print_is_not_among_the_json_of_a_command(installed: Path, home: Home) -> None:
    # As C code prints it, too.
    prints = "import os\nprint('HELLO')\nos.system('echo HELLO')\n"
    add_plugin(installed, "loud_check", CHECKS, "loud", f"{prints}def work(checked): return []\n")
    add_plugin(installed, "loud_one", SOURCES, "loud", prints + GOOD)
    name_sources(home, 'name = "a"\nkind = "loud"')
    done = command(home, "collect")
    assert "HELLO" not in done.stdout
    assert done.stderr.count("HELLO") == 2
    for words in (("check", "--json", *AT), ("doctor", "--json")):
        done = command(home, *words)
        assert json.loads(done.stdout), words
        assert "HELLO" in done.stderr


# ── consumers of the outbox ──────────────────────────────────────────────────────────────────────

NOTED = (
    "from pathlib import Path\ndef work(released):\n"
    "    log = Path(released.folder, '..', '..', '..', 'notified.txt')\n"
    "    if Path(log.parent, 'shut').exists(): raise OSError('shut')\n"
    "    with log.open('a') as file: file.write(f'{released.number} {released.page}\\n')\n"
)


def notified(home: Home) -> list[str]:
    path = home.root / "notified.txt"
    return path.read_text().splitlines() if path.exists() else []


def publish(home: Home, key: str, at: str) -> None:
    write_summary(home, key)
    done = command(home, "publish", "--at", at)
    assert done.returncode == 0, done.stderr


def test_each_issue_is_notified_of_once_and_what_failed_is_repeated_at_the_next_run(
    installed: Path, home: Home
) -> None:
    publish(home, "before", "2026-11-22T08:00")  # it was not installed then
    add_plugin(
        installed, "bad_out", OUTBOX, "a-bad", "def work(released):\n    raise OSError('x')\n"
    )
    add_plugin(installed, "good_out", OUTBOX, "b-good", NOTED)
    sys.path.insert(0, str(installed / "."))  # looked at anew
    publish(home, "first", "2026-11-23T08:00")
    page = "https://notes.example.org/issues/{}.html"
    assert notified(home) == [f"2 {page.format('0002')}"]
    assert (home.site / "issues" / "0002.html").exists()
    (home.root / "shut").touch()
    publish(home, "second", "2026-11-24T08:00")
    assert len(notified(home)) == 1
    shown = command(home, "doctor").stdout
    assert "BAD  plugins: good-out 1.0 (outbox 'b-good'): fails at issue 3 (OSError: shut)" in shown
    assert "was not notified of issue 2, 3" in shown  # the other one
    (home.root / "shut").unlink()
    done = command(home, "run", "--once")
    assert "good-out" not in done.stderr
    assert notified(home) == [f"{number} {page.format(f'000{number}')}" for number in (2, 3)]
    assert "the clock has failed to notify plugins of released issues" not in shown
    command(home, "run", "--once")
    assert len(notified(home)) == 2


def test_one_that_raises_an_error_of_ours_stops_no_other(installed: Path, home: Home) -> None:
    ours = "from msnewsletter.errors import RefusedError\ndef work(released):\n"
    add_plugin(
        installed, "bad_out", OUTBOX, "a-bad", f"{ours}    raise RefusedError('a', 'b', 'c')\n"
    )
    add_plugin(installed, "good_out", OUTBOX, "b-good", NOTED)
    publish(home, "first", "2026-11-23T08:00")
    assert len(notified(home)) == 1
    assert "bad-out 1.0 (outbox 'a-bad'): fails at issue 1" in command(home, "doctor").stdout


def test_a_queue_that_is_damaged_is_named_and_kept_and_later_issues_are_notified_of(
    installed: Path, home: Home
) -> None:
    add_plugin(installed, "good_out", OUTBOX, "b-good", NOTED)
    (home.root / "shut").touch()
    publish(home, "first", "2026-11-23T08:00")
    (home.var / "consumers.json").write_text("{bad")
    assert "BAD  plugins: var/consumers.json: it is damaged" in command(home, "doctor").stdout
    (home.root / "shut").unlink()
    publish(home, "second", "2026-11-24T08:00")
    assert [line.split()[0] for line in notified(home)] == ["2"]
    assert (home.var / "consumers.json.damaged").read_text() == "{bad"
    assert "var/consumers.json.damaged: it is damaged" in command(home, "doctor").stdout
    (home.var / "consumers.json.damaged").unlink()
    assert "ok   plugins" in command(home, "doctor", "--all").stdout


def test_from_a_sandbox_nobody_is_notified(installed: Path, tmp_path: Path) -> None:
    add_plugin(installed, "good_out", OUTBOX, "b-good", NOTED)
    sandbox = empty_home(tmp_path / "sandbox")
    publish(sandbox, "first", "2026-11-23T08:00")
    assert notified(sandbox) == []
    assert not (sandbox.var / "consumers.json").exists()


def test_one_that_is_missing_keeps_its_issues_until_it_is_back_or_given_up(
    installed: Path, home: Home
) -> None:
    add_plugin(installed, "good_out", OUTBOX, "good", NOTED)
    publish(home, "first", "2026-11-23T08:00")
    sys.path.remove(str(installed))
    publish(home, "second", "2026-11-24T08:00")
    shown = command(home, "status").stdout
    assert "no distribution that is installed offers 'good'; install the one that does, or" in shown
    assert "msnewsletter plugins forget good" in shown
    assert (
        "good: notified of 1 released issue; waiting: 2" in command(home, "plugins", "list").stdout
    )
    sys.path.insert(0, str(installed))
    publish(home, "third", "2026-11-25T08:00")
    assert [line.split()[0] for line in notified(home)] == ["1", "2", "3"]
    sys.path.remove(str(installed))
    publish(home, "fourth", "2026-11-26T08:00")
    done = command(home, "plugins", "forget", "good")
    assert done.stdout == "good is forgotten; it was not notified of issue 4.\n"
    assert "good" not in command(home, "status").stdout.replace("It is good", "")
    assert command(home, "plugins", "forget", "good").returncode == 1


def test_one_that_dies_in_the_middle_is_named_with_how_it_ended(
    installed: Path, home: Home
) -> None:
    code = "import os\ndef work(released):\n    os.kill(os.getpid(), 9)\n"
    add_plugin(installed, "bad_out", OUTBOX, "a-bad", code)
    add_plugin(installed, "good_out", OUTBOX, "b-good", NOTED)
    publish(home, "first", "2026-11-23T08:00")
    assert len(notified(home)) == 1
    says = "bad-out 1.0 (outbox 'a-bad'): its process was ended by SIGKILL in the middle of it"
    assert says in command(home, "doctor").stdout


def test_one_whose_caller_was_killed_is_named_with_what_waits_and_notified_by_the_clock(
    installed: Path, home: Home
) -> None:
    add_plugin(installed, "good_out", OUTBOX, "good", NOTED)
    (home.root / "shut").touch()
    publish(home, "first", "2026-11-23T08:00")
    queue = home.var / "consumers.json"
    waits = json.loads(queue.read_text())
    # As a kill in the middle of the call leaves it, and as an earlier version had it.
    [one] = waits["consumers"].values()
    del one["failing_since"]
    one["told"] = one.pop("notified")
    queue.write_text(json.dumps(waits))
    says = "BAD  plugins: the outbox plugin 'good': issue 1 waits for it since Mon 2026-11-23 08:00"
    assert says in command(home, "doctor").stdout
    assert "the outbox plugin 'good': issue 1 waits" in command(home, "status").stdout
    (home.root / "shut").unlink()
    command(home, "run", "--once")
    assert len(notified(home)) == 1
    assert "waits for it" not in command(home, "doctor").stdout


# ── what never returns ───────────────────────────────────────────────────────────────────────────

HANGS = "def work(given):\n    import threading\n    threading.Event().wait()\n"


def test_a_source_that_never_returns_fails_and_what_it_gave_before_is_kept(
    installed: Path, home: Home
) -> None:
    code = HANGS.replace("    import", f"    yield {OBJECT}\n    import")
    add_plugin(installed, "slow_one", SOURCES, "slow", code)
    name_sources(home, 'name = "a"\nkind = "slow"\ntimeout = 3')
    done = command(home, "collect")
    assert "slow-one 1.0 (source 'slow'): says nothing for 3 s, and was ended" in done.stderr
    assert "It is good." in command(home, "status").stdout


def test_a_source_that_gives_for_ever_is_ended(
    installed: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin_process, "_TIMES", 2)
    code = "def work(request):\n    import threading\n    while True:\n"
    code += f"        threading.Event().wait(0.2)\n        yield {OBJECT}\n"
    add_plugin(installed, "long_one", SOURCES, "long", code)
    name_sources(home, 'name = "a"\nkind = "long"\ntimeout = 1')
    done = command(home, "collect")
    assert "long-one 1.0 (source 'long'): takes longer than 2 s, and was ended" in done.stderr


def test_a_check_that_never_returns_is_a_finding(
    installed: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin_checks, "_SECONDS", 1)
    add_plugin(installed, "slow_check", CHECKS, "slow", HANGS)
    write_summary(home, "first")
    done = command(home, "check", *AT)
    assert "slow-check 1.0 (check 'slow'): takes longer than 1 s, and was ended" in done.stdout
    assert done.returncode == 0


def test_one_whose_import_never_returns_is_named_by_doctor(
    installed: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin_process, "_LOADING", 1)
    code = "import threading\nthreading.Event().wait()\n"
    add_plugin(installed, "slow_check", CHECKS, "slow", code)
    assert "slow-check 1.0 (check 'slow'): takes longer than 1 s" in command(home, "doctor").stdout


def test_a_consumer_that_never_returns_is_named_and_keeps_no_other_waiting(
    installed: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_round, "_SECONDS", 1)
    add_plugin(installed, "slow_out", OUTBOX, "a-slow", HANGS)
    add_plugin(installed, "good_out", OUTBOX, "b-good", NOTED)
    publish(home, "first", "2026-11-23T08:00")
    assert len(notified(home)) == 1
    says = "slow-out 1.0 (outbox 'a-slow'): takes longer than 1 s, and was ended"
    assert says in command(home, "doctor").stdout
    done = command(home, "run", "--once")
    assert "step=outbox" in done.stderr
    assert says in done.stderr


def test_of_several_the_one_that_fails_comes_last(installed: Path, home: Home) -> None:
    order = "    log = Path(released.folder, '../../../order.txt')\n"
    order += "    with log.open('a') as file: file.write('{}')\n"
    begins = "from pathlib import Path\ndef work(released):\n"
    bad = f"{begins}{order.format('bad ')}    raise OSError('x')\n"
    add_plugin(installed, "bad_out", OUTBOX, "a-bad", bad)
    add_plugin(installed, "good_out", OUTBOX, "b-good", begins + order.format("good "))
    publish(home, "first", "2026-11-23T08:00")
    publish(home, "second", "2026-11-24T08:00")
    assert (home.root / "order.txt").read_text() == "bad good good bad "


# ── beside a clock, a desk, a person ─────────────────────────────────────────────────────────────

GATED = (
    "from pathlib import Path\ndef work(released):\n"
    "    gate = Path(released.folder, f'../../../gate{released.number}')\n"
    "    with gate.open() as opened: opened.read()\n"
)


def open_gate(home: Home, number: int) -> None:
    """Let a gated plugin go on with an issue, once it waits."""

    def opened() -> bool:
        try:
            os.close(os.open(home.root / f"gate{number}", os.O_WRONLY | os.O_NONBLOCK))
        except OSError:  # nobody reads yet
            return False
        return True

    until(opened)


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


# ── at large ─────────────────────────────────────────────────────────────────────────────────────


def test_without_plugins_nobody_is_notified_and_nothing_is_kept(home: Home) -> None:
    publish(home, "first", "2026-11-23T08:00")
    assert not (home.var / "consumers.json").exists()
    assert "ok   plugins: none is installed" in command(home, "doctor").stdout
    assert command(home, "plugins", "list").stdout == "No plugin is installed.\n"


@pytest.mark.parametrize("metadata", [None, b"", b"\xff\xfe", b"Name:\nVersion:\n"])
def test_one_that_does_not_say_what_it_is_is_named_by_its_module(
    installed: Path, home: Home, metadata: bytes | None
) -> None:
    add_plugin(installed, "good_one", SOURCES, "good", GOOD)
    [info] = installed.glob("*.dist-info")
    (info / "METADATA").unlink()
    if metadata is not None:
        (info / "METADATA").write_bytes(metadata)
    shown = command(home, "plugins", "list").stdout
    assert "good_one of no known version (source 'good'): msnewsletter.sources" in shown


@pytest.mark.parametrize("points", ["[msnewsletter.checks]\nnonsense\n", "x = y\n", "\xff"])
def test_what_is_left_of_another_installation_hides_no_plugin(
    installed: Path, home: Home, points: str
) -> None:
    add_plugin(installed, "good_one", SOURCES, "good", GOOD)
    add_distribution(installed, "left", CHECKS, "x = y")
    (installed / "left-1.0.dist-info" / "entry_points.txt").write_bytes(points.encode("latin-1"))
    assert "good-one 1.0 (source 'good')" in command(home, "plugins", "list").stdout


def test_the_demo_asks_and_notifies_no_plugin(installed: Path, tmp_path: Path, home: Home) -> None:
    code = "def work(given):\n    raise RuntimeError('called')\n"
    add_plugin(installed, "bad_check", CHECKS, "bad", code)
    add_plugin(installed, "bad_out", OUTBOX, "bad", code)
    done = command(home, "demo", str(tmp_path / "round"))
    assert done.returncode == 0, done.stderr
    assert "called" not in done.stdout + done.stderr
    assert not (tmp_path / "round" / "newsletter" / "var" / "consumers.json").exists()


def test_no_plugin_is_imported_that_a_command_does_not_call(installed: Path, home: Home) -> None:
    for group in (SOURCES, CHECKS, OUTBOX):
        name = f"loud_{group.rpartition('.')[2]}"
        add_plugin(installed, name, group, "loud", "raise SystemExit('imported')\n")
    assert [one.version for one in installed_plugins(PluginGroup.CHECKS)] == ["1.0"]
    write_summary(home, "first")
    for words in (("--help",), ("collect",), ("plugins", "list")):
        done = command(home, *words)
        assert done.returncode == 0
        assert "imported" not in done.stdout + done.stderr
    code = (
        "import sys; from msnewsletter.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print('importlib.metadata' in sys.modules and 'msnewsletter.plugins' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False\n")
