"""Who may ask for a mail, which mail it is, and who may come in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.door_rules import (
    ConfirmOutcome,
    DoorCounts,
    DoorLetter,
    DoorLimits,
    DoorRequestKind,
    GuardVerdict,
    confirm_outcome,
    guard_verdict,
    letter_for,
    may_come_back,
    next_try,
    pause_until,
)
from msnewsletter.subscribers.subscriber import Subscriber, SubscriberState, SuppressionReason

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LIMITS = DoorLimits(of_network=3, in_all=9)
SIGN_UP, LINK = DoorRequestKind.SIGN_UP, DoorRequestKind.LINK


def somebody(state: SubscriberState, why: SuppressionReason | None = None) -> Subscriber:
    return Subscriber(
        id=1,
        handle="abcdefghijkl",
        address=parse_address("ada@example.org"),
        state=state,
        suppression=why,
        since=NOW + timedelta(milliseconds=700),
        created=NOW,
    )


EVERYBODY = [
    None,
    *map(somebody, (state for state in SubscriberState if state is not SubscriberState.SUPPRESSED)),
    *(somebody(SubscriberState.SUPPRESSED, why) for why in SuppressionReason),
]


@pytest.mark.parametrize(
    ("of_address", "of_network", "in_all", "verdict"),
    [
        (0, 0, 0, GuardVerdict.MAIL),
        (0, 2, 8, GuardVerdict.MAIL),
        (1, 2, 8, GuardVerdict.QUIET),
        (0, 3, 0, GuardVerdict.TOO_MANY),
        (0, 0, 9, GuardVerdict.TOO_MANY),
        (1, 3, 9, GuardVerdict.TOO_MANY),
    ],
)
def test_the_guard_counts(
    of_address: int, of_network: int, in_all: int, verdict: GuardVerdict
) -> None:
    counts = DoorCounts(of_address=of_address, of_network=of_network, in_all=in_all)
    assert guard_verdict(counts, LIMITS) is verdict


@given(
    counts=st.builds(
        DoorCounts,
        of_address=st.integers(0, 5),
        of_network=st.integers(0, 12),
        in_all=st.integers(0, 12),
    ),
    other=st.integers(0, 5),
)
def test_a_refusal_that_people_see_says_nothing_of_an_address(
    counts: DoorCounts, other: int
) -> None:
    same = DoorCounts(of_address=other, of_network=counts.of_network, in_all=counts.in_all)
    seen = {guard_verdict(one, LIMITS) is GuardVerdict.TOO_MANY for one in (counts, same)}
    assert len(seen) == 1


def test_each_gets_the_mail_that_fits() -> None:
    letters = {
        (one and (one.state, one.suppression)): (letter_for(SIGN_UP, one), letter_for(LINK, one))
        for one in EVERYBODY
    }
    confirm, suppressed = (DoorLetter.CONFIRM, None), SubscriberState.SUPPRESSED
    assert letters == {
        None: confirm,
        (SubscriberState.PENDING, None): confirm,
        (SubscriberState.CONFIRMED, None): (DoorLetter.ALREADY, DoorLetter.LINK),
        (SubscriberState.UNSUBSCRIBED, None): confirm,
        (suppressed, SuppressionReason.BOUNCE): confirm,
        (suppressed, SuppressionReason.COMPLAINT): (None, None),
        (suppressed, SuppressionReason.HAND): (None, None),
    }


@pytest.mark.parametrize("later", [-1, 0, 1])
def test_a_link_confirms_only_what_it_was_made_after(later: int) -> None:
    made = NOW + timedelta(seconds=later)
    fresh = ConfirmOutcome.STALE if later < 0 else ConfirmOutcome.OPEN
    suppressed, stale = SubscriberState.SUPPRESSED, ConfirmOutcome.STALE
    outcomes = {
        (one and (one.state, one.suppression)): confirm_outcome(one, made=made) for one in EVERYBODY
    }
    assert outcomes == {
        None: stale,
        (SubscriberState.PENDING, None): ConfirmOutcome.OPEN,
        (SubscriberState.CONFIRMED, None): ConfirmOutcome.DONE,
        (SubscriberState.UNSUBSCRIBED, None): fresh,
        (suppressed, SuppressionReason.BOUNCE): fresh,
        (suppressed, SuppressionReason.COMPLAINT): stale,
        (suppressed, SuppressionReason.HAND): stale,
    }


def test_only_who_left_and_had_agreed_comes_back() -> None:
    back = [one and one.state for one in EVERYBODY if may_come_back(one, made=NOW, consented=True)]
    assert back == [SubscriberState.UNSUBSCRIBED]
    gone = somebody(SubscriberState.UNSUBSCRIBED)
    assert not may_come_back(gone, made=NOW, consented=False)
    assert not may_come_back(gone, made=NOW - timedelta(seconds=1), consented=True)


def test_a_pause_ends_on_the_same_day_or_the_last_of_a_shorter_month() -> None:
    assert pause_until(NOW, 3).date().isoformat() == "2027-02-23"
    assert pause_until(NOW.replace(month=8, day=31), 6).date().isoformat() == "2027-02-28"


def test_a_mail_is_tried_again_for_a_day() -> None:
    at, attempts, tries = NOW, 0, []
    while (at := next_try(attempts, asked=NOW, now=at) or NOW) != NOW:
        tries.append(at - NOW)
        attempts += 1
    assert tries[:3] == [timedelta(minutes=minutes) for minutes in (1, 6, 21)]
    assert timedelta(hours=20) < tries[-1] <= timedelta(days=1)
