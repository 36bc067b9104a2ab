"""What becomes of rows of deliveries, and what is counted and forgotten of what was sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from databases import on_both
from homes import empty_home
from msnewsletter.publisher.subscribing.opened import working_subscribers
from msnewsletter.store.subscribers.settle_rows import (
    count_sent,
    forget_sent,
    hold_lease,
    lease_lost,
    moment_end,
    settle_rows,
)
from msnewsletter.store.subscribers.subscriber_tables import (
    deliveries,
    leases,
    sent_minutes,
    sent_moments,
)
from msnewsletter.subscribers.delivery_state import DeliveryResult, DeliveryState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

NOW = datetime(2026, 11, 23, 8, 0, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
CLAIMED, DOUBT, SENT = DeliveryState.CLAIMED, DeliveryState.IN_DOUBT, DeliveryState.SENT
REFUSED = DeliveryResult(
    id=1, state=DeliveryState.TEMP_FAILED, due=LATER, refused=NOW, code=450, enhanced="4.2.1"
)


@pytest.fixture
def connection(tmp_path: Path, database: str) -> Iterator[Connection]:
    del database
    with working_subscribers(empty_home(tmp_path)) as store, store._engine.begin() as opened:
        yield opened


def put(connection: Connection, **rows: tuple[DeliveryState, str | None]) -> None:
    """Deliveries: `d1` has the id 1, its state and who has claimed it; tried once before."""
    made = [
        {
            "id": int(name[1:]),
            "issue": 1,
            "subscriber": int(name[1:]),
            "edition": "full",
            "state": state,
            "attempts": 1,
            "claimed_by": claimed_by,
            "changed": NOW - timedelta(days=1),
        }
        for name, (state, claimed_by) in rows.items()
    ]
    connection.execute(insert(deliveries), made)


def row(connection: Connection, number: int) -> dict[str, Any]:
    found = connection.execute(select(deliveries).where(deliveries.c.id == number)).mappings().one()
    return dict(found)


def states(connection: Connection) -> list[str]:
    return list(connection.scalars(select(deliveries.c.state).order_by(deliveries.c.id)))


@on_both
def test_a_result_is_noted_whole_and_nobody_has_the_delivery_any_more(
    connection: Connection,
) -> None:
    put(connection, d1=(CLAIMED, "j"), d2=(CLAIMED, "j"))
    settle_rows(connection, [REFUSED], at=NOW, journal=None)
    assert row(connection, 1) == {
        "id": 1,
        "issue": 1,
        "subscriber": 1,
        "edition": "full",
        "state": "temp_failed",
        "attempts": 2,
        "due": LATER,
        "refused": NOW,
        "claimed_by": None,
        "code": 450,
        "enhanced": "4.2.1",
        "changed": NOW,
    }
    assert row(connection, 2)["state"] == "claimed"
    assert row(connection, 2)["claimed_by"] == "j"


@on_both
def test_each_gets_its_own_result_and_what_was_no_try_is_not_counted(
    connection: Connection,
) -> None:
    put(connection, d1=(CLAIMED, "j"), d2=(CLAIMED, "j"), d3=(CLAIMED, "j"), d4=(CLAIMED, "j"))
    results = [
        DeliveryResult(id=1, state=SENT, code=250),
        DeliveryResult(id=2, state=SENT, code=250),
        DeliveryResult(id=3, state=SENT, code=251),
        DeliveryResult(id=4, state=DeliveryState.QUEUED, tried=False),
    ]
    settle_rows(connection, results, at=NOW, journal="j")
    found = [row(connection, number) for number in (1, 2, 3, 4)]
    assert [one["state"] for one in found] == ["sent", "sent", "sent", "queued"]
    assert [one["code"] for one in found] == [250, 250, 251, None]
    assert [one["attempts"] for one in found] == [2, 2, 2, 1]


EACH = {
    "d1": (CLAIMED, "mine"),
    "d2": (CLAIMED, "theirs"),
    "d3": (DOUBT, "mine"),
    "d4": (DOUBT, "theirs"),
    "d5": (DeliveryState.QUEUED, None),
    "d6": (DeliveryState.PERM_FAILED, "mine"),
}
ALL_SENT = [DeliveryResult(id=number, state=SENT) for number in range(1, 7)]


@on_both
def test_a_journal_settles_what_it_claimed_also_what_is_in_doubt_and_nothing_else(
    connection: Connection,
) -> None:
    put(connection, **EACH)
    settle_rows(connection, ALL_SENT, at=NOW, journal="mine")
    assert states(connection) == ["sent", "claimed", "sent", "in_doubt", "queued", "perm_failed"]


@on_both
def test_whoever_has_no_journal_settles_what_is_claimed_and_nothing_else(
    connection: Connection,
) -> None:
    put(connection, **EACH)
    settle_rows(connection, ALL_SENT, at=NOW, journal=None)
    assert states(connection) == ["sent", "sent", "in_doubt", "in_doubt", "queued", "perm_failed"]


# ── counts ───────────────────────────────────────────────────────────────────────────────────────


def counted(connection: Connection, table: Any) -> list[tuple[Any, ...]]:
    return [tuple(one) for one in connection.execute(select(table).order_by(*table.c))]


@on_both
def test_what_was_sent_is_added_up_by_minute_and_domain(connection: Connection) -> None:
    minute = NOW.replace(second=0)
    at = NOW.replace(microsecond=123_456)
    count_sent(connection, {"b.org": 2, "a.org": 1, "c.org": 0}, at=at, moments=False)
    count_sent(connection, {"b.org": 3}, at=NOW.replace(second=59), moments=False)
    assert counted(connection, sent_minutes) == [(minute, "a.org", 1), (minute, "b.org", 5)]
    assert counted(connection, sent_moments) == []
    count_sent(connection, {"d.org": 0}, at=at, moments=True)
    assert counted(connection, sent_moments) == []


@on_both
def test_for_windows_of_seconds_it_is_counted_by_the_end_of_its_moment(
    connection: Connection,
) -> None:
    at = NOW.replace(microsecond=123_456)
    count_sent(connection, {"a.org": 1}, at=at, moments=True)
    count_sent(connection, {"a.org": 1}, at=NOW.replace(microsecond=200_000), moments=True)
    assert counted(connection, sent_moments) == [(NOW.replace(microsecond=200_000), "a.org", 2)]


@pytest.mark.parametrize(
    ("microsecond", "end"), [(0, 0), (1, 100_000), (99_999, 100_000), (100_000, 100_000)]
)
def test_a_moment_ends_at_a_tenth_of_a_second(microsecond: int, end: int) -> None:
    assert moment_end(NOW.replace(microsecond=microsecond)) == NOW.replace(microsecond=end)


@on_both
def test_counts_are_forgotten_when_no_limit_is_counted_from_them(connection: Connection) -> None:
    two_days, two_minutes = timedelta(hours=48), timedelta(minutes=2)
    second = timedelta(seconds=1)
    minutes = [NOW - two_days - second, NOW - two_days, NOW]
    moments = [NOW - two_minutes - second, NOW - two_minutes, NOW]
    rows = [{"domain": name, "sent": 1} for name in ("a.org", "b.org")]
    connection.execute(
        insert(sent_minutes), [one | {"minute": at} for at in minutes for one in rows]
    )
    connection.execute(
        insert(sent_moments), [one | {"moment": at} for at in moments for one in rows]
    )
    forget_sent(connection, at=NOW)
    assert {at for at, *_ in counted(connection, sent_minutes)} == {*minutes[1:]}
    assert {at for at, *_ in counted(connection, sent_moments)} == {*moments[1:]}
    assert len(counted(connection, sent_minutes)) == 4


# ── leases ───────────────────────────────────────────────────────────────────────────────────────


@on_both
def test_a_journal_s_lease_is_its_own(connection: Connection) -> None:
    made = [
        {"journal": "a", "worker": "w", "until": LATER, "lost": None},
        {"journal": "b", "worker": "w", "until": NOW, "lost": NOW},
    ]
    connection.execute(insert(leases), made)
    assert tuple(hold_lease(connection, "a")) == (LATER, None)
    assert tuple(hold_lease(connection, "b")) == (NOW, NOW)
    assert hold_lease(connection, "c") is None


def test_a_worker_whose_lease_has_passed_is_told_that_it_passes_by_itself() -> None:
    lost = lease_lost("the database")
    assert lost.passing
    assert str(lost) == (
        "the database: this worker could not reach it for too long: the mails that it had in hand "
        "are in doubt; nothing to do: the worker begins again and settles them by its journals"
    )
