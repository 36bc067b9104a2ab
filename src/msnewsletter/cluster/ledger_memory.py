"""What a worker remembers of the ledger, so that it notices one that was set back.

A database that is restored from a backup, or whose standby takes over without the last seconds,
does not know all that went out: what it takes for open was sent, and who left since is on the list
again. The home has its outbox to see that by; a worker has this, in memory and in its folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  (pydantic reads the annotations of the memory)
from threading import Lock
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from msnewsletter.disk.atomic import bytes_if_any, disk_errors, write_atomically
from msnewsletter.errors import OutboxError
from msnewsletter.serialize import from_json, pretty, to_document

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.store.subscribers.mailing_queries import Mailing

# Nobody sends an older one on.
_MOST: Final = 50
_LIMIT: Final = 1_000_000  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMailing:
    """How far a mailing was, at least.

    Attributes:
        issue: its number.
        created: when it was enqueued, aware UTC: after a reset its number means another one.
        claims: how often some of it was claimed.
    """

    issue: int
    created: datetime
    claims: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLedger:
    """The form of the file."""

    mailings: tuple[KnownMailing, ...] = ()


class LedgerMemory:
    """That of one worker; its threads share it."""

    def __init__(self, home: Home, path: Path) -> None:
        """Read what an earlier worker of this folder knew; raises OutboxError if it is damaged."""
        self._home, self._path, self._lock = home, path, Lock()
        data = bytes_if_any(home, path, limit=_LIMIT)
        try:
            known = from_json(KnownLedger, data) if data is not None else KnownLedger()
        except ValidationError:
            problem, remedy = "it is damaged", "remove it, if nobody has restored the database"
            raise OutboxError(home.display_path(path), problem, remedy) from None
        self._known = {(one.issue, one.created): one.claims for one in known.mailings}

    def remember(self, mailing: Mailing, claims: int) -> None:
        """Note how often some of a mailing was claimed; raises OutboxError."""
        self._note({(mailing.issue, mailing.created): claims})

    def hold_older(self, store: SubscriberStore) -> list[int]:
        """Have nobody send on a mailing of which the ledger knows less than we do.

        Returns the issues that are held by this, and were not before.

        Raises StoreError, OutboxError.
        """
        with self._lock:
            # Before it is read: meanwhile our own lanes claim more.
            known = dict(self._known)
        under_way = [one for one in store.mailings() if one.finished is None]
        counted = {(one.issue, one.created): one.claims for one in under_way}
        behind = {key for key, claims in counted.items() if known.get(key, 0) > claims}
        held = [key[0] for key in sorted(behind) if store.hold_older(key[0], remembered=known[key])]
        self._note({key: claims for key, claims in counted.items() if key not in behind})
        return held

    def _note(self, claims: dict[tuple[int, datetime], int]) -> None:
        with self._lock:
            more = {key: n for key, n in claims.items() if n > self._known.get(key, 0)}
            if not more:
                return
            newest = sorted((self._known | more).items())[-_MOST:]
            self._known = dict(newest)
            known = tuple(
                KnownMailing(issue=issue, created=created, claims=number)
                for (issue, created), number in newest
            )
            with disk_errors(self._home):
                document = to_document(KnownLedger(mailings=known))
                write_atomically(self._home, self._path, pretty(document))
