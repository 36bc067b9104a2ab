"""Entered, taken off, suppressed and forgotten by hand, on either database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from databases import on_both
from homes import empty_home
from msnewsletter.publisher.subscribing.by_hand import enter, forget, suppress, take_off
from msnewsletter.publisher.subscribing.opened import reading_subscribers, working_subscribers
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.entry_by_hand import EntryOutcome
from msnewsletter.subscribers.subscriber import (
    ConsentWay,
    SubscribedEdition,
    SubscriberState,
    SuppressionReason,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.store.subscribers import SubscriberStore

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ADA = parse_address("ada@example.org")
LOW = SubscribedEdition.LOW_ENERGY


@pytest.fixture
def store(tmp_path: Path, database: str) -> Iterator[SubscriberStore]:
    del database
    with working_subscribers(empty_home(tmp_path)) as opened:
        yield opened


@on_both
def test_who_agreed_on_paper_is_confirmed_with_the_words(store: SubscriberStore) -> None:
    found = enter(store, ADA, at=NOW, consent="On paper.", edition=LOW)
    one = found.subscriber
    assert found.outcome is EntryOutcome.ADDED
    assert (one.state, one.edition) == (SubscriberState.CONFIRMED, LOW)
    [consent] = store.consents(one.id)
    assert (consent.way, consent.words, consent.at) == (ConsentWay.HAND, "On paper.", NOW)
    assert store.newest_consents([one.id, 99]) == {one.id: consent}


@on_both
def test_new_words_of_who_is_confirmed_are_kept_once(store: SubscriberStore) -> None:
    one = enter(store, ADA, at=NOW, consent="On paper.", edition=None).subscriber
    for _ in range(2):
        again = enter(store, ADA, at=LATER, consent="At the congress.", edition=None)
        assert (again.outcome, again.subscriber) == (EntryOutcome.ALREADY, one)
    kept = [(each.words, each.at) for each in store.consents(one.id)]
    assert kept == [("On paper.", NOW), ("At the congress.", LATER)]


@on_both
def test_without_consent_they_are_pending_and_who_left_stays_away(store: SubscriberStore) -> None:
    added = enter(store, ADA, at=NOW, consent=None, edition=None)
    assert added.subscriber.state is SubscriberState.PENDING
    take_off(store, ADA, at=NOW)
    left = enter(store, ADA, at=LATER, consent=None, edition=LOW)
    assert left.outcome is EntryOutcome.LEFT
    assert left.subscriber.state is SubscriberState.UNSUBSCRIBED
    assert left.subscriber.edition is SubscribedEdition.FULL, "nothing else changes either"
    back = enter(store, ADA, at=LATER, consent="On paper.", edition=LOW)
    assert (back.outcome, back.subscriber.state) == (
        EntryOutcome.CONFIRMED,
        SubscriberState.CONFIRMED,
    )
    assert (back.subscriber.edition, back.subscriber.since) == (LOW, LATER)


@on_both
def test_a_suppressed_address_needs_a_second_word(store: SubscriberStore) -> None:
    one = suppress(store, ADA, at=NOW)
    assert (one.state, one.suppression) == (SubscriberState.SUPPRESSED, SuppressionReason.HAND)
    off = take_off(store, ADA, at=LATER)
    assert off == one, "it stays suppressed, which is more than to have left"
    kept = enter(store, ADA, at=LATER, consent="On paper.", edition=None)
    assert kept.outcome is EntryOutcome.SUPPRESSED
    assert store.consents(one.id) == []
    back = enter(store, ADA, at=LATER, consent="On paper.", edition=None, again=True)
    assert (back.subscriber.state, back.subscriber.suppression) == (SubscriberState.CONFIRMED, None)


@on_both
def test_the_first_reason_of_a_suppression_stays(store: SubscriberStore) -> None:
    one = enter(store, ADA, at=NOW, consent="Yes.", edition=None).subscriber
    store.change_state(
        one.id, SubscriberState.SUPPRESSED, at=NOW, suppression=SuppressionReason.COMPLAINT
    )
    assert suppress(store, ADA, at=LATER).suppression is SuppressionReason.COMPLAINT


@on_both
def test_who_was_forgotten_is_kept_away_until_they_agree_anew(store: SubscriberStore) -> None:
    enter(store, ADA, at=NOW, consent="Yes.", edition=None)
    assert forget(store, ADA, at=NOW)
    assert not forget(store, ADA, at=NOW)
    assert take_off(store, ADA, at=NOW) is None
    assert store.count_forgotten() == 1
    secret = store.secret()
    enter(store, ADA, at=LATER, consent=None, edition=None)
    assert store.forgotten_among([ADA], secret=secret), "to be pending is no consent"
    enter(store, ADA, at=LATER, consent="Yes again.", edition=None)
    assert not store.forgotten_among([ADA], secret=secret)


@on_both
def test_pauses_are_counted(store: SubscriberStore) -> None:
    one = enter(store, ADA, at=NOW, consent="Yes.", edition=None).subscriber
    assert store.count_paused(NOW) == 0
    store.pause(one.id, until=LATER)
    assert store.count_paused(NOW) == 1
    assert store.count_paused(LATER) == 0


def test_who_only_reads_makes_nothing(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    with reading_subscribers(home) as store:
        assert store.count_subscribers() == {}
    assert not home.var.exists()
