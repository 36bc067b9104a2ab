"""A worker's journal that comes back settles what it had in hand, whatever was decided since."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from databases import on_both
from homes import empty_home
from msnewsletter.delivery.send_journal import SendJournal, boot_id
from msnewsletter.publisher.delivering.left_claims import settle_journal, settle_left_claims
from msnewsletter.publisher.subscribing.opened import working_subscribers
from msnewsletter.store.subscribers import ForWorkers, SubscriberStore, WorkerRow
from msnewsletter.store.subscribers.claim_rows import due_rows, is_new, open_of, take_rows
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.delivery_state import Chunk, DeliveryState
from msnewsletter.subscribers.subscriber import SubscriberState
from patience import PATIENCE
from workers import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cluster import Cluster
    from msnewsletter.home import Home

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SOON = NOW + timedelta(minutes=2)
QUEUED, SENT, IN_DOUBT = DeliveryState.QUEUED, DeliveryState.SENT, DeliveryState.IN_DOUBT


@pytest.fixture
def home(tmp_path: Path, database: str) -> Home:
    del database
    return empty_home(tmp_path)


@pytest.fixture
def store(home: Home) -> Iterator[SubscriberStore]:
    with working_subscribers(home) as opened:
        for number in range(4):
            address = parse_address(f"r{number}@d{number}.example")
            opened.add_subscriber(address, at=NOW, state=SubscriberState.CONFIRMED)
        worker = WorkerRow(
            name="w", machine="m", process=1, release="1", form=1, started=NOW, seen=NOW
        )
        opened.begin_worker(worker)
        opened.lease_journal("j", worker="w", until=SOON)
        yield opened


def killed(home: Home, store: SubscriberStore) -> Path:
    """Four are claimed: of one nothing is known, one was begun, two were answered."""
    handed: list[Chunk] = []
    given = ForWorkers(mails={}, hand_out=lambda _, chunks: handed.extend(chunks))
    store.enqueue(1, manifest="x", at=NOW, for_workers=given)
    claim = store.claim_chunk(handed[0], most=9, journal="j", now=NOW)
    _, begun, *answered = [one.id for one in claim.deliveries]
    folder = home.var / "elsewhere" / "j"
    folder.mkdir(parents=True)
    with SendJournal(folder / "1.journal", boot=boot_id()) as journal:
        journal.sending(begun)
        for number in answered:
            journal.sending(number)
            journal.accepted(number)
    return folder


@on_both
@pytest.mark.parametrize("lost", [False, True])
def test_a_journal_settles_what_is_claimed_and_what_its_lease_left_in_doubt(
    home: Home, store: SubscriberStore, *, lost: bool
) -> None:
    folder = killed(home, store)
    if lost:
        assert store.doubt_lost(SOON) == {"w": 4}
    found = settle_journal(home, store, folder, at=SOON)
    assert found == {QUEUED: 1, IN_DOUBT: 1, SENT: 2}
    assert store.balance(1).counts == found
    assert not folder.exists()
    assert store.claimed_by("j") == {}
    # What may have been sent counts in the limits of its domain, once or twice, and never not.
    counted = {domain: number for _, domain, number in store.sent_since(NOW)}
    once = {"d1.example": 1, "d2.example": 1, "d3.example": 1}
    twice = {"d0.example": 1, **dict.fromkeys(once, 2)}
    assert counted == (twice if lost else once)


@on_both
def test_it_does_so_once_however_often_it_is_killed(home: Home, store: SubscriberStore) -> None:
    folder = killed(home, store)
    kept = (folder / "1.journal").read_bytes()
    settle_journal(home, store, folder, at=SOON)
    balance = store.balance(1).counts
    store.accept_in_doubt(1, at=SOON)
    # The folder was not removed any more.
    folder.mkdir()
    (folder / "1.journal").write_bytes(kept)
    assert settle_journal(home, store, folder, at=SOON) == {}
    assert store.balance(1).counts == {QUEUED: balance[QUEUED], SENT: 3}


def test_a_claim_that_the_server_ends_after_its_sender_is_left_to_nobody_else(
    postgresql: Cluster, tmp_path: Path
) -> None:
    home = empty_home(tmp_path)
    waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'relation'"
    with (
        working_subscribers(home) as ours,
        working_subscribers(home) as killed,
        ThreadPoolExecutor() as pool,
    ):
        address = parse_address("reader@example.org")
        ours.add_subscriber(address, at=NOW, state=SubscriberState.CONFIRMED)
        ours.enqueue(1, manifest="x", at=NOW)
        (home.journals / "j").mkdir(parents=True)
        with killed.transaction() as connection:
            rows = due_rows(connection, open_of(1), (is_new(),), most=9)
            take_rows(connection, rows, journal="j", now=NOW)
            settled = pool.submit(settle_left_claims, home, ours, at=NOW)
            until(lambda: settled.done() or postgresql.ask(waits) != [])
        assert settled.result(PATIENCE) == {QUEUED: 1}
        assert ours.claimed() == {}
