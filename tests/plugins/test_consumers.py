"""Each consumer is notified of each issue once; one that fails keeps no other waiting."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from homes import command, empty_home
from msnewsletter.publisher import consumer_round
from plugin_packages import add_plugin
from plugins.plugin_homes import (
    HANGS,
    NOTED,
    OUTBOX,
    notified,
    publish,
)

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from msnewsletter.home import Home


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
