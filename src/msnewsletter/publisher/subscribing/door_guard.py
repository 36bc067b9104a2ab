"""The one guard of the door: who asks for a mail is counted, and the mail is queued.

Whatever is asked for whatever address, the same is done; whether anybody knows it is looked up
when its mail is made, which the answer does not wait for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.store.subscribers.door_queries import DoorRequest
from msnewsletter.subscribers.door_network import hashed_network, hashed_request
from msnewsletter.subscribers.door_rules import GuardVerdict, guard_verdict

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.subscribers.address import Address
    from msnewsletter.subscribers.door_rules import DoorLimits, DoorRequestKind
    from msnewsletter.subscribers.subscriber import SubscribedEdition


def door_request(
    kind: DoorRequestKind,
    address: Address,
    edition: SubscribedEdition,
    *,
    network: str,
    secret: bytes,
    at: datetime,
) -> DoorRequest:
    """A request as the store keeps it; `network`: see `network_of`."""
    return DoorRequest(
        at=at,
        kind=kind,
        address=address,
        edition=edition,
        asked=hashed_request(kind, address.key, secret),
        network=hashed_network(network, secret),
    )


def ask_at_door(store: SubscriberStore, request: DoorRequest, limits: DoorLimits) -> GuardVerdict:
    """Queue the mail of a request, unless there were too many; what the verdict was."""
    verdict = guard_verdict(store.door_counts(request), limits)
    if verdict is not GuardVerdict.TOO_MANY:
        store.note_door_request(request, quiet=verdict is GuardVerdict.QUIET)
    return verdict
