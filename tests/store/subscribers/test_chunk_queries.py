"""A mailing is cut into chunks for workers, and each delivery of them is claimed once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from databases import on_both
from homes import empty_home
from msnewsletter.errors import StoreError
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import (
    ForWorkers,
    SubscriberStore,
    WorkerRow,
    chunk_rows,
    open_subscribers,
    subscribers_at,
)
from msnewsletter.store.subscribers.subscriber_tables import delivery_id
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.delivery_state import Chunk, DeliveryResult, DeliveryState, PastTries
from msnewsletter.subscribers.shared_limits import SharedLimits, SharedWindow
from msnewsletter.subscribers.subscriber import SubscribedEdition, SubscriberState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from msnewsletter.home import Home

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SOON = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(hours=1)
SENT, IN_DOUBT = DeliveryState.SENT, DeliveryState.IN_DOUBT
MAILS = {SubscribedEdition.FULL: b"full", SubscribedEdition.LOW_ENERGY: b"short\0"}


@pytest.fixture
def home(tmp_path: Path, database: str) -> Home:
    del database
    made = empty_home(tmp_path)
    made.var.mkdir()
    return made


@pytest.fixture
def store(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[SubscriberStore]:
    """Seven readers, and chunks of three; worker "w" has a lease for "j" until SOON."""
    monkeypatch.setattr(chunk_rows, "CHUNK_SIZE", 3)
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as opened:
        for number in range(7):
            address = parse_address(f"reader{number}@{'big' if number % 2 else 'small'}.example")
            opened.add_subscriber(address, at=NOW, state=SubscriberState.CONFIRMED)
        opened.begin_worker(worker("w"))
        opened.lease_journal("j", worker="w", until=SOON)
        yield opened


def worker(name: str, seen: datetime = NOW) -> WorkerRow:
    return WorkerRow(
        name=name, machine="m", process=7, release="1.0", form=1, started=NOW, seen=seen
    )


def begun(store: SubscriberStore, issue: int = 1) -> list[Chunk]:
    """The chunks of an issue that is enqueued for workers."""
    handed: list[Chunk] = []

    def hand_out(_: Connection, chunks: Sequence[Chunk]) -> None:
        handed.extend(chunks)

    store.enqueue(
        issue, manifest="x", at=NOW, for_workers=ForWorkers(mails=MAILS, hand_out=hand_out)
    )
    return handed


def sent(*numbers: int) -> list[DeliveryResult]:
    return [DeliveryResult(id=number, state=SENT) for number in numbers]


@on_both
def test_a_mailing_its_mails_and_its_chunks_come_together(store: SubscriberStore) -> None:
    chunks = begun(store)
    assert chunks == [
        Chunk(issue=1, first=delivery_id(1, 1), last=delivery_id(1, 3)),
        Chunk(issue=1, first=delivery_id(1, 4), last=delivery_id(1, 6)),
        Chunk(issue=1, first=delivery_id(1, 7), last=delivery_id(1, 7)),
    ]
    assert begun(store) == [], "the second time nothing is changed"
    assert store.mail_of(1) == MAILS
    assert store.chunks_due(NOW) == chunks
    assert store.wrong_rows() == []


@on_both
def test_where_no_job_can_be_made_nothing_is_enqueued(store: SubscriberStore) -> None:
    def fails(_: Connection, __: Sequence[Chunk]) -> None:
        raise StoreError("the queue", "is gone", "wait")

    given = ForWorkers(mails=MAILS, hand_out=fails)
    with pytest.raises(StoreError):
        store.enqueue(1, manifest="x", at=NOW, for_workers=given)
    assert store.mailing(1) is None
    assert store.mail_of(1) == {}
    assert store.balance(1).enqueued == 0


@on_both
def test_what_was_begun_without_workers_is_handed_to_them(store: SubscriberStore) -> None:
    store.enqueue(1, manifest="x", at=NOW)
    assert store.chunks_due(NOW) == []
    handed: list[Chunk] = []
    given = ForWorkers(mails=MAILS, hand_out=lambda _, chunks: handed.extend(chunks))
    for _ in range(2):
        store.hand_to_workers(1, given)
    assert len(handed) == 3
    # What is done leaves nothing to hand out.
    store.finish_mailing(1, at=NOW)
    assert (store.mail_of(1), store.chunks_due(NOW)) == ({}, [])
    begun(store, 2)
    store.cancel_mailing(2)
    assert (store.mail_of(2), store.chunks_due(NOW)) == ({}, [])


@on_both
def test_of_two_workers_with_one_chunk_each_delivery_is_claimed_by_one(
    store: SubscriberStore,
) -> None:
    first, *_ = begun(store)
    store.lease_journal("k", worker="w", until=SOON)
    one = store.claim_chunk(first, most=2, journal="j", now=NOW)
    other = store.claim_chunk(first, most=2, journal="k", now=NOW)
    assert ([len(each.deliveries) for each in (one, other)], one.opens) == ([2, 1], None)
    nothing = store.claim_chunk(first, most=2, journal="k", now=NOW)
    assert (nothing.deliveries, nothing.opens) == ([], None)
    assert store.claimed_by("j") == {each.id: PastTries() for each in one.deliveries}
    assert first not in store.chunks_due(NOW)
    mailing = store.mailing(1)
    assert mailing is not None
    assert mailing.claims == 2


@on_both
def test_nothing_is_claimed_without_a_lease_or_after_it(store: SubscriberStore) -> None:
    first, *_ = begun(store)
    for journal, now in (("unknown", NOW), ("j", SOON)):
        with pytest.raises(StoreError, match="too long"):
            store.claim_chunk(first, most=9, journal=journal, now=now)
    assert store.renew_leases("w", now=SOON, until=LATER) == {"j"}
    assert len(store.claim_chunk(first, most=9, journal="j", now=SOON).deliveries) == 3


@on_both
def test_what_a_lost_worker_had_is_in_doubt_until_its_journal_comes_back(
    store: SubscriberStore,
) -> None:
    first, *_ = begun(store)
    one, two, three = store.claim_chunk(first, most=9, journal="j", now=NOW).deliveries
    store.settle_leased(sent(one.id), at=NOW, domains={}, journal="j")
    assert store.doubt_lost(SOON - timedelta(seconds=1)) == {}
    assert store.doubt_lost(SOON) == {"w": 2}
    assert store.doubt_lost(SOON) == {}
    assert store.balance(1)[IN_DOUBT] == 2
    # They may have been sent: they count as that.
    assert store.sent_since(SOON) == [(SOON, "big.example", 1), (SOON, "small.example", 1)]
    assert store.renew_leases("w", now=SOON, until=LATER) == frozenset()
    with pytest.raises(StoreError):
        store.claim_chunk(first, most=9, journal="j", now=NOW)
    # The machine comes back.
    assert list(store.claimed_by("j")) == [two.id, three.id]
    back = [*sent(two.id), DeliveryResult(id=three.id, state=DeliveryState.QUEUED, tried=False)]
    store.settle_leased(back, at=LATER, domains={}, journal="j")
    assert store.claimed_by("j") == {}
    store.end_lease("j")
    assert store.balance(1).counts == {SENT: 2, DeliveryState.QUEUED: 5}
    assert store.chunks_due(LATER)[0] == first


@on_both
def test_what_a_person_decided_meanwhile_stands(store: SubscriberStore) -> None:
    first, *_ = begun(store)
    one, two, three = store.claim_chunk(first, most=9, journal="j", now=NOW).deliveries
    store.doubt_lost(SOON)
    store.queue_in_doubt(1, at=SOON)
    store.lease_journal("k", worker="w", until=LATER)
    assert len(store.claim_chunk(first, most=9, journal="k", now=SOON).deliveries) == 3
    failed = [
        DeliveryResult(id=each.id, state=DeliveryState.PERM_FAILED) for each in (one, two, three)
    ]
    store.settle_leased(failed, at=SOON, domains={}, journal="j")
    assert store.balance(1)[DeliveryState.CLAIMED] == 3
    assert len(store.claimed_by("k")) == 3
    store.end_lease("k")
    assert store.doubt_lost(LATER) == {"w": 3}, "a lease with claims does not end"


@on_both
def test_what_a_person_has_let_go_on_is_held_by_no_worker_that_had_looked_before(
    store: SubscriberStore,
) -> None:
    begun(store)
    assert store.hold_older(1, remembered=5)
    assert not store.hold_older(1, remembered=5), "it is held already"
    found = store.mailing(1)
    assert found
    assert found.remembered == 5
    assert not store.is_with_workers(1)
    store.trust_ledger(1, claims=5)
    store.hand_to_workers(1, ForWorkers(mails=MAILS, hand_out=lambda *_: None))
    assert not store.hold_older(1, remembered=5)  # it read the ledger before a person decided
    found = store.mailing(1)
    assert found
    assert (found.remembered, found.claims) == (None, 5)
    assert store.is_with_workers(1)
    assert store.hold_older(1, remembered=6)
    found = store.mailing(1)
    assert found
    assert found.remembered == 6


@on_both
def test_workers_are_known_until_they_are_long_gone(store: SubscriberStore) -> None:
    first, *_ = begun(store)
    store.begin_worker(worker("x"))
    store.lease_journal("k", worker="x", until=SOON)
    store.renew_leases("w", now=SOON, until=LATER, says="no connection")
    store.end_worker("x", at=SOON)
    found = {one.name: (one.seen, one.ended, one.says) for one in store.workers()}
    assert found == {"w": (SOON, None, "no connection"), "x": (SOON, SOON, None)}
    # Its lease has ended with it.
    store.lease_journal("k", worker="w", until=LATER)
    assert store.claim_chunk(first, most=9, journal="k", now=SOON).deliveries
    store.doubt_lost(LATER)
    store.tidy_workers(LATER + timedelta(days=1))
    assert [each.name for each in store.workers()] == ["w"], "something of it is in doubt"
    back = [DeliveryResult(id=number, state=SENT) for number in store.claimed_by("k")]
    store.settle_leased(back, at=LATER, domains={}, journal="k")
    store.tidy_workers(LATER + timedelta(days=1))
    assert store.workers() == []


@on_both
def test_the_database_tells_the_time(store: SubscriberStore) -> None:
    first, second = store.database_now(), store.database_now()
    assert first.utcoffset() == timedelta()
    assert timedelta() <= second - first < timedelta(minutes=1)


# ── limits ───────────────────────────────────────────────────────────────────────────────────────


def window(count: int, seconds: float) -> SharedWindow:
    return SharedWindow(count=count, length=timedelta(seconds=seconds))


@on_both
def test_limits_hold_for_all_workers_together(store: SubscriberStore) -> None:
    first, second, _ = begun(store)
    store.lease_journal("k", worker="w", until=LATER)
    limits = SharedLimits(server=(window(2, 1), window(3, 3_600)))
    one = store.claim_chunk(first, most=9, journal="j", now=NOW, limits=limits)
    assert len(one.deliveries) == 2
    # What is under way fills the window, for another worker, too.
    none = store.claim_chunk(second, most=9, journal="k", now=NOW, limits=limits)
    assert (none.deliveries, none.opens) == ([], NOW + timedelta(seconds=0.25))
    at = NOW + timedelta(seconds=1.23)
    store.settle_leased(
        sent(*(each.id for each in one.deliveries)),
        at=at,
        domains={"big.example": 1, "small.example": 1},
        journal="j",
    )
    full = store.claim_chunk(second, most=9, journal="k", now=at, limits=limits)
    assert (full.deliveries, full.opens) == ([], NOW + timedelta(seconds=2.3))
    again = store.claim_chunk(
        second, most=9, journal="k", now=NOW + timedelta(seconds=2.3), limits=limits
    )
    assert len(again.deliveries) == 1
    store.settle_leased(
        [DeliveryResult(id=again.deliveries[0].id, state=DeliveryState.QUEUED, tried=False)],
        at=SOON,
        domains={},
        journal="k",
    )
    # What was not tried does not count; the hour lets one more go, and then none until it is over.
    assert len(store.claim_chunk(second, most=9, journal="k", now=SOON, limits=limits).deliveries)
    late = store.claim_chunk(second, most=9, journal="k", now=SOON, limits=limits)
    assert late.deliveries == []
    assert late.opens == NOW + timedelta(minutes=61)


@on_both
def test_a_full_domain_delays_no_other(store: SubscriberStore) -> None:
    first, second, _ = begun(store)
    limits = SharedLimits(domains={"small.example": (window(1, 3_600),)})
    one = store.claim_chunk(first, most=9, journal="j", now=NOW, limits=limits)
    assert [each.address.domain for each in one.deliveries] == ["small.example", "big.example"]
    other = store.claim_chunk(second, most=9, journal="j", now=NOW, limits=limits)
    assert [each.address.domain for each in other.deliveries] == ["big.example"] * 2
    store.settle_leased(
        sent(one.deliveries[0].id), at=NOW, domains={"small.example": 1}, journal="j"
    )
    waits = store.claim_chunk(first, most=9, journal="j", now=NOW, limits=limits)
    assert (waits.deliveries, waits.opens) == ([], NOW + timedelta(minutes=61))


@on_both
def test_what_was_lost_fills_the_windows(store: SubscriberStore) -> None:
    first, second, _ = begun(store)
    limits = SharedLimits(server=(window(3, 3_600),))
    store.claim_chunk(first, most=9, journal="j", now=NOW, limits=limits)
    store.doubt_lost(SOON)
    store.lease_journal("k", worker="w", until=LATER)
    full = store.claim_chunk(second, most=9, journal="k", now=SOON, limits=limits)
    assert (full.deliveries, full.opens) == ([], SOON + timedelta(minutes=61))
