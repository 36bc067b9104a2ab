"""Leaving by a link, and taking that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.subscribers.door_rules import may_come_back
from msnewsletter.subscribers.subscriber import SubscriberState

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.subscribers.tokens import OpenedToken


def gets_nothing(store: SubscriberStore, handle: str) -> bool:
    """Whether nobody of that handle gets mail, or waits to: there is nothing to leave any more."""
    known = store.subscriber_named(handle)
    return known is None or known.state not in {SubscriberState.PENDING, SubscriberState.CONFIRMED}


def may_return(store: SubscriberStore, token: OpenedToken) -> bool:
    """Whether having left may be taken back by a link that was made with this token."""
    known = store.subscriber_named(token.handle)
    consented = known is not None and bool(store.consents(known.id))
    return may_come_back(known, made=token.made, consented=consented)


def come_back(store: SubscriberStore, token: OpenedToken, *, at: datetime) -> bool:
    """Take having left back; whether they are subscribed now. `at`: now, aware.

    What they agreed to before counts again.
    """
    known = store.subscriber_named(token.handle)
    if known is None:
        return False
    if known.state is SubscriberState.CONFIRMED:
        return True
    if not may_return(store, token):
        return False
    if store.change_state(known.id, SubscriberState.CONFIRMED, at=at, only_from=known):
        return True
    # Somebody was quicker: perhaps the same button, pressed twice.
    now = store.subscriber(known.id)
    return now is not None and now.state is SubscriberState.CONFIRMED
