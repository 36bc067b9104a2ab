"""SQL that SQLAlchemy has compiled is kept for all homes of a process of tests.

It keeps it for each engine, and each opening of a home has one of its own: a tenth of what
publishing costs in tests, which open thousands of homes. Nothing but the statement and the kind of
database decide what is compiled.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite as Dialect
from sqlalchemy.util import LRUCache

_STATEMENTS: LRUCache[Any, Any] = LRUCache(5_000)


def share_statements() -> None:
    """Have all engines on SQLite share what is compiled, from now on."""
    # Statements are kept by dialect, of which each engine has one.
    Dialect.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[assignment]
    Dialect.__hash__ = lambda one: hash(type(one))  # type: ignore[assignment]
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    if isinstance(connection.dialect, Dialect):
        connection.engine._compiled_cache = _STATEMENTS
