"""Deliveries that a sender had in hand when it was killed: what its journals say of them."""

from __future__ import annotations

import secrets
import shutil
from collections import Counter
from typing import TYPE_CHECKING

from msnewsletter.delivery.send_journal import (
    SUFFIX,
    Noted,
    NotedDelivery,
    ReadJournal,
    boot_id,
    read_journal,
    recovered,
)
from msnewsletter.disk.atomic import disk_errors, reading_errors
from msnewsletter.publisher.delivering.outcomes import refusal_noted, result_noted, too_many_dead
from msnewsletter.publisher.release_claim import may_be_elsewhere
from msnewsletter.subscribers.delivery_state import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.subscribers.delivery_state import PastTries

# Of the mails that a journal knows as sent nobody knows the domain: they count in all.
_ANY_DOMAIN = ""


def journal_name(at: datetime) -> str:
    """A name for the journals of a run that begins at `at` (aware); no other run has it."""
    return f"{at:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def recover_killed_senders(
    home: Home, store: SubscriberStore, *, at: datetime
) -> Mapping[DeliveryState, int]:
    """Do what senders that were killed could not: settle their claims, and suppress the dead.

    Returns how many deliveries came into which state. The rest as `settle_left_claims`.
    """
    for folder in _runs(home):
        dead = _dead(_read(home, folder))
        store.suppress_dead(dead, at=at)
    return settle_left_claims(home, store, at=at)


def _dead(journals: Iterable[ReadJournal]) -> list[int]:
    """The deliveries of one run whose addresses are dead; none where too many are."""
    noted = {number: one for read in journals for number, one in read.deliveries.items()}
    refused = {number: one for number, one in noted.items() if one.noted is Noted.REFUSED}
    dead = [number for number, one in refused.items() if refusal_noted(one).is_dead]
    accepted = sum(one.noted is Noted.ACCEPTED for one in noted.values())
    return [] if too_many_dead(len(dead), answers=accepted + len(refused)) else dead


def settle_left_claims(
    home: Home, store: SubscriberStore, *, at: datetime
) -> Mapping[DeliveryState, int]:
    """Settle what earlier senders left claimed; returns how many came into which state.

    In a database that several homes share, only what senders of this home did: those of another
    have their journals there, and may still be at work without a connection to the database.

    No sender of this home may be at work. Doing it twice does the same as once: journals are
    removed only after what they say is in the ledger.
    """
    found: Counter[DeliveryState] = Counter()
    if _runs(home):
        # What comes to be claimed after its journals were removed would count as another home's.
        store.await_claims()
    for journal, claimed in store.claimed().items():
        if may_be_elsewhere(store) and not _is_here(home, journal):
            continue
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


def settle_journal(
    home: Home, store: SubscriberStore, folder: Path, *, at: datetime
) -> Mapping[DeliveryState, int]:
    """Settle what a worker had in hand by the journals in this folder, and remove them.

    What is in doubt because the journal's lease has passed is settled, too. Nobody may write to
    them any more; doing it twice does the same as once. Returns how many came into which state.

    at: by the database's clock, aware.
    """
    journal, read = folder.name, _read(home, folder)
    store.suppress_dead(_dead(read), at=at)
    claimed = store.claimed_by(journal)
    noted = recovered(claimed, read, boot=boot_id())
    results = [
        result_noted(number, noted[number], past=past, at=at) for number, past in claimed.items()
    ]
    # What was refused, or is in doubt, counts in the limits, too, as it does without a kill.
    tried = [number for number, one in noted.items() if one.noted is not Noted.NOT_SENT]
    domains = Counter(store.domains_of(tried).values())
    store.settle_leased(results, at=at, domains=domains, journal=journal)
    store.end_lease(journal)
    with disk_errors(home):
        shutil.rmtree(folder)
    return Counter(one.state for one in results)


def _noted(home: Home, journal: str, claimed: Mapping[int, PastTries]) -> dict[int, NotedDelivery]:
    """What the journals of one run say; without any, nobody knows: all is in doubt."""
    folder = home.journals / journal
    if not _is_here(home, journal):
        return dict.fromkeys(claimed, NotedDelivery(noted=Noted.IN_DOUBT))
    return recovered(claimed, _read(home, folder), boot=boot_id())


def _is_here(home: Home, journal: str) -> bool:
    """Whether the journals of a run are in this home."""
    with reading_errors(home):
        return (home.journals / journal).is_dir()


def _read(home: Home, folder: Path) -> list[ReadJournal]:
    """The journals of one run."""
    with reading_errors(home):
        paths = sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
        return [read_journal(path.read_bytes()) for path in paths]


def _remove_journals(home: Home) -> None:
    with disk_errors(home):
        for folder in _runs(home):
            shutil.rmtree(folder)


def _runs(home: Home) -> list[Path]:
    return sorted(home.journals.iterdir()) if home.journals.is_dir() else []
