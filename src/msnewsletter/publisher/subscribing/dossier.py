"""All that is known of one subscriber, for them or for the operator."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from msnewsletter.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from msnewsletter.store.subscribers import PastDelivery, SubscriberStore
    from msnewsletter.subscribers.address import Address
    from msnewsletter.subscribers.subscriber import Consent, Subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that is known of one subscriber.

    Attributes:
        subscriber: who they are.
        consents: what they agreed to, oldest first.
        deliveries: what became of each issue for them, by issue.
    """

    subscriber: Subscriber
    consents: list[Consent] = field(repr=False)
    deliveries: list[PastDelivery]

    def counts(self) -> Mapping[str, int]:
        """How many deliveries are in each state."""
        return Counter(one.state for one in self.deliveries)

    def document(self) -> dict[str, object]:
        """All of it as JSON values."""
        one = self.subscriber
        return {
            "address": one.address.typed,
            "mailbox": one.address.mailbox,
            "id": one.id,
            "handle": one.handle,
            "state": one.state,
            "suppression": one.suppression,
            "edition": one.edition,
            "since": _instant(one.since),
            "created": _instant(one.created),
            "paused_until": _instant(one.paused_until),
            "confirmation_sent": _instant(one.confirmation_sent),
            "soft_bounces": one.soft_bounces,
            "consents": [
                {"at": _instant(each.at), "way": each.way, "words": each.words}
                for each in self.consents
            ],
            "deliveries": [
                asdict(each) | {"changed": _instant(each.changed)} for each in self.deliveries
            ],
        }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def required_dossier(store: SubscriberStore, address: Address) -> Dossier:
    """All that is known of who has that address; raises RefusedError where nobody has it."""
    known = store.subscriber_at(address)
    if known is None:
        raise RefusedError(
            "the address",
            "nobody on the books has it",
            "'msnewsletter subscribers list' prints who is there",
        )
    return Dossier(
        subscriber=known,
        consents=store.consents(known.id),
        deliveries=store.deliveries_to(known.id),
    )
