"""A domain whose window is full is passed over for as long as others may go."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from homes import empty_home
from msnewsletter.delivery.send_pool import WAITING
from msnewsletter.delivery.windows import SendWindow, SendWindows
from msnewsletter.publisher.delivering.claim_batches import ClaimBatches
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import SubscriberStore, open_subscribers, subscribers_at
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.subscriber import SubscriberState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SubscriberStore]:
    home = empty_home(tmp_path)
    home.var.mkdir()
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as opened:
        for name in ("a@slow.test", "b@slow.test", "c@other.test", "d@other.test"):
            opened.add_subscriber(parse_address(name), at=NOW, state=SubscriberState.CONFIRMED)
        opened.enqueue(1, manifest="a", at=NOW)
        yield opened


def windows(seconds: float, *, domains: int = 1) -> SendWindows:
    more = {f"d{number}.test": () for number in range(1, domains)}
    return SendWindows(domains={"slow.test": [SendWindow(count=1, seconds=seconds)], **more})


def batches(store: SubscriberStore, given: SendWindows) -> ClaimBatches:
    return ClaimBatches(1, store, given, journal="j", patience=30)


def names(claimed: ClaimBatches, clock: float) -> str:
    return "".join(one.address.key[0] for one in claimed.next_batch(NOW, clock=clock))


def test_who_must_wait_long_is_left_unclaimed(store: SubscriberStore) -> None:
    given = windows(3_600)
    given.restore("slow.test", 0, 1)
    claiming = batches(store, given)
    assert (names(claiming, 1), claiming.passed_over) == ("cd", False)
    assert (names(claiming, 1), claiming.passed_over) == ("", True)
    assert (names(claiming, 3_602), claiming.passed_over) == ("ab", False)
    assert (names(claiming, 3_602), claiming.passed_over) == ("", False)


def test_who_waits_for_moments_or_for_one_under_way_comes_last(store: SubscriberStore) -> None:
    given = windows(10)
    given.begin("slow.test")
    claiming = batches(store, given)
    assert [names(claiming, 1) for _ in range(3)] == ["cd", "ab", ""]
    assert not claiming.passed_over


@pytest.mark.parametrize("domains", [1, 2, 3, 19, 2_000])
def test_what_waits_of_all_limited_domains_leaves_room_for_another(
    store: SubscriberStore, domains: int
) -> None:
    most = batches(store, windows(10, domains=domains))._most
    assert 1 <= most <= 500
    assert most == 1 or most * domains < WAITING
