"""The list of all subscribers as CSV, which the program reads back."""

from __future__ import annotations

import csv
import io
from itertools import islice
from typing import TYPE_CHECKING

from msnewsletter.subscribers.own_list import OWN_COLUMNS, cell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.subscribers.subscriber import Consent, Subscriber

_PAGE = 500


def exported_list(store: SubscriberStore) -> Iterator[str]:
    """The lines of the list, its columns' names first, in pieces and in bounded memory."""
    yield _lines([OWN_COLUMNS])
    everybody = store.subscribers()
    while page := list(islice(everybody, _PAGE)):
        agreed = store.newest_consents([one.id for one in page])
        yield _lines([_row(one, agreed.get(one.id)) for one in page])


def _row(one: Subscriber, consent: Consent | None) -> tuple[str, ...]:
    return (
        cell(one.address.typed),
        one.state,
        one.suppression or "",
        one.edition,
        _instant(one.since),
        _instant(one.paused_until),
        _instant(consent.at if consent else None),
        consent.way if consent else "",
        cell(consent.words) if consent else "",
    )


def _instant(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _lines(rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
