"""However workers claim, settle, end and are lost: no stretch of a window sees more than it allows.

A model of the world: each claimed delivery is sent at some moment between its claim and its
outcome, whichever is worst; the database knows the outcomes alone.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from databases import on_both
from homes import empty_home
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import (
    ForWorkers,
    SubscriberStore,
    WorkerRow,
    open_subscribers,
    subscribers_at,
)
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.delivery_state import Chunk, DeliveryResult, DeliveryState
from msnewsletter.subscribers.shared_limits import SharedLimits, SharedWindow
from msnewsletter.subscribers.subscriber import SubscriberState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from msnewsletter.subscribers.delivery_state import ClaimedDelivery

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
READERS = 30
SLOW = "slow.example"
LIMITS = SharedLimits(
    server=(
        SharedWindow(count=4, length=timedelta(seconds=1)),
        SharedWindow(count=12, length=timedelta(hours=1)),
    ),
    domains={SLOW: (SharedWindow(count=2, length=timedelta(seconds=1)),)},
)
NOTHING: dict[str, int] = {}


@pytest.fixture
def store(tmp_path: Path, database: str) -> Iterator[SubscriberStore]:
    del database
    home = empty_home(tmp_path)
    home.var.mkdir()
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as opened:
        for number in range(READERS):
            address = f"r{number}@{SLOW if number % 3 else 'quick.example'}"
            opened.add_subscriber(parse_address(address), at=NOW, state=SubscriberState.CONFIRMED)
        worker = WorkerRow(
            name="w", machine="m", process=1, release="1", form=1, started=NOW, seen=NOW
        )
        opened.begin_worker(worker)
        yield opened


@dataclass
class World:
    """What is true: who has what in hand, and when each mail may have gone out."""

    store: SubscriberStore
    chunk: Chunk
    now: datetime
    lanes: int = 0
    in_hand: dict[str, list[tuple[datetime, ClaimedDelivery]]] = field(default_factory=dict)
    sent: list[tuple[datetime, str]] = field(default_factory=list)

    def claim(self, lane: int, most: int) -> None:
        journal = f"{self.now.timestamp()}-{lane}-{self.lanes}"
        self.lanes += 1
        self.store.lease_journal(journal, worker="w", until=self.now + timedelta(days=9))
        claim = self.store.claim_chunk(
            self.chunk, most=most, journal=journal, now=self.now, limits=LIMITS
        )
        self.in_hand[journal] = [(self.now, one) for one in claim.deliveries]

    def settle(self, *, sent: bool, late: bool) -> None:
        """The oldest one that is in hand ends now; its mail went out as early or late as may be."""
        for journal, mine in self.in_hand.items():
            if mine:
                claimed, one = mine.pop(0)
                state = DeliveryState.SENT if sent else DeliveryState.QUEUED
                domains = {one.address.domain: 1} if sent else NOTHING
                self.store.settle_leased(
                    [DeliveryResult(id=one.id, state=state, tried=sent)],
                    at=self.now,
                    domains=domains,
                    journal=journal,
                )
                if sent:
                    self.sent.append((self.now if late else claimed, one.address.domain))
                return

    def lose(self, *, late: bool) -> None:
        """Every lane is lost: each mail that it had in hand has gone out."""
        self.store.renew_leases("w", now=self.now, until=self.now)
        self.store.doubt_lost(self.now)
        for mine in self.in_hand.values():
            for claimed, one in mine:
                self.sent.append((self.now if late else claimed, one.address.domain))
        self.in_hand = {}

    def most_within(self, length: timedelta, domain: str | None = None) -> int:
        """The most that went out in any stretch of that length."""
        recent: deque[datetime] = deque()
        most = 0
        for at in sorted(at for at, name in self.sent if domain in {None, name}):
            recent.append(at)
            while recent[0] <= at - length:
                recent.popleft()
            most = max(most, len(recent))
        return most


STEPS = st.one_of(
    st.tuples(st.just("claim"), st.integers(0, 2), st.integers(1, 9)),
    st.tuples(st.just("settle"), st.booleans(), st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from([0.05, 0.35, 0.95, 1.0, 61.0, 3_600.0])),
    st.tuples(st.just("burst"), st.booleans()),
    st.tuples(st.just("lose"), st.booleans()),
)
worlds = iter(range(1, 1_000_000))


@on_both
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, min_size=5, max_size=40))
def test_no_stretch_of_a_window_sees_more_than_it_allows(
    store: SubscriberStore, steps: Sequence[tuple[object, ...]]
) -> None:
    issue = next(worlds)
    # Each world is a week after the last one: nothing of that counts.
    world = World(store, _begun(store, issue), NOW + issue * timedelta(days=7))
    for step in steps:
        match step:
            case ("claim", int(lane), int(most)):
                world.claim(lane, most)
            case ("settle", bool(sent), bool(late)):
                world.settle(sent=sent, late=late)
            case ("burst", bool(late)):
                world.claim(0, 9)
                while any(world.in_hand.values()):
                    world.settle(sent=True, late=late)
            case ("wait", float(seconds)):
                world.now += timedelta(seconds=seconds)
            case ("lose", bool(late)):
                world.lose(late=late)
    world.lose(late=True)
    store.give_up_mailing(issue, state=DeliveryState.LEFT, claims=0, at=world.now)
    assert world.most_within(timedelta(seconds=1)) <= 4
    assert world.most_within(timedelta(seconds=1), SLOW) <= 2
    assert world.most_within(timedelta(hours=1)) <= 12


def _begun(store: SubscriberStore, issue: int) -> Chunk:
    handed: list[Chunk] = []
    given = ForWorkers(mails={}, hand_out=lambda _, chunks: handed.extend(chunks))
    store.enqueue(issue, manifest="x", at=NOW, for_workers=given)
    return handed[0]


@on_both
def test_a_whole_list_goes_out_as_fast_as_the_limits_allow(store: SubscriberStore) -> None:
    world = World(store, _begun(store, next(worlds)), NOW)
    limits = SharedLimits(server=(SharedWindow(count=4, length=timedelta(seconds=1)),))
    store.lease_journal("j", worker="w", until=NOW + timedelta(days=1))
    while len(world.sent) < READERS:
        claim = store.claim_chunk(world.chunk, most=9, journal="j", now=world.now, limits=limits)
        for one in claim.deliveries:
            world.sent.append((world.now, one.address.domain))
        store.settle_leased(
            [DeliveryResult(id=one.id, state=DeliveryState.SENT) for one in claim.deliveries],
            at=world.now,
            domains={"any": len(claim.deliveries)},
            journal="j",
        )
        if not claim.deliveries:
            assert claim.opens
            assert claim.opens > world.now
            world.now = claim.opens
    assert world.most_within(timedelta(seconds=1)) == 4
    # 30 are seven pauses of a second, each counted to the end of a tenth.
    assert world.now - NOW <= timedelta(seconds=7.7)
