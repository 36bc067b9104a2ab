"""What a subscriber chooses for themselves: an edition, a pause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.subscribers.door_rules import pause_until
from msnewsletter.subscribers.subscriber import SubscriberState

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.subscribers.subscriber import SubscribedEdition, Subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceChoice:
    """What somebody chose.

    Attributes:
        edition: which mail.
        pause: months without mail, from now on; 0: no pause any more; None: as it was.
    """

    edition: SubscribedEdition
    pause: int | None = None


def chooser(store: SubscriberStore, handle: str) -> Subscriber | None:
    """Who chooses; None: they get no mail (any more), so there is nothing to choose."""
    known = store.subscriber_named(handle)
    return known if known and known.state is SubscriberState.CONFIRMED else None


def choose_preferences(
    store: SubscriberStore, handle: str, choice: PreferenceChoice, *, at: datetime
) -> Subscriber | None:
    """Do as somebody chose; `at`: now, aware.

    Returns them as they are then; None: see `chooser`.
    """
    known = chooser(store, handle)
    if known is None:
        return None
    if choice.edition is not known.edition:
        store.change_edition(known.id, choice.edition)
    if choice.pause is not None:
        until = pause_until(at, choice.pause) if choice.pause else None
        store.pause(known.id, until=until)
    return chooser(store, handle)
