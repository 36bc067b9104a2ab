"""What SQLAlchemy makes of a statement is kept: tests open databases thousands of times.

An engine compiles each statement at its first use and keeps that for itself, which is a tenth of
what publishing needs. The text depends on the kind of database alone, as we make all engines of a
kind alike.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event

from msnewsletter.store import database, postgresql, sqlite

if TYPE_CHECKING:
    from msnewsletter.store.table_set import TableSet

create_anew = database.create_tables
# By tables and kind of database: the statements that made them, and their values.
_creating: dict[tuple[TableSet, str], list[tuple[str, Any]]] = {}


class _Statements(dict[Any, Any]):
    """Compiled statements by what SQLAlchemy knows them by, but for the engine's own dialect."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key[1:], value)


def keep_compiled_sql() -> None:
    """Have each statement compiled once for a kind of database, from now on."""
    sqlite.create_engine = postgresql.create_engine = _engine  # type: ignore[attr-defined]
    database.create_tables = _create


def _engine(*words: Any, **options: Any) -> Engine:
    made = create_engine(*words, **options)
    made.update_execution_options(compiled_cache=_statements(made.dialect.name))
    return made


@cache
def _statements(kind: str) -> _Statements:
    del kind
    return _Statements()


def _create(connection: Connection, tables: TableSet) -> None:
    """Make all tables; again with what made them the first time."""
    key = tables, connection.dialect.name
    if key in _creating:
        for statement, values in _creating[key]:
            connection.exec_driver_sql(statement, values)
        return
    said: list[tuple[str, Any]] = []

    def write_down(*about: Any) -> None:
        said.append((about[2], about[3]))

    event.listen(connection, "before_cursor_execute", write_down)
    try:
        create_anew(connection, tables)
    finally:
        event.remove(connection, "before_cursor_execute", write_down)
    _creating[key] = said
