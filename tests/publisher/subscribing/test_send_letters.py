"""Mails of the door: sent once, tried again, given up; nothing of an address in what is said."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from homes import AT
from mailservers import mail_server
from msnewsletter.publisher.subscribing import send_letters
from msnewsletter.publisher.subscribing.door_context import DoorContext, door_context
from msnewsletter.publisher.subscribing.door_guard import ask_at_door, door_request
from msnewsletter.publisher.subscribing.send_letters import SentLetters, send_due_letters
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import SubscriberStore, open_subscribers, subscribers_at
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.door_rules import DoorRequestKind, GuardVerdict
from msnewsletter.subscribers.subscriber import SubscribedEdition, SubscriberState
from web.doors import door_home, read_letter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mailservers import Mailbox
    from msnewsletter.render.door.letter_message import LetterHeaders
    from msnewsletter.subscribers.door_rules import DoorLetter

ADA = "ada@example.org"


@dataclass
class Sending:
    mailbox: Mailbox
    store: SubscriberStore
    context: DoorContext

    def ask(self, address: str, at: datetime = AT) -> GuardVerdict:
        request = door_request(
            DoorRequestKind.SIGN_UP,
            parse_address(address),
            SubscribedEdition.FULL,
            network=address,
            secret=self.context.secret,
            at=at,
        )
        return ask_at_door(self.store, request, self.context.limits)

    def send(self, at: datetime = AT) -> SentLetters:
        return send_due_letters(self.store, self.context, now=lambda: at)


@contextmanager
def sending(root: Path, *, port: int | None = None, sandbox: bool = False) -> Iterator[Sending]:
    with mail_server() as mailbox:
        home = door_home(root, port=port or mailbox.port)
        if sandbox:
            text = home.settings.read_text()
            home.settings.write_text(text.replace("[newsletter]", "[newsletter]\nsandbox = true"))
        home.var.mkdir()
        place = subscribers_at(home, load_settings(home.settings))
        with open_subscribers(place) as store:
            yield Sending(mailbox, store, door_context(home, secret=store.secret()))


def test_a_mail_is_sent_once(tmp_path: Path) -> None:
    with sending(tmp_path) as door:
        door.ask(ADA)
        assert door.send() == SentLetters(sent=1)
        assert door.send() == SentLetters()
        [letter] = door.mailbox.letters
        assert (letter.sender, letter.to) == ("notes@example.org", [ADA])
        assert door.store.waiting_letters().count == 0


def test_a_server_that_is_away_is_tried_again_with_the_same_message(tmp_path: Path) -> None:
    with sending(tmp_path) as door:
        door.mailbox.answers["DATA"] = "451 4.3.0 not now, ada@example.org"
        door.ask(ADA)
        door.ask("bo@example.org")
        failed = door.send()
        assert (failed.sent, failed.failed) == (0, 2)
        waiting = door.store.waiting_letters()
        assert (waiting.count, waiting.failing) == (2, 2)
        assert "not now" in waiting.fault
        assert "ada" not in f"{waiting.fault} {failed.fault}"
        assert door.send(AT + timedelta(seconds=59)) == SentLetters()
        del door.mailbox.answers["DATA"]
        assert door.send(AT + timedelta(seconds=60)) == SentLetters(sent=2)


def test_an_address_that_is_refused_for_good_stops_no_other(tmp_path: Path) -> None:
    with sending(tmp_path) as door:
        door.mailbox.answers[f"RCPT {ADA}"] = "550 5.1.1 no such user <ada@example.org>"
        door.ask(ADA)
        door.ask("bo@example.org")
        done = door.send()
        assert (done.sent, done.failed) == (1, 1)
        assert ADA not in str(done.fault)
        assert door.store.waiting_letters().count == 0


def test_a_bug_in_one_mail_stops_no_other_and_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = send_letters.letter_message

    def broken(letter: DoorLetter, headers: LetterHeaders, **more: Any) -> bytes:
        if headers.to == ADA:
            raise KeyError(headers.to)
        return made(letter, headers, **more)

    monkeypatch.setattr(send_letters, "letter_message", broken)
    with sending(tmp_path) as door:
        door.ask(ADA)
        door.ask("bo@example.org")
        done = door.send()
        assert (done.sent, done.failed) == (1, 1)
        assert str(done.fault) == "door mail 1: a bug (KeyError); report it"
        assert door.send(AT + timedelta(minutes=1)).failed == 1, "it is tried again in a minute"
        assert "secret" not in repr(door.context)


def test_who_is_killed_leaves_one_mail_in_doubt_and_the_others_due(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = send_letters.letter_message

    def killed(letter: DoorLetter, headers: LetterHeaders, **more: Any) -> bytes:
        if headers.to == "bo@example.org":
            raise SystemExit
        return made(letter, headers, **more)

    with sending(tmp_path) as door:
        for name in ("ada", "bo", "eve", "joe"):
            door.ask(f"{name}@example.org")
        with monkeypatch.context() as patch:
            patch.setattr(send_letters, "letter_message", killed)
            with pytest.raises(SystemExit):
                door.send()
        assert door.send() == SentLetters(sent=2), "whoever is started next sends them at once"
        assert door.send(AT + timedelta(minutes=59)) == SentLetters()
        assert door.send(AT + timedelta(hours=1)) == SentLetters(sent=1)
        assert [letter.to[0][:3] for letter in door.mailbox.letters] == ["ada", "eve", "joe", "bo@"]


def test_a_server_that_is_away_costs_only_the_mail_in_hand_a_try(tmp_path: Path) -> None:
    with sending(tmp_path, port=9) as door:
        for name in ("ada", "bo", "eve"):
            door.ask(f"{name}@example.org")
        assert door.send().failed == 1
        waiting = door.store.waiting_letters()
        assert (waiting.count, waiting.failing) == (3, 1)


def test_addresses_on_which_the_server_hangs_up_keep_no_other_from_its_mail(tmp_path: Path) -> None:
    with sending(tmp_path) as door:
        hung_up_on = [f"bad{number}@example.com" for number in range(7)]
        for address in hung_up_on:
            door.mailbox.answers[f"RCPT {address}"] = "421 4.7.0 too many, closing"
        for address in (*hung_up_on, ADA, "bo@example.org"):
            door.ask(address)
        first = door.send()
        assert (first.sent, first.failed) == (0, 5)
        second = door.send()
        assert (second.sent, second.failed) == (2, 2)
        assert [letter.to for letter in door.mailbox.letters] == [[ADA], ["bo@example.org"]]
        assert door.store.waiting_letters().count == 7


def test_a_mail_that_nobody_takes_for_a_day_is_given_up(tmp_path: Path) -> None:
    with sending(tmp_path) as door:
        door.mailbox.answers[f"RCPT {ADA}"] = "450 4.2.0 greylisted"
        door.ask(ADA)
        at = AT
        while door.store.waiting_letters().count:
            door.send(at)
            at += timedelta(minutes=1)
        assert timedelta(hours=20) < at - AT <= timedelta(days=1, minutes=1)
        assert door.ask(ADA, at=AT + timedelta(days=2)) is GuardVerdict.MAIL


def test_no_mail_leaves_a_sandbox(tmp_path: Path) -> None:
    with sending(tmp_path, sandbox=True) as door:
        door.ask(ADA)
        assert door.send() == SentLetters()
        assert door.store.waiting_letters().count == 1


def test_no_server_at_all_is_said(tmp_path: Path) -> None:
    with sending(tmp_path, port=9) as door:
        door.ask(ADA)
        assert "127.0.0.1:9" in str(door.send().fault)
        assert door.store.waiting_letters().fault == "127.0.0.1:9: nobody listens there"


def test_headers_and_bodies_are_whole_and_name_no_illness(tmp_path: Path) -> None:
    with sending(tmp_path) as door:
        settings = door.context.settings
        assert settings.door == "https://notes.example.org/"
        door.ask("Zoë@exämple.org".replace("ë", "e"))
        door.send()
        raw = door.mailbox.letters[0].message
        letter = read_letter(raw)
        assert max(map(len, raw.split(b"\r\n"))) <= 998
        assert letter.to == "Zoe@xn--exmple-cua.org"
        assert "sclerosis" not in raw.decode().split("\r\n\r\n")[0].lower()
        assert letter.path in letter.html
        person = next(iter(door.store.subscribers()))
        assert (person.state, person.confirmation_sent) == (SubscriberState.PENDING, AT)
