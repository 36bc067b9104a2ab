"""Whoever left here never comes back by a list, whatever the list says and however often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.subscribers.list_merge import KnownSubscriber, MergeOutcome, merged
from msnewsletter.subscribers.listed_subscriber import ListStanding, strictest
from msnewsletter.subscribers.subscriber import SubscriberState

AGREED = datetime(2026, 11, 23, 7, tzinfo=UTC)
GONE = {SubscriberState.UNSUBSCRIBED, SubscriberState.SUPPRESSED}
STATES = st.sampled_from(SubscriberState)


def known(state: SubscriberState, *, here: bool = False) -> KnownSubscriber:
    return KnownSubscriber(id=1, state=state, consented_here=AGREED if here else None)


@pytest.mark.parametrize(
    ("here", "there", "outcome"),
    [
        ("confirmed", "pending", "unchanged"),
        ("confirmed", "unsubscribed", "taken off"),
        ("confirmed", "suppressed", "taken off"),
        ("pending", "confirmed", "confirmed"),
        ("pending", "unsubscribed", "taken off"),
        ("unsubscribed", "confirmed", "not brought back"),
        ("unsubscribed", "suppressed", "taken off"),
        ("suppressed", "confirmed", "not brought back"),
        ("suppressed", "unsubscribed", "unchanged"),
    ],
)
def test_what_becomes_of_who_is_here(here: str, there: str, outcome: str) -> None:
    found, _ = merged(known(SubscriberState(here)), listed(there), forgotten=False)
    assert found == outcome


def listed(state: str) -> ListStanding:
    return ListStanding(SubscriberState(state))


@pytest.mark.parametrize("there", ["unsubscribed", "suppressed"])
def test_who_agreed_here_is_not_taken_off_by_what_they_did_elsewhere(there: str) -> None:
    one = known(SubscriberState.CONFIRMED, here=True)
    assert merged(one, listed(there), forgotten=False) == (MergeOutcome.KEPT, one.state)


@pytest.mark.parametrize("there", ["unsubscribed", "suppressed"])
def test_the_later_of_agreeing_here_and_leaving_there_counts(there: str) -> None:
    """A home that was restored from a backup reads in who left after it."""
    one = known(SubscriberState.CONFIRMED, here=True)
    found = {
        days: merged(one, listed(there), forgotten=False, at=AGREED + timedelta(days=days))[0]
        for days in (-1, 0, 1)
    }
    assert found == {-1: MergeOutcome.KEPT, 0: MergeOutcome.TAKEN_OFF, 1: MergeOutcome.TAKEN_OFF}


@given(here=STATES, own=st.booleans(), there=STATES, forgotten=st.booleans())
def test_nobody_who_left_gets_mail_by_a_list(
    *, here: SubscriberState, own: bool, there: SubscriberState, forgotten: bool
) -> None:
    _, after = merged(known(here, here=own), ListStanding(there), forgotten=forgotten)
    if here in GONE:
        assert after in GONE
    if forgotten:
        assert after is here
    assert merged(None, ListStanding(there), forgotten=True) == (MergeOutcome.FORGOTTEN, None)


@given(here=STATES, own=st.booleans(), there=STATES)
def test_the_same_line_again_changes_nothing(
    *, here: SubscriberState, own: bool, there: SubscriberState
) -> None:
    _, after = merged(known(here, here=own), ListStanding(there), forgotten=False)
    assert after
    assert merged(known(after, here=own), ListStanding(there), forgotten=False)[1] is after


@given(st.lists(STATES, min_size=1))
def test_of_several_lines_of_one_person_the_strictest_counts_in_any_order(
    states: list[SubscriberState],
) -> None:
    strict = strictest(map(ListStanding, states))
    now: KnownSubscriber | None = None
    for state in states:
        _, after = merged(now, ListStanding(state), forgotten=False)
        assert after
        now = known(after)
    assert now
    assert strict
    if strict.state in GONE:
        assert now.state is strict.state
