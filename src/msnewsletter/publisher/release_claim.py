"""The claim: which home may release an issue, and where what a home lacks may be.

Only the outbox of the home that releases an issue has its folder, and nobody else can see whether
it was moved out. A database of one home needs no claim: its outbox shows all. On one that several
homes share, the home that releases an issue writes a random token before T2, to `var/begun` and to
the database, where it stays until the next release. The claim is ours where both are the same.

| question | a database of one home | one that homes share |
|---|---|---|
| may this home finish what is being released | yes | where the claim is ours |
| is its folder in `tmp/` one to release | where it is there | where it is, and the claim is ours |
| is an issue out that only a record knows | unless its folder is in `tmp/` | yes: see `is_out` |
| who can see whether it is out | this home, while it has its outbox | the home with the token |
| may a person say it | where the outbox was removed | there too, and where it is not ours |
| may what is not here be in another home | no | yes |
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from msnewsletter.disk import outbox
from msnewsletter.errors import RefusedError
from msnewsletter.home import issue_name
from msnewsletter.store import IssueState

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.store import Store
    from msnewsletter.store.base import StoreBase


class ReleaseClaim:
    """The claim on the issue under way, in a database that is this home's alone."""

    def __init__(self, home: Home, store: Store) -> None:
        self._home = home
        self._store = store

    def is_ours(self) -> bool:
        """Whether this home is the one that finishes what is being released."""
        return True

    def take(self, *, at: datetime) -> None:
        """Make this home the one that releases, before T2; `at`: now, aware."""
        del at

    def is_out(self, number: int) -> bool:
        """Whether an issue is out of which there is a record, and nothing in the database.

        A record is written before its issue is released.
        """
        return not outbox.issue_waits(self._home, number)

    def waits_here(self, number: int) -> bool:
        """Whether the issue's folder is complete in `tmp/`, and this home is to release it.

        One that is there though the claim is another's is left from an attempt that the other has
        finished.
        """
        return self.is_ours() and outbox.issue_waits(self._home, number)

    def doubt(self, number: int) -> RefusedError | None:
        """Why nobody here can see whether an issue is out, and what to do; None: this home can."""
        if (number, IssueState.PUBLISHING) not in self._store.unfinished():
            return None
        place = f"issue {issue_name(number)}"
        if not self.is_ours():
            return RefusedError(
                place,
                "another machine began to release it, and only that one knows whether it did",
                "start msnewsletter there; if it is gone for good: 'msnewsletter resolve --help'",
            )
        if outbox.is_lost(self._home):
            return RefusedError(
                place,
                "it was being released when the outbox was removed, so nobody knows whether it was",
                f"run 'msnewsletter resolve {number} --sent' if readers got it, or else '--unsent'",
            )
        return None

    def forget(self) -> None:
        """Nothing is being released here any more."""
        outbox.forget_claim(self._home)


class SharedReleaseClaim(ReleaseClaim):
    """The claim on the issue under way, in a database that several homes share."""

    def is_ours(self) -> bool:
        """Whether this home has the token that the database has."""
        return self._store.release_claim() == outbox.claim_here(self._home)

    def take(self, *, at: datetime) -> None:
        """Write a new token, here first: a crash in between leaves one that opens nothing."""
        token = secrets.token_hex(8)
        outbox.write_claim(self._home, token)
        self._store.set_release_claim(token, at)

    def is_out(self, number: int) -> bool:
        """Yes: the database that knew whose folder counts is lost.

        An issue that nobody gets can still be sent; one that was sent twice cannot be taken back.
        """
        del number
        return True


def release_claim_of(home: Home, store: Store) -> ReleaseClaim:
    """The claim on what is being released, as a home with this database open sees it."""
    kind = SharedReleaseClaim if may_be_elsewhere(store) else ReleaseClaim
    return kind(home, store)


def may_be_elsewhere(store: StoreBase) -> bool:
    """Whether another home on the database may have what this one lacks.

    An issue's folder, or the journals of a sender.
    """
    return store.shared


def is_begun_here(home: Home) -> bool:
    """Whether this home began a release that it has not finished; asks no database.

    Raises OutboxError where the token cannot be read.
    """
    return outbox.claim_here(home) is not None
