"""Mails of the door that `serve` has left: the clock sends them, `status` and `doctor` say them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT, command
from mailservers import mail_server
from msnewsletter.clock.loop import Clock
from msnewsletter.publisher.situation import gather
from msnewsletter.publisher.subscribing.door_guard import ask_at_door, door_request
from msnewsletter.publisher.troubles.kinds import troubles
from msnewsletter.publisher.troubles.trouble import TroubleName
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import open_subscribers, subscribers_at
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.door_rules import DoorLimits, DoorRequestKind
from msnewsletter.subscribers.subscriber import SubscribedEdition
from web.doors import door_home

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

ADDRESS = "ada@example.org"


def ask(home: Home) -> None:
    """Sign up, as the door does it."""
    home.var.mkdir(exist_ok=True)
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as store:
        request = door_request(
            DoorRequestKind.SIGN_UP,
            parse_address(ADDRESS),
            SubscribedEdition.FULL,
            network="192.0.2.0/24",
            secret=store.secret(),
            at=AT,
        )
        ask_at_door(store, request, DoorLimits(of_network=9, in_all=9))


def said(home: Home, at: timedelta) -> list[str]:
    found = troubles(gather(home, at=AT + at), thorough=False)
    return [one.says for one in found if one.name is TroubleName.LETTERS]


def test_the_clock_removes_who_never_confirms_where_serve_is_not_running(tmp_path: Path) -> None:
    with mail_server() as mailbox:
        home = door_home(tmp_path, port=mailbox.port)
        ask(home)
        now = AT + timedelta(minutes=5)
        clock = Clock(home, now=lambda: now, every=30)
        for later, left in ((0, 1), (6, 1), (8, 0)):
            now = AT + timedelta(days=later, minutes=5)
            clock.wake()
            with open_subscribers(subscribers_at(home, load_settings(home.settings))) as store:
                assert len(list(store.subscribers())) == left
        clock.leave()


def test_the_clock_sends_what_nobody_has_sent(tmp_path: Path) -> None:
    with mail_server() as mailbox:
        home = door_home(tmp_path, port=mailbox.port)
        ask(home)
        for minutes, sent in ((1, 0), (2, 1), (3, 1)):
            now = AT + timedelta(minutes=minutes)
            clock = Clock(home, now=lambda now=now: now, every=30)  # type: ignore[misc]
            clock.wake()
            clock.leave()
            assert len(mailbox.letters) == sent


def test_who_waits_for_long_is_said_and_nobody_is_named(tmp_path: Path) -> None:
    home = door_home(tmp_path, port=9)
    assert said(home, timedelta()) == []
    ask(home)
    assert said(home, timedelta(minutes=29)) == []
    [nobody] = said(home, timedelta(minutes=30))
    assert nobody.startswith("1 mail waits for people who signed up since ")
    assert nobody.endswith(": nobody sends them; start 'msnewsletter serve'")
    clock = Clock(home, now=lambda: AT + timedelta(minutes=5), every=30)
    clock.wake()
    clock.leave()
    [refused] = said(home, timedelta(minutes=40))
    assert refused.endswith("127.0.0.1:9: nobody listens there; check [smtp]")
    shown = command(home, "status", "--at", (AT + timedelta(minutes=40)).isoformat())
    assert "Sign-up: 1 mail to send" in shown.stdout
    assert ADDRESS not in shown.stdout + shown.stderr
    found = command(home, "doctor", "--json")
    [waits] = [one for one in json.loads(found.stdout) if "mail waits" in one["says"]]
    assert (waits["check"], waits["ok"], ADDRESS in waits["says"]) == ("door", False, False)


@pytest.mark.parametrize("door", [True, False])
def test_doctor_says_where_people_sign_up(tmp_path: Path, door: bool) -> None:  # noqa: FBT001
    home = door_home(tmp_path, port=9)
    # From a sandbox no page is asked for.
    text = home.settings.read_text()
    home.settings.write_text(text.replace("[newsletter]", "[newsletter]\nsandbox = true", 1))
    if not door:
        home.settings.write_text(home.settings.read_text().replace("[subscribe]", ""))
    found = json.loads(command(home, "doctor", "--json").stdout)
    [one] = [line for line in found if line["check"] == "door"]
    assert one["ok"]
    assert ("https://notes.example.org/subscribe" in one["says"]) is door
