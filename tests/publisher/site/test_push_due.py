"""Pushing by itself: after publishing, before the hub, again when it failed, and said by all."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from clock.clocks import run
from homes import AT, command, write_summary
from hubs import Listener, listening
from msnewsletter.publisher.hub_pings import hub_queue, ping_hub
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.site.push_due import push_due
from msnewsletter.publisher.site.push_plan import MANIFEST
from msnewsletter.publisher.site.push_state import read_push_state
from msnewsletter.publisher.takedown import take_down
from pushed_homes import published_home, push_to, site_of

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home

MINUTE = timedelta(minutes=1)
# The slot of the schedule that the home has: a Monday, 08:00 in Berlin.
NEXT = AT + timedelta(days=3)
# A process of its own: obstore's threads do not survive a fork.
OWN = ("env",)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "second"


@pytest.fixture
def home(tmp_path: Path, folder: Path) -> Home:
    return push_to(published_home(tmp_path / "home"), f"file://{folder}")


def pushed(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def logged(home: Home, instant: datetime) -> list[dict[str, str]]:
    """What `run --once` logs, in a process of its own."""
    done = run(home, [instant], "run", "--once", "--json-logs")
    return [json.loads(line) for line in done.complained.splitlines()]


def test_who_publishes_or_takes_down_by_hand_pushes_at_once(home: Home, folder: Path) -> None:
    folder.mkdir()
    write_summary(home, "c")
    publish(home, at=NEXT)
    assert pushed(folder) == site_of(home)
    take_down(home, "a", reason="harm", note=None, at=NEXT + MINUTE)
    assert pushed(folder) == site_of(home)
    assert b"Something about a." not in b"".join(pushed(folder).values())


def test_a_store_that_is_away_keeps_no_issue_and_the_push_waits(home: Home, folder: Path) -> None:
    write_summary(home, "c")
    publish(home, at=NEXT)
    assert (home.outbox / "new" / "0002").is_dir()
    state = read_push_state(home)
    assert state.changed
    assert state.failing_since == NEXT
    folder.mkdir()
    report = push_due(home, at=NEXT + MINUTE, within=60)
    assert report
    assert pushed(folder) == site_of(home)
    assert push_due(home, at=NEXT + 2 * MINUTE, within=60) is None


def test_the_hub_is_told_when_all_of_the_site_is_there(home: Home, folder: Path) -> None:
    with listening(Listener()) as hub:
        text = home.settings.read_text()
        home.settings.write_text(text.replace("\ntitle =", f'\nhub = "{hub.url}"\ntitle =', 1))
        write_summary(home, "c")
        publish(home, at=NEXT)
        assert hub.told == []
        assert ping_hub(home, at=NEXT + MINUTE, within=5) is None
        folder.mkdir()
        push_due(home, at=NEXT + MINUTE, within=0)  # its time is over before it is through
        assert ping_hub(home, at=NEXT + MINUTE, within=5) is None
        push_due(home, at=NEXT + MINUTE, within=60)
        assert ping_hub(home, at=NEXT + MINUTE, within=60)
        assert hub.told
        queue = hub_queue(home)
        assert queue
        assert not queue.feeds


def test_a_sandbox_pushes_nothing(home: Home, folder: Path) -> None:
    folder.mkdir()
    text = home.settings.read_text()
    home.settings.write_text(text.replace("sandbox = false", "sandbox = true"))
    assert push_due(home, at=AT, within=60) is None
    done = command(home, "push")
    assert (done.returncode, done.stderr) == (
        1,
        "msnewsletter: newsletter.toml: this is a sandbox: nothing leaves it; remove sandbox\n",
    )
    assert pushed(folder) == {}


def test_status_doctor_and_the_one_who_publishes_say_what_is_not_pushed(
    home: Home, folder: Path
) -> None:
    done = command(home, "push", prefix=OWN)
    assert done.returncode == 1
    said = json.loads(command(home, "status", "--json").stdout)["push"]
    assert said["url"] == f"file://{folder}"
    assert said["waits"]
    assert said["says"] in done.stderr
    assert "does not have all of the site yet" in command(home, "status").stdout
    folder.mkdir()
    assert command(home, "push", prefix=OWN).returncode == 0
    assert "has all of the site, since" in command(home, "status").stdout
    lines = command(home, "doctor").stdout
    assert f"ok   push: file://{folder} has all of the site" in lines


def test_the_clock_pushes_what_changed_and_says_when_it_fails(home: Home, folder: Path) -> None:
    write_summary(home, "c")
    slot = AT + timedelta(days=7)
    failed = logged(home, slot)
    assert (home.outbox / "new" / "0002").is_dir()
    assert [line["step"] for line in failed if line["event"] == "failed"] == ["push"]
    # Its pause is not over: it is not tried.
    assert logged(home, slot + timedelta(seconds=5)) == []
    folder.mkdir()
    done = logged(home, slot + 2 * MINUTE)
    assert {line["event"] for line in done} >= {"pushed", "works again"}
    assert pushed(folder) == site_of(home)
