"""A mailing is enqueued once, its deliveries are claimed once, and its balance is exact."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from databases import on_both
from homes import empty_home
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import SubscriberStore, open_subscribers, subscribers_at
from msnewsletter.store.subscribers.subscriber_tables import delivery_id
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.delivery_state import DeliveryResult, DeliveryState, PastTries
from msnewsletter.subscribers.subscriber import (
    SubscribedEdition,
    SubscriberState,
    SuppressionReason,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.subscribers.subscriber import Subscriber

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SOON = NOW + timedelta(minutes=5)


@pytest.fixture
def home(tmp_path: Path, database: str) -> Home:
    del database
    made = empty_home(tmp_path)
    made.var.mkdir()
    return made


@pytest.fixture
def store(home: Home) -> Iterator[SubscriberStore]:
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as opened:
        yield opened


def readers(store: SubscriberStore, *states: SubscriberState) -> list[Subscriber]:
    return [
        store.add_subscriber(parse_address(f"reader{number}@example.org"), at=NOW, state=state)
        for number, state in enumerate(states)
    ]


CONFIRMED = SubscriberState.CONFIRMED


@on_both
def test_a_mailing_goes_to_the_confirmed_who_are_awake_and_is_enqueued_once(
    store: SubscriberStore,
) -> None:
    ada, bo, eve, *_ = readers(store, CONFIRMED, CONFIRMED, CONFIRMED, *SubscriberState)
    store.pause(eve.id, until=NOW + timedelta(seconds=1))
    store.change_edition(bo.id, SubscribedEdition.LOW_ENERGY)
    first = store.enqueue(7, manifest="a", at=NOW)
    # Who comes later is not added, and nothing is changed.
    store.change_state(eve.id, CONFIRMED, at=NOW)
    assert store.enqueue(7, manifest="b", at=SOON) == first == store.mailing(7)
    claimed = store.claim_deliveries(7, most=10, journal="j", now=NOW)
    assert [(one.address, one.handle, one.edition) for one in claimed[:2]] == [
        (ada.address, ada.handle, SubscribedEdition.FULL),
        (bo.address, bo.handle, SubscribedEdition.LOW_ENERGY),
    ]
    assert len(claimed) == 3, "the last of all states is confirmed, too"
    assert store.balance(7).counts == {DeliveryState.CLAIMED: 3}


@on_both
def test_a_delivery_is_claimed_once_and_settled_once(store: SubscriberStore) -> None:
    readers(store, *[CONFIRMED] * 5)
    store.enqueue(1, manifest="a", at=NOW)
    one = store.claim_deliveries(1, most=3, journal="one", now=NOW)
    other = store.claim_deliveries(1, most=3, journal="other", now=NOW)
    assert (len(one), len(other)) == (3, 2)
    assert store.claim_deliveries(1, most=3, journal="third", now=NOW) == []
    assert store.claimed() == {
        "one": {each.id: PastTries() for each in one},
        "other": {each.id: PastTries() for each in other},
    }
    sent = [DeliveryResult(id=each.id, state=DeliveryState.SENT, code=250) for each in one]
    store.settle(sent, at=NOW, domains={"example.org": 3})
    # A late word changes nothing.
    failed = [DeliveryResult(id=each.id, state=DeliveryState.PERM_FAILED) for each in one]
    store.settle(failed, at=NOW, domains={})
    assert store.balance(1).counts == {DeliveryState.SENT: 3, DeliveryState.CLAIMED: 2}
    assert store.sent_since(NOW) == [(NOW, "example.org", 3)]


@on_both
def test_who_leaves_or_is_forgotten_before_their_turn_is_not_mailed(store: SubscriberStore) -> None:
    ada, bo, eve, mo = readers(store, *[CONFIRMED] * 4)
    store.enqueue(1, manifest="a", at=NOW)
    store.change_state(ada.id, SubscriberState.UNSUBSCRIBED, at=NOW)
    store.forget(bo.address, secret=b"s", at=NOW)
    store.pause(eve.id, until=SOON)
    claimed = store.claim_deliveries(1, most=1, journal="j", now=NOW)
    assert [one.address for one in claimed] == [mo.address]
    balance = store.balance(1)
    assert balance.counts == {DeliveryState.LEFT: 3, DeliveryState.CLAIMED: 1}
    assert (balance.enqueued, balance.to_do) == (4, 1)


@on_both
def test_a_temporary_failure_is_due_again_and_then_comes_first(store: SubscriberStore) -> None:
    readers(store, *[CONFIRMED] * 3)
    store.enqueue(1, manifest="a", at=NOW)
    first, *_ = store.claim_deliveries(1, most=1, journal="j", now=NOW)
    assert store.next_due(1) is None
    failed = DeliveryResult(
        id=first.id,
        state=DeliveryState.TEMP_FAILED,
        due=SOON,
        refused=NOW,
        code=450,
        enhanced="4.7.1",
    )
    store.settle([failed], at=NOW, domains={})
    assert store.next_due(1) == SOON
    [second] = store.claim_deliveries(1, most=1, journal="j", now=NOW)
    assert second.id != first.id
    [again] = store.claim_deliveries(1, most=1, journal="j", now=SOON)
    assert (again.id, again.past) == (first.id, PastTries(attempts=1, refused=NOW))


@on_both
def test_what_is_in_doubt_waits_for_a_person(store: SubscriberStore) -> None:
    readers(store, *[CONFIRMED] * 2)
    store.enqueue(1, manifest="a", at=NOW)
    claimed = store.claim_deliveries(1, most=2, journal="j", now=NOW)
    doubt = [DeliveryResult(id=one.id, state=DeliveryState.IN_DOUBT) for one in claimed]
    store.settle(doubt, at=NOW, domains={})
    assert store.claim_deliveries(1, most=2, journal="j", now=SOON) == []
    assert store.queue_in_doubt(1, at=SOON) == 2
    again = store.claim_deliveries(1, most=2, journal="j", now=SOON)
    assert [one.id for one in again] == [one.id for one in claimed]
    store.settle(doubt, at=NOW, domains={})
    assert store.accept_in_doubt(1, at=SOON) == 2
    assert store.balance(1).counts == {DeliveryState.SENT: 2}


@on_both
def test_mailings_of_two_issues_do_not_meet(store: SubscriberStore) -> None:
    [ada] = readers(store, CONFIRMED)
    store.enqueue(1, manifest="a", at=NOW)
    store.enqueue(2, manifest="b", at=NOW)
    [one] = store.claim_deliveries(1, most=9, journal="j", now=NOW)
    assert store.balance(2).counts == {DeliveryState.QUEUED: 1}
    assert [(past.issue, past.state) for past in store.deliveries_to(ada.id)] == [
        (1, DeliveryState.CLAIMED),
        (2, DeliveryState.QUEUED),
    ]
    assert store.subscriber_of(one.id) == ada.id
    assert store.subscriber_of(99) is None
    store.cancel_mailing(2)
    assert store.balance(2).enqueued == 0
    assert [each.issue for each in store.mailings()] == [1]
    store.finish_mailing(1, at=SOON)
    found = store.mailing(1)
    assert found is not None
    assert found.finished == SOON
    # Nothing of it failed, so that nothing is queued again.
    assert store.queue_failed(1, at=SOON) == 0
    assert [each.finished for each in store.mailings()] == [SOON]


@on_both
def test_the_first_mailing_above_a_size_is_found(store: SubscriberStore) -> None:
    readers(store, *[CONFIRMED] * 2)
    store.enqueue(1, manifest="a", at=NOW)
    store.add_subscriber(parse_address("more@example.org"), at=NOW, state=CONFIRMED)
    store.enqueue(2, manifest="b", at=SOON)
    found = [store.first_mailing_above(number) for number in range(4)]
    assert found == [NOW, NOW, SOON, None]


@on_both
def test_what_has_failed_is_queued_again_as_if_it_were_new(store: SubscriberStore) -> None:
    readers(store, *[CONFIRMED] * 2)
    store.enqueue(1, manifest="a", at=NOW)
    one, other = store.claim_deliveries(1, most=9, journal="j", now=NOW)
    failed = DeliveryResult(id=one.id, state=DeliveryState.PERM_FAILED, refused=NOW, code=550)
    sent = DeliveryResult(id=other.id, state=DeliveryState.SENT)
    store.settle([failed, sent], at=NOW, domains={})
    store.finish_mailing(1, at=NOW)
    assert store.queue_failed(1, at=SOON) == 1
    assert [each.finished for each in store.mailings()] == [None]
    [again] = store.claim_deliveries(1, most=9, journal="k", now=SOON)
    assert (again.id, again.past) == (one.id, PastTries())


@on_both
def test_only_who_would_get_mail_is_suppressed_for_a_dead_address(store: SubscriberStore) -> None:
    everybody = readers(store, *[CONFIRMED] * 3)
    ada, bo, eve = everybody
    store.enqueue(1, manifest="a", at=NOW)
    claimed = store.claim_deliveries(1, most=9, journal="j", now=NOW)
    suppressed = SubscriberState.SUPPRESSED
    complaint, bounce = SuppressionReason.COMPLAINT, SuppressionReason.BOUNCE
    store.change_state(bo.id, suppressed, at=NOW, suppression=complaint)
    store.change_state(eve.id, SubscriberState.UNSUBSCRIBED, at=NOW)
    store.suppress_dead([one.id for one in claimed], at=SOON)
    found = [store.subscriber(one.id) for one in everybody]
    assert [(one.state, one.suppression, one.since) for one in found if one] == [
        (suppressed, bounce, SOON),
        (suppressed, complaint, NOW),
        (SubscriberState.UNSUBSCRIBED, None, NOW),
    ]
    assert ada.state is CONFIRMED


@on_both
def test_minutes_add_up(store: SubscriberStore) -> None:
    for second in (0, 59, 60):
        at = NOW + timedelta(seconds=second)
        store.settle([], at=at, domains=Counter({"b.example": 1, "a.example": 2}))
    assert store.sent_since(NOW + timedelta(minutes=1)) == [
        (NOW + timedelta(minutes=1), "a.example", 2),
        (NOW + timedelta(minutes=1), "b.example", 1),
    ]
    assert sum(sent for _, _, sent in store.sent_since(NOW)) == 9


@on_both
def test_minutes_are_kept_for_two_days(store: SubscriberStore) -> None:
    for at in (NOW, NOW + timedelta(hours=1)):
        store.settle([], at=at, domains={"example.org": 1})
    store.settle([], at=NOW + timedelta(hours=48, minutes=1), domains={})
    assert store.sent_since(NOW) == [(NOW + timedelta(hours=1), "example.org", 1)]


@on_both
def test_domains_that_must_wait_are_passed_over(store: SubscriberStore) -> None:
    names = ("a@slow.test", "b@other.test", "c@notslow.test", "d@slow.test", "e@Slow.test")
    for name in names:
        store.add_subscriber(parse_address(name), at=NOW, state=CONFIRMED)
    store.enqueue(1, manifest="a", at=NOW)
    store.forget(parse_address("b@other.test"), secret=b"s", at=NOW)

    def claimed(**more: Any) -> list[str]:
        found = store.claim_deliveries(1, most=9, journal="j", now=NOW, **more)
        return [one.address.key for one in found]

    assert claimed(without=["slow.test", "sl_w.test"]) == ["c@notslow.test"]
    assert store.balance(1)[DeliveryState.LEFT] == 1
    assert claimed(without=["slow.test"]) == []
    assert claimed(after=delivery_id(1, 4)) == ["e@slow.test"]
    assert claimed() == ["a@slow.test", "d@slow.test"]


@pytest.mark.sqlite("it reads SQLite's plans")
def test_claims_use_the_index_of_what_is_open(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    home.var.mkdir()
    plans: list[str] = []
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as store:
        readers(store, CONFIRMED)
        store.enqueue(1, manifest="a", at=NOW)
        connection = store._engine.raw_connection()
        asked: list[str] = []
        connection.driver_connection.set_trace_callback(asked.append)  # type: ignore[union-attr]
        connection.close()
        store.claim_deliveries(1, most=1, journal="j", now=NOW)
        with store._engine.connect() as reading:
            for statement in asked:
                if statement.startswith("SELECT deliveries.id"):
                    found = reading.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
                    plans += [row[3] for row in found if "deliveries" in row[3]]
    assert len(plans) == 2
    assert all("USING INDEX deliveries_open" in plan for plan in plans)
