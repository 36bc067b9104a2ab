"""The base of the store: the open database, its transactions, its lock, and statement helpers."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any, Concatenate, NoReturn, ParamSpec, Self, TypeVar, cast

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, event, func, insert, select

from msnewsletter.errors import BusyError
from msnewsletter.store import postgresql
from msnewsletter.store.database import READING, alone, copied, examine_sqlite, explained
from msnewsletter.store.machine_lock import WORK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    from sqlalchemy import (
        ColumnElement,
        Connection,
        Engine,
        Executable,
        Insert,
        Select,
        Table,
    )

    from msnewsletter.store.location import DatabaseLocation

# Well under SQLite's limit of bound values in one statement (32,766).
BATCH = 500

T = TypeVar("T")
P = ParamSpec("P")
S = TypeVar("S", bound="StoreBase")
V = TypeVar("V", str, int)


def batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in pieces that fit one statement."""
    for first in range(0, len(values), BATCH):
        yield values[first : first + BATCH]


def rows_with(
    connection: Connection, query: Select[Any], column: ColumnElement[V], values: Iterable[V]
) -> list[Any]:
    """The query's rows whose column is one of the values."""
    rows: list[Any] = []
    for batch in batches(sorted(set(values))):
        rows += connection.execute(query.where(column.in_(batch))).all()
    return rows


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert the rows, if there are any."""
    if rows:
        connection.execute(insert(table), rows)


def one_of(column: ColumnElement[int], name: str, *, as_array: bool) -> ColumnElement[bool]:
    """That a column is one of the numbers of a list, which the parameter of that name brings.

    `as_array` on PostgreSQL, which alone has arrays: a parameter for each of five hundred numbers
    is put together and taken apart on both sides with each statement, which takes longer than
    running it.
    """
    if as_array:
        return column == any_(bindparam(name, type_=ARRAY(BigInteger)))
    return column.in_(bindparam(name, expanding=True))


def dialect_insert(connection: Connection, table: Table) -> Any:  # noqa: ANN401  (either database's)
    """The database's own INSERT, which has ON CONFLICT.

    Loaded when it is needed: importing the other one takes 25 ms.
    """
    return import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert(table)


def insert_new(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, object]],
    *,
    unique: ColumnElement[Any],
) -> None:
    """Insert the rows, but for those whose value of the unique column is there already."""
    if rows:
        added = dialect_insert(connection, table)
        statement: Insert = added.on_conflict_do_nothing(index_elements=[unique])
        execute_many(connection, statement, rows)


def execute_many(
    connection: Connection, statement: Insert, rows: Sequence[Mapping[str, object]]
) -> None:
    """Execute an insert for each row, all of the same columns, without a default among them.

    The driver's own way: SQLAlchemy prepares each row anew, which takes longer than inserting it.
    """
    dialect = connection.dialect
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(rows[0]))
    prepare = {
        name: bound.type.dialect_impl(dialect).bind_processor(dialect)
        for name, bound in compiled.binds.items()
    }
    order = compiled.positiontup or list(prepare)
    columns = [_prepared([row[name] for row in rows], prepare[name]) for name in order]
    given: list[Any] = list(zip(*columns, strict=True))
    if not compiled.positional:
        given = [dict(zip(order, row, strict=True)) for row in given]
    connection.exec_driver_sql(compiled.string, given)


def _prepared(values: list[Any], prepare: Callable[[Any], Any] | None) -> list[Any]:
    """The values as the driver takes them; one object that many rows share is prepared once."""
    if prepare is None:
        return values
    distinct = {id(value): value for value in values}
    found = {name: prepare(value) for name, value in distinct.items()}
    return [found[id(value)] for value in values]


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, object]],
    *,
    keep: Iterable[str] = (),
) -> None:
    """Insert the rows; update those whose primary key is known, except for the columns to keep."""
    if not rows:
        return
    statement = dialect_insert(connection, table)
    keys = [column.name for column in table.primary_key]
    changing = set(table.c.keys()) - set(keys) - set(keep)
    update: Insert = statement.on_conflict_do_update(
        index_elements=keys, set_={name: statement.excluded[name] for name in changing}
    )
    connection.execute(update, rows)


def kept(read: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """Have a reading answer from memory until the store writes, where nobody else can.

    Of a reading with an argument the last answer alone is kept: an issue may be large.
    """

    @wraps(read)
    def reading(self: S, /, *given: P.args, **named: P.kwargs) -> T:
        answers = self._kept
        if answers is None:
            return read(self, *given, **named)
        known = answers.get(read.__name__)
        if known is None or known[0] != (given, named):
            known = answers[read.__name__] = (given, named), read(self, *given, **named)
        answer: T = known[1]
        return answer

    return cast("Callable[Concatenate[S, P], T]", reading)


def _refuse_closed(*_: object) -> NoReturn:
    """Raise RuntimeError: what is read later than its store is open is a mistake of ours."""
    raise RuntimeError("the database was closed, and is read")


class StoreBase:
    """The open database; every method that writes is one transaction."""

    def __init__(
        self,
        engine: Engine,
        *,
        location: DatabaseLocation,
        trial: Connection | None = None,
        alone: bool = False,
    ) -> None:
        self._engine = engine
        self._location = location
        self._shown = location.shown
        # The one connection of a trial, in its transaction.
        self._trial = trial
        # What was read since this store wrote last, by the name of the reading, with what it was
        # asked; None: others may write meanwhile.
        self._kept: dict[str, tuple[object, Any]] | None = {} if alone else None

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
        """Close the database, for good: an engine would open it again, and nobody close that."""
        self._engine.dispose()
        event.listen(self._engine, "do_connect", _refuse_closed)

    def copy(self) -> Self:
        """Return an in-memory copy of this store; changes to it are discarded."""
        location = replace(self._location, path=None, url=None)
        engine = copied(self._engine, location.tables)
        return type(self)(engine, location=location, alone=True)

    @contextmanager
    def trial(self) -> Iterator[Self]:
        """This store in a transaction that is undone at the end, whatever was changed in it."""
        with ExitStack() as opened:
            with explained(self._location):
                connection = opened.enter_context(self._engine.connect())
                transaction = opened.enter_context(connection.begin())
            try:
                alone = self._kept is not None
                yield type(self)(
                    self._engine, location=self._location, trial=connection, alone=alone
                )
            finally:
                transaction.rollback()

    @property
    def shown(self) -> str:
        """The database's name in messages: without user and password."""
        return self._shown

    @property
    def shared(self) -> bool:
        """Whether other machines, with homes of their own, may work on the database too."""
        return self._location.shared

    def lock(self) -> None:
        """Lock the database until it is closed; raises BusyError.

        A SQLite file needs no lock of its own: that of its home covers it.
        """
        holder = None
        if self.shared:
            with explained(self._location):
                holder = postgresql.take_lock(self._engine, self._location, WORK)
        if holder:
            raise BusyError(
                self._shown,
                f"another msnewsletter is at work here (process {holder})",
                "run again when it has finished",
            )
        self.keep()

    def keep(self) -> None:
        """Keep what is read until this store writes: nobody else does, or all is of one moment."""
        self._kept = {}

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction for tables that lie beside ours and are another part's; StoreError."""
        with self._transaction() as connection:
            yield connection

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """The same, in which nobody else of us makes or changes tables."""
        with explained(self._location), alone(self._engine, self._location) as connection:
            yield connection

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with explained(self._location), self._begun() as connection:
                yield connection
        finally:
            if self._kept:
                self._kept.clear()

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        if self._trial is None:
            with self._engine.begin() as connection:
                yield connection
        else:
            with self._trial.begin_nested():
                yield self._trial

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._trial is not None:
            with explained(self._location):
                yield self._trial
            return
        with explained(self._location), self._engine.connect() as connection:
            yield connection.execution_options(**READING)

    def _all(self, query: Executable, make: Callable[[Any], T]) -> list[T]:
        """What `make` returns for each row; a row that it cannot read raises StoreError."""
        with self._reading() as connection:
            return [make(row) for row in connection.execute(query)]

    def _first(self, query: Executable) -> Any:  # noqa: ANN401  (a row of any query)
        """The first row of a query, or None."""
        with self._reading() as connection:
            return connection.execute(query).first()

    def _value(self, query: Select[T]) -> T | None:
        """The first column of a query's first row, or None."""
        with self._reading() as connection:
            return connection.scalar(query)

    def others_version(self) -> tuple[int, int]:
        """Another one when another program has changed the database since, and perhaps when not.

        Of PostgreSQL always the same: only SQLite is a file that a hand may change in spite of the
        lock, and only SQLite tells (PRAGMA data_version, which each connection counts for itself).
        """
        with self._reading() as connection:
            if connection.dialect.name != "sqlite":
                return 0, 0
            version: int = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
            return id(connection.connection.driver_connection), version

    def count_rows(self) -> int:
        """How many rows all tables have."""
        with self._reading() as connection:
            tables = self._location.tables.metadata.sorted_tables
            counts = [select(func.count()).select_from(table) for table in tables]
            return sum(connection.scalar(one) or 0 for one in counts)

    def examine(self) -> None:
        """Let the database check itself: its pages, its indexes, and what rows refer to.

        Raises StoreError where it is broken.
        """
        with self._reading() as connection:
            if connection.dialect.name != "sqlite":
                return  # PostgreSQL notices what is damaged when it reads it
            examine_sqlite(connection, self._location)
