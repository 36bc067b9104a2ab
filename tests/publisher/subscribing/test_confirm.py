"""What happens between the look at somebody and the change of them is not lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from databases import on_both
from homes import AT, empty_home
from msnewsletter.publisher.subscribing.confirm import confirm
from msnewsletter.publisher.subscribing.leave import come_back
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import SubscriberStore, open_subscribers, subscribers_at
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.door_rules import ConfirmOutcome
from msnewsletter.subscribers.subscriber import (
    Consent,
    ConsentWay,
    SubscriberState,
    SuppressionReason,
)
from msnewsletter.subscribers.tokens import OpenedToken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from msnewsletter.subscribers.subscriber import Subscriber

WORDS = Consent(at=AT, way=ConsentWay.FORM, words="Yes.")
LATER = AT + timedelta(minutes=1)
SUPPRESSED = SubscriberState.SUPPRESSED


@pytest.fixture
def store(tmp_path: Path, database: str) -> Iterator[SubscriberStore]:
    del database
    home = empty_home(tmp_path)
    home.var.mkdir()
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as opened:
        yield opened


def somebody(store: SubscriberStore, state: SubscriberState) -> Subscriber:
    address = parse_address("ada@example.org")
    return store.add_subscriber(address, at=AT, state=state, consent=WORDS)


def meanwhile(
    store: SubscriberStore, patch: pytest.MonkeyPatch, act: Callable[[Subscriber], object]
) -> None:
    """Have something happen right after somebody was read by the name in a token, once."""
    read = store.subscriber_named

    def read_then_act(handle: str) -> Subscriber | None:
        found = read(handle)
        assert found
        patch.setattr(store, "subscriber_named", read)
        act(found)
        return found

    patch.setattr(store, "subscriber_named", read_then_act)


@on_both
@pytest.mark.parametrize("why", [SuppressionReason.HAND, SuppressionReason.COMPLAINT])
def test_who_is_suppressed_while_they_confirm_stays_so(
    store: SubscriberStore, monkeypatch: pytest.MonkeyPatch, why: SuppressionReason
) -> None:
    ada = somebody(store, SubscriberState.PENDING)
    meanwhile(
        store,
        monkeypatch,
        lambda found: store.change_state(found.id, SUPPRESSED, at=LATER, suppression=why),
    )
    token = OpenedToken(handle=ada.handle, made=AT)
    assert confirm(store, token, words="Yes.", at=LATER) is ConfirmOutcome.STALE
    now = store.subscriber(ada.id)
    assert now
    assert (now.state, now.suppression) == (SUPPRESSED, why)
    assert len(store.consents(ada.id)) == 1


@on_both
def test_a_link_that_is_opened_twice_at_once_confirms_once(
    store: SubscriberStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = somebody(store, SubscriberState.PENDING)
    token = OpenedToken(handle=ada.handle, made=AT)
    meanwhile(store, monkeypatch, lambda _: confirm(store, token, words="Yes.", at=LATER))
    assert confirm(store, token, words="Yes.", at=LATER) is ConfirmOutcome.DONE
    assert len(store.consents(ada.id)) == 2, "the first that they gave, and that of the link"


@on_both
def test_who_is_suppressed_while_they_come_back_stays_so(
    store: SubscriberStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = somebody(store, SubscriberState.UNSUBSCRIBED)
    by_hand = SuppressionReason.HAND
    # After the second look, with which it is decided whether they may.
    meanwhile(
        store,
        monkeypatch,
        lambda _: meanwhile(
            store,
            monkeypatch,
            lambda found: store.change_state(found.id, SUPPRESSED, at=LATER, suppression=by_hand),
        ),
    )
    assert not come_back(store, OpenedToken(handle=ada.handle, made=AT), at=LATER)
    now = store.subscriber(ada.id)
    assert now
    assert now.state is SUPPRESSED
