"""What the outbox says of our own deliveries, compared with what the ledger knows. Pure.

The outbox and the subscribers' database are backed up apart: a database from an older backup does
not know a mailing that the outbox shows. Who left since is on it again, so nobody is mailed until
a person has decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  (pydantic reads the annotations of the mark)
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from msnewsletter.store.subscribers.mailing_queries import Mailing


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryMark:
    """The form of `delivery.json`, beside the files of an issue that our own sender has.

    Attributes:
        issue: its number.
        enqueued: when, aware UTC.
        deliveries: to how many subscribers.
    """

    issue: int
    enqueued: datetime
    deliveries: int


def forgotten_mailings(delivered: Iterable[int], known: Iterable[Mailing]) -> tuple[int, ...]:
    """The issues that the outbox shows as delivered from here, and the ledger does not know."""
    return tuple(sorted(set(delivered) - {one.issue for one in known}))
