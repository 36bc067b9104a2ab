"""Deliveries that a sender had in hand when it was killed: what its journals say of them."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import TYPE_CHECKING

from msnewsletter.delivery.send_journal import (
    SUFFIX,
    Noted,
    NotedDelivery,
    boot_id,
    read_journal,
    recovered,
)
from msnewsletter.disk.atomic import disk_errors, reading_errors
from msnewsletter.publisher.delivering.outcomes import result_noted
from msnewsletter.subscribers.delivery_state import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.subscribers.delivery_state import PastTries

# Of the mails that a journal knows as sent nobody knows the domain: they count in all.
_ANY_DOMAIN = ""


def settle_left_claims(
    home: Home, store: SubscriberStore, *, at: datetime
) -> Mapping[DeliveryState, int]:
    """Settle what earlier senders left claimed; returns how many came into which state.

    No sender of this home may be at work. Doing it twice does the same as once: journals are
    removed only after what they say is in the ledger.
    """
    found: Counter[DeliveryState] = Counter()
    for journal, claimed in store.claimed().items():
        noted = _noted(home, journal, claimed)
        results = [
            result_noted(number, noted[number], past=past, at=at)
            for number, past in claimed.items()
        ]
        found.update(one.state for one in results)
        sent = sum(one.state is DeliveryState.SENT for one in results)
        store.settle(results, at=at, domains={_ANY_DOMAIN: sent})
    _remove_journals(home)
    return found


def _noted(home: Home, journal: str, claimed: Mapping[int, PastTries]) -> dict[int, NotedDelivery]:
    """What the journals of one run say; without any, nobody knows: all is in doubt."""
    folder = home.journals / journal
    with reading_errors(home):
        if not folder.is_dir():
            return dict.fromkeys(claimed, NotedDelivery(noted=Noted.IN_DOUBT))
        paths = sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
        read = [read_journal(path.read_bytes()) for path in paths]
    return recovered(claimed, read, boot=boot_id())


def _remove_journals(home: Home) -> None:
    with disk_errors(home):
        for folder in _runs(home):
            shutil.rmtree(folder)


def _runs(home: Home) -> list[Path]:
    return sorted(home.journals.iterdir()) if home.journals.is_dir() else []
