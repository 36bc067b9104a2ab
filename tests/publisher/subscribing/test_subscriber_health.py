"""`doctor` and `status` on subscribers: how many, whether they can be read, and by whom."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from databases import on_both
from homes import AT, command, empty_home
from msnewsletter.publisher.subscribing.by_hand import enter
from msnewsletter.publisher.subscribing.opened import working_subscribers
from msnewsletter.subscribers.address import parse_address

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home


def add(home: Home) -> None:
    with working_subscribers(home) as store:
        enter(store, parse_address("ada@example.org"), at=AT, consent="Yes.", edition=None)
        enter(store, parse_address("bob@example.org"), at=AT, consent=None, edition=None)


def subscribers_line(home: Home) -> str:
    done = command(home, "doctor")
    [line] = [one for one in done.stdout.splitlines() if " subscribers: " in one]
    assert "@" not in done.stdout + done.stderr
    return line


@on_both
def test_both_count_who_is_confirmed_and_who_is_pending(tmp_path: Path, database: str) -> None:
    home = empty_home(tmp_path)
    document = json.loads(command(home, "status", "--json").stdout)
    nobody = dict.fromkeys(("pending", "confirmed", "unsubscribed", "suppressed"), 0)
    assert document["subscribers"] == (None if database == "sqlite" else nobody)
    assert subscribers_line(home).startswith("ok ")
    assert not home.subscribers.exists(), "who looks makes nothing"
    add(home)
    document = json.loads(command(home, "status", "--json").stdout)
    assert document["subscribers"] == nobody | {"confirmed": 1, "pending": 1}
    assert "Subscribers: 1 confirmed, 1 pending" in command(home, "status").stdout
    assert "1 pending, 1 confirmed" in subscribers_line(home)


@on_both
def test_status_says_how_many_of_the_confirmed_get_nothing_for_now(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    add(home)
    with working_subscribers(home) as store:
        for one in store.subscribers():
            store.pause(one.id, until=AT.replace(year=9000))
    line = "Subscribers: 1 confirmed (1 of them asked for a pause), 1 pending"
    assert line in command(home, "status").stdout


@pytest.mark.sqlite("it breaks the database's file")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_may_open_is_bad(tmp_path: Path, mode: int) -> None:
    home = empty_home(tmp_path)
    add(home)
    home.subscribers.chmod(mode)
    line = subscribers_line(home)
    assert line.startswith("BAD")
    assert f"mode {mode:04o}" in line
    assert "run 'chmod 600 var/subscribers.db'" in line
    assert "SUBSCRIBERS: " in command(home, "status").stdout
    home.subscribers.chmod(0o600)
    assert subscribers_line(home).startswith("ok ")


@pytest.mark.sqlite("it breaks the database's file")
def test_a_broken_file_is_bad_and_status_goes_on(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    add(home)
    home.subscribers.write_bytes(b"no database" * 1_000)
    assert "restore it from a backup" in subscribers_line(home)
    done = command(home, "status", "--json")
    document = json.loads(done.stdout)
    assert document["subscribers"] is None
    assert [one["name"] for one in document["troubles"] if one["check"] == "subscribers"] == [
        "broken"
    ]
    assert home.subscribers.read_bytes() == b"no database" * 1_000
