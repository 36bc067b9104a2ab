"""A pooler between us and PostgreSQL that gives each transaction another session.

Sessions are what advisory locks, LISTEN and prepared statements belong to: with such a pooler two
clocks would both hold "the" lock. So it is refused, by what it does and not by its name.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

import psycopg

from msnewsletter.errors import StoreError
from msnewsletter.store.postgresql import driver_address

if TYPE_CHECKING:
    from sqlalchemy import URL

    from msnewsletter.store.location import DatabaseLocation

_WHO: Final = "SELECT pg_backend_pid()"


def refuse_transaction_pooler(location: DatabaseLocation, url: URL) -> None:
    """Raise StoreError where a session is not ours for as long as we are connected.

    Asked of two connections: the second begins a transaction, which takes the session that the
    first had from it, where a pooler shares them. Where nobody can be reached it says nothing:
    whoever opens the database explains that better.
    """
    address = driver_address(location, url)
    try:
        with ExitStack() as open_ones:
            first, second = (
                open_ones.enter_context(psycopg.connect(address, autocommit=True)) for _ in range(2)
            )
            before = first.execute(_WHO).fetchone()
            with second.transaction():
                second.execute(_WHO)
                after = first.execute(_WHO).fetchone()
    except psycopg.OperationalError:
        return
    if before != after:
        raise StoreError(
            location.shown,
            "a pooler in transaction mode is between us and it, so locks would not hold",
            "name PostgreSQL itself in MSNEWSLETTER_DATABASE_URL, or let the pooler keep sessions "
            "(pool_mode = session)",
        )
