"""What is asked for at the door is counted, kept until it is done, and then forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from databases import on_both
from homes import empty_home
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import SubscriberStore, open_subscribers, subscribers_at
from msnewsletter.store.subscribers.door_queries import DoorRequest, WaitingLetters
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.door_rules import DoorCounts, DoorRequestKind
from msnewsletter.subscribers.subscriber import (
    Consent,
    ConsentWay,
    SubscribedEdition,
    SubscriberState,
    SuppressionReason,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ADA = parse_address("Ada@example.org")
CONFIRMED, PENDING = SubscriberState.CONFIRMED, SubscriberState.PENDING


@pytest.fixture
def store(tmp_path: Path, database: str) -> Iterator[SubscriberStore]:
    del database
    home = empty_home(tmp_path)
    home.var.mkdir()
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as opened:
        yield opened


def request(at: datetime = NOW, asked: str = "ada", network: str = "one") -> DoorRequest:
    return DoorRequest(
        at=at,
        kind=DoorRequestKind.SIGN_UP,
        address=ADA,
        edition=SubscribedEdition.LOW_ENERGY,
        asked=asked,
        network=network,
    )


@on_both
def test_requests_count_for_an_hour_and_an_address_for_a_day(store: SubscriberStore) -> None:
    store.note_door_request(request(), quiet=False)
    store.note_door_request(request(), quiet=True)
    store.note_door_request(request(asked="bo"), quiet=False)
    store.note_door_request(request(asked="eve", network="two"), quiet=False)
    assert store.door_counts(request()) == DoorCounts(of_address=2, of_network=3, in_all=3)
    later = request(NOW + timedelta(hours=1))
    assert store.door_counts(later) == DoorCounts(of_address=2, of_network=0, in_all=0)
    next_day = request(NOW + timedelta(days=1))
    assert store.door_counts(next_day) == DoorCounts(of_address=0, of_network=0, in_all=0)


@on_both
def test_a_letter_is_taken_once_and_its_address_goes_with_it(store: SubscriberStore) -> None:
    store.note_door_request(request(), quiet=False)
    store.note_door_request(request(), quiet=True)
    assert store.has_due_letters(NOW)
    until = NOW + timedelta(hours=1)
    taken = store.take_due_letter(now=NOW, until=until)
    assert taken
    assert (taken.address, taken.edition, taken.at) == (ADA, SubscribedEdition.LOW_ENERGY, NOW)
    assert "example.org" not in repr(taken)
    assert not store.has_due_letters(NOW)
    assert store.take_due_letter(now=NOW, until=until) is None
    # Who took it was killed.
    again = store.take_due_letter(now=until, until=until + timedelta(hours=1))
    assert again == taken
    store.postpone_letter(again.id, due=until, fault="mail.example.org:587: nobody listens there")
    assert store.waiting_letters() == WaitingLetters(
        count=1, since=NOW, failing=1, fault="mail.example.org:587: nobody listens there"
    )
    third = store.take_due_letter(now=until, until=until)
    assert third
    assert third.attempts == 1
    store.finish_letter(third.id)
    assert store.waiting_letters() == WaitingLetters()
    assert store.door_counts(request()).of_address == 2, "it still counts"


@on_both
def test_a_letter_that_failed_comes_after_those_that_wait_longer(store: SubscriberStore) -> None:
    for name in ("ada", "bo", "eve"):
        store.note_door_request(request(asked=name), quiet=False)
    later = NOW + timedelta(hours=1)
    first = store.take_due_letter(now=NOW, until=later)
    assert first
    store.postpone_letter(first.id, due=NOW + timedelta(minutes=1), fault="hung up")
    taken = [store.take_due_letter(now=later, until=later + timedelta(hours=1)) for _ in range(3)]
    assert [one and one.attempts for one in taken] == [0, 0, 1]


@on_both
def test_what_is_too_old_to_count_goes_but_what_waits_stays(store: SubscriberStore) -> None:
    store.note_door_request(request(asked="waits"), quiet=False)
    store.note_door_request(request(asked="done"), quiet=True)
    store.note_door_request(request(NOW + timedelta(days=1), asked="new"), quiet=True)
    with store._engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT asked FROM door_requests ORDER BY id")
        assert [row[0] for row in found] == ["waits", "new"]


@on_both
def test_who_is_forgotten_waits_for_no_mail(store: SubscriberStore) -> None:
    store.note_door_request(request(), quiet=False)
    store.forget(ADA, secret=b"s", at=NOW)
    assert store.waiting_letters() == WaitingLetters()


@on_both
def test_who_never_confirms_is_removed_after_a_week(store: SubscriberStore) -> None:
    words = Consent(at=NOW, way=ConsentWay.HAND, words="Yes.")
    people = {
        name: store.add_subscriber(
            parse_address(f"{name}@example.org"),
            at=NOW,
            state=CONFIRMED if name == "confirmed" else PENDING,
            consent=words if name == "agreed" else None,
        )
        for name in ("silent", "late", "confirmed", "agreed", "entered")
    }
    for name in ("silent", "confirmed", "agreed"):
        store.note_confirmation(people[name].id, at=NOW)
    store.note_confirmation(people["late"].id, at=NOW + timedelta(seconds=1))
    assert store.drop_unconfirmed(NOW + timedelta(days=7), secret=b"s") == 1
    left = [one.address.key.partition("@")[0] for one in store.subscribers()]
    assert left == ["late", "confirmed", "agreed", "entered"]


@on_both
def test_who_leaves_without_having_confirmed_is_forgotten_a_week_later(
    store: SubscriberStore,
) -> None:
    asked, listed = (
        store.add_subscriber(parse_address(f"{name}@example.org"), at=NOW, state=PENDING)
        for name in ("asked", "listed")
    )
    # One leaves after the mail; the other had left by a list, and asked later.
    store.note_confirmation(asked.id, at=NOW)
    store.leave_all([asked.handle, listed.handle], at=NOW)
    store.note_confirmation(listed.id, at=NOW + timedelta(seconds=1))
    assert store.drop_unconfirmed(NOW + timedelta(days=6), secret=b"s") == 0
    assert store.drop_unconfirmed(NOW + timedelta(days=8), secret=b"s") == 1
    assert [one.id for one in store.subscribers()] == [listed.id]
    assert store.forgotten_among([asked.address], secret=b"s"), "no list brings them back"


@on_both
def test_many_leave_in_one_transaction(store: SubscriberStore) -> None:
    people = [
        store.add_subscriber(parse_address(f"r{n}@example.org"), at=NOW, state=CONFIRMED)
        for n in range(5)
    ]
    store.pause(people[0].id, until=NOW + timedelta(days=1))
    suppressed, why = SubscriberState.SUPPRESSED, SuppressionReason.BOUNCE
    store.change_state(people[1].id, suppressed, at=NOW, suppression=why)
    store.change_state(people[2].id, SubscriberState.UNSUBSCRIBED, at=NOW)
    later = NOW + timedelta(hours=1)
    handles = [one.handle for one in people[:4]]
    store.leave_all([*handles, handles[0], "nobody"], at=later)
    store.leave_all([], at=later)
    assert [(one.state, one.since, one.paused_until) for one in store.subscribers()] == [
        (SubscriberState.UNSUBSCRIBED, later, None),
        (suppressed, NOW, None),
        (SubscriberState.UNSUBSCRIBED, NOW, None),
        (SubscriberState.UNSUBSCRIBED, later, None),
        (CONFIRMED, NOW, None),
    ]
