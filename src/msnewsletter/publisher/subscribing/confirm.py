"""Confirming a sign-up by the link in the mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.subscribers.door_rules import ConfirmOutcome, confirm_outcome
from msnewsletter.subscribers.subscriber import Consent, ConsentWay, SubscriberState

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.subscribers.tokens import OpenedToken


def look_at_confirmation(store: SubscriberStore, token: OpenedToken) -> ConfirmOutcome:
    """What a good link is good for; changes nothing."""
    return confirm_outcome(store.subscriber_named(token.handle), made=token.made)


def confirm(
    store: SubscriberStore, token: OpenedToken, *, words: str, at: datetime
) -> ConfirmOutcome:
    """Confirm by a good link; twice is the same as once.

    Args:
        store: the subscribers.
        token: of the link.
        words: what they agree to by it.
        at: now, aware.
    """
    known = store.subscriber_named(token.handle)
    outcome = confirm_outcome(known, made=token.made)
    if known is None or outcome is not ConfirmOutcome.OPEN:
        return outcome
    consent = Consent(at=at, way=ConsentWay.FORM, words=words)
    confirmed = SubscriberState.CONFIRMED
    if not store.change_state(known.id, confirmed, at=at, consent=consent, only_from=known):
        # Somebody was quicker: what they did counts as if it had been there before.
        now = look_at_confirmation(store, token)
        return ConfirmOutcome.STALE if now is ConfirmOutcome.OPEN else now
    # Last: who is remembered and not confirmed could be imported.
    store.remember_again(known.address, secret=store.secret())
    return ConfirmOutcome.DONE
