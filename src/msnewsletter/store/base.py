"""The base of the store: the open database, its transactions and its lock."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from msnewsletter.errors import BusyError
from msnewsletter.store.database import READING, broken, copied, explained
from msnewsletter.store.machine_lock import WORK, take_lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from sqlalchemy import ColumnElement, Connection, Engine, Select

    from msnewsletter.store.location import DatabaseLocation

# Well under SQLite's limit of bound values in one statement (32,766).
BATCH = 500


def rows_with(
    connection: Connection, query: Select[Any], column: ColumnElement[str], values: Iterable[str]
) -> list[Any]:
    """The query's rows whose column is one of the values, asked for in batches."""
    wanted = sorted(set(values))
    rows: list[Any] = []
    for first in range(0, len(wanted), BATCH):
        batch = wanted[first : first + BATCH]
        rows += connection.execute(query.where(column.in_(batch))).all()
    return rows


class StoreBase:
    """The database, open; every method that writes is one transaction."""

    def __init__(self, engine: Engine, *, location: DatabaseLocation) -> None:
        self._engine = engine
        self._location = location
        self._shown = location.shown

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def copy(self) -> Self:
        """Return an in-memory copy of this store; changes to it are discarded."""
        location = replace(self._location, path=None, url=None)
        return type(self)(copied(self._engine), location=location)

    @property
    def shared(self) -> bool:
        """Whether other machines, with homes of their own, may work on the database too."""
        return self._location.shared

    def lock(self) -> None:
        """Have the database to ourselves until it is closed; raises BusyError.

        A SQLite file needs no lock of its own: it is its home's.
        """
        with explained(self._shown):
            holder = take_lock(self._engine, self._location, WORK)
        if holder:
            raise BusyError(
                self._shown,
                f"another msnewsletter is at work here (process {holder})",
                "run again when it has finished",
            )

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with explained(self._shown), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with explained(self._shown), self._engine.connect() as connection:
            yield connection.execution_options(**READING)

    def examine(self) -> None:
        """Have the database check itself; raises StoreError where it is broken."""
        with self._reading() as connection:
            if connection.dialect.name == "sqlite":
                said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
                if said != "ok":
                    raise broken(self._shown, said)
