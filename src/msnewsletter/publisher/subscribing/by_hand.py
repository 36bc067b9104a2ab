"""Subscribers entered and taken off by an operator, one address at a time."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.publisher.subscribing.door_guard import ask_at_door, door_request
from msnewsletter.subscribers.door_rules import DoorLimits, DoorRequestKind
from msnewsletter.subscribers.entry_by_hand import EntryOutcome, entry_outcome
from msnewsletter.subscribers.subscriber import (
    Consent,
    ConsentWay,
    SubscribedEdition,
    SubscriberState,
    SuppressionReason,
)

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.subscribers.address import Address
    from msnewsletter.subscribers.door_rules import GuardVerdict
    from msnewsletter.subscribers.subscriber import Subscriber

# In place of the network that a request at the door comes from.
_OPERATOR = "by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredSubscriber:
    """What became of an address that was entered, and the subscriber who has it now."""

    outcome: EntryOutcome
    subscriber: Subscriber


def enter(
    store: SubscriberStore,
    address: Address,
    *,
    at: datetime,
    consent: str | None,
    edition: SubscribedEdition | None,
    again: bool = False,
) -> EnteredSubscriber:
    """Enter somebody.

    Args:
        store: the subscribers.
        address: theirs.
        at: now, aware.
        consent: the words that they agreed to outside of the program, e.g. on paper; None: they
            have not agreed yet, and are entered as pending. Nobody is asked to confirm by this:
            see `ask_to_confirm`.
        edition: which mail they get; None: as it is, or else the full one.
        again: whether the consent counts though they are suppressed.

    Returns what was done; who left, or is suppressed, stays as they are without new consent.
    """
    known = store.subscriber_at(address)
    outcome = entry_outcome(known, confirmed=consent is not None, again=again)
    agreed = None if consent is None else Consent(at=at, way=ConsentWay.HAND, words=consent)
    if known is None:
        state = SubscriberState.CONFIRMED if agreed else SubscriberState.PENDING
        known = store.add_subscriber(
            address,
            at=at,
            state=state,
            edition=edition or SubscribedEdition.FULL,
            consent=agreed,
        )
    elif outcome is EntryOutcome.CONFIRMED:
        store.change_state(known.id, SubscriberState.CONFIRMED, at=at, consent=agreed)
    elif agreed and known.state is SubscriberState.CONFIRMED:
        _keep_words(store, known, agreed)
    if agreed and outcome in {EntryOutcome.ADDED, EntryOutcome.CONFIRMED}:
        store.remember_again(address, secret=store.secret())
    if edition and edition is not known.edition and outcome in _CHOOSE:
        store.change_edition(known.id, edition)
    return EnteredSubscriber(outcome=outcome, subscriber=store.subscriber(known.id) or known)


def _keep_words(store: SubscriberStore, known: Subscriber, agreed: Consent) -> None:
    """Keep what somebody who is confirmed already has agreed to, unless it is said again."""
    newest = store.newest_consents([known.id]).get(known.id)
    if newest is None or (newest.way, newest.words) != (agreed.way, agreed.words):
        store.change_state(known.id, known.state, at=agreed.at, consent=agreed)


_CHOOSE = frozenset({EntryOutcome.CONFIRMED, EntryOutcome.ALREADY})


def ask_to_confirm(
    store: SubscriberStore, pending: Subscriber, *, at: datetime, most_an_hour: int
) -> GuardVerdict:
    """Queue the door's mail that asks somebody pending to confirm; the door's guard counts it.

    Args:
        store: the subscribers.
        pending: who is asked.
        at: now, aware.
        most_an_hour: how many such mails there may be within an hour, whoever asks for them.
    """
    request = door_request(
        DoorRequestKind.SIGN_UP,
        pending.address,
        pending.edition,
        network=_OPERATOR,
        secret=store.secret(),
        at=at,
    )
    # An operator is no network, and may say the same thing twice.
    limits = DoorLimits(of_network=sys.maxsize, in_all=most_an_hour)
    return ask_at_door(store, request, limits)


def take_off(store: SubscriberStore, address: Address, *, at: datetime) -> Subscriber | None:
    """Unsubscribe somebody; who is suppressed stays so. None: nobody has that address."""
    known = store.subscriber_at(address)
    if known is None:
        return None
    if known.state is not SubscriberState.SUPPRESSED:
        store.change_state(known.id, SubscriberState.UNSUBSCRIBED, at=at)
    return store.subscriber(known.id)


def suppress(store: SubscriberStore, address: Address, *, at: datetime) -> Subscriber:
    """Never mail an address again, whether it is on the books or not; the first reason stays."""
    known, suppressed = store.subscriber_at(address), SubscriberState.SUPPRESSED
    by_hand = SuppressionReason.HAND
    if known is None:
        return store.add_subscriber(address, at=at, state=suppressed, suppression=by_hand)
    if known.state is not suppressed:
        store.change_state(known.id, suppressed, at=at, suppression=by_hand)
    return store.subscriber(known.id) or known


def forget(store: SubscriberStore, address: Address, *, at: datetime) -> bool:
    """Remove all that is known of an address but a keyed hash; whether it was on the books."""
    return store.forget(address, secret=store.secret(), at=at)
