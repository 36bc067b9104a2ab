"""What the outbox says of our own deliveries, compared with what the ledger knows.

The outbox and the subscribers' database are backed up apart: a database from an older backup does
not know a mailing that the outbox shows, or not how far it went. Who left since is on it again, so
nobody is mailed until a person has decided. Workers, who have no outbox, remember how far each
mailing was, and what they notice is in the ledger itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  (pydantic reads the annotations of the mark)
from typing import TYPE_CHECKING

from pydantic import ValidationError

from msnewsletter.disk import outbox
from msnewsletter.errors import OutboxError
from msnewsletter.home import issue_name
from msnewsletter.serialize import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from msnewsletter.home import Home
    from msnewsletter.store.subscribers.mailing_queries import Mailing


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryMark:
    """The form of `delivery.json`, beside the files of an issue that our own sender has.

    Attributes:
        issue: its number.
        enqueued: when, aware UTC.
        deliveries: to how many subscribers.
        claims: how often some of them were claimed; written before any of them can leave.
    """

    issue: int
    enqueued: datetime
    deliveries: int
    claims: int = 0


def read_mark(home: Home, issue: int) -> DeliveryMark | None:
    """What our own sender wrote into an issue's folder; None: nothing.

    Raises OutboxError where it cannot be read, or is another issue's.
    """
    data = outbox.delivery_mark(home, issue)
    if data is None:
        return None
    folder = outbox.released_folder(home, issue) or home.outbox
    try:
        mark = from_json(DeliveryMark, data)
    except ValidationError:
        place = home.display_path(folder / outbox.DELIVERY_MARK)
        remedy = "restore it from a backup: it says how far the issue went"
        raise OutboxError(place, "it is damaged", remedy) from None
    if mark.issue != issue:
        problem = f"the folder has a wrong name: it is issue {mark.issue}"
        remedy = f"rename it to {issue_name(mark.issue)}"
        raise OutboxError(home.display_path(folder), problem, remedy)
    return mark


def shown_delivered(home: Home) -> dict[int, DeliveryMark | None]:
    """What the outbox says of each issue that it shows as delivered from here.

    Raises OutboxError where a mark cannot be read.
    """
    return {issue: read_mark(home, issue) for issue in outbox.delivered_here(home)}


def forgotten_mailings(
    delivered: Mapping[int, DeliveryMark | None], known: Iterable[Mailing]
) -> tuple[int, ...]:
    """The issues of which more went out from here than the ledger knows, in order.

    Args:
        delivered: what the outbox says of each issue that it shows as delivered from here.
        known: the mailings of the ledger.
    """
    ledger = {one.issue: one for one in known}
    return tuple(
        sorted(issue for issue, mark in delivered.items() if is_behind(ledger.get(issue), mark))
    )


def is_behind(mailing: Mailing | None, mark: DeliveryMark | None) -> bool:
    """Whether the ledger knows less of a mailing than the outbox, or than a worker remembers."""
    if mailing is None or mailing.remembered is not None:
        return True
    return mark is not None and mark.claims > mailing.claims


def older_ledger_remedy(issue: int, *, under_way: bool) -> str:
    """What a person may decide on an issue of which the ledger knows less than went out.

    under_way: the ledger takes some of it for open.
    """
    rest = ", or with --send-rest if readers may get it twice rather than not at all"
    decided = f"take out who left, then run 'msnewsletter resolve {issue} --delivered'"
    return decided + (rest if under_way else "")
