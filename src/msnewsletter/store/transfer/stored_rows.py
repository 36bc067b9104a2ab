"""The rows of a table as both databases store them, in one order, and a digest of them.

Only what is stored is read: text, whole numbers, truth values, bytes, or nothing. An instant is
its text. So a row is the same Python tuple wherever it comes from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, TypeDecorator, func, literal, select, tuple_, type_coerce

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Column, ColumnElement, Connection, Table
    from sqlalchemy.types import TypeEngine

# Rows at a time: what a crash undoes at most, and some megabytes of memory.
BATCH = 10_000

Row = tuple[Any, ...]

# Called with how many rows were copied or compared now.
RowsDone = Callable[[int], None]


def ignore_rows(number: int) -> None:
    """The default where rows are copied or compared: does nothing."""
    del number


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDigest:
    """What a table holds: how many rows, and the SHA-256 of all of them in their order."""

    rows: int
    sha256: str


def row_batches(
    connection: Connection, table: Table, *, after: Row | None = None
) -> Iterator[list[Row]]:
    """All rows in the order of their keys, or those behind a key."""
    keys = _keys(connection, table)
    query = select(*map(_plain, table.c)).order_by(*keys)
    if after is not None:
        given = [literal(value, key.type) for value, key in zip(after, keys, strict=True)]
        query = query.where(tuple_(*keys) > tuple_(*given))
    found = connection.execution_options(stream_results=True, yield_per=BATCH).execute(query)
    for some in found.partitions():
        yield list(map(tuple, some))


def greatest_key(connection: Connection, table: Table) -> Row | None:
    """The key of the last row in that order; None: there is no row."""
    keys = _keys(connection, table)
    query = select(*map(_plain, table.primary_key)).order_by(*(key.desc() for key in keys))
    found = connection.execute(query.limit(1)).first()
    return tuple(found) if found else None


def count_rows(connection: Connection, table: Table) -> int:
    """How many rows a table has."""
    return connection.scalar(select(func.count()).select_from(table)) or 0


def digest_of(connection: Connection, table: Table, read: RowsDone = ignore_rows) -> TableDigest:
    """The digest of a table as it is; `read` is called as its rows are read."""
    digest, rows = sha256(), 0
    for some in row_batches(connection, table):
        digest.update("".join(map(repr, some)).encode("utf-8", "surrogatepass"))
        rows += len(some)
        read(len(some))
    return TableDigest(rows=rows, sha256=digest.hexdigest())


def _keys(connection: Connection, table: Table) -> Sequence[ColumnElement[Any]]:
    """The columns of the primary key, which sort alike in both databases: text by its bytes."""
    plain = [_plain(column) for column in table.primary_key]
    if connection.dialect.name == "sqlite":
        return plain
    return [key.collate("C") if isinstance(key.type, Text) else key for key in plain]


def _plain(column: Column[Any]) -> ColumnElement[Any]:
    return type_coerce(column, _stored(column.type))


def _stored(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind
