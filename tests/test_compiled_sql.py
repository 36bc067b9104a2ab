"""A statement is compiled once for all databases of a kind; all tables are made as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from compiled_sql import create_anew
from databases import on_both
from homes import empty_home
from msnewsletter.settings import load_settings
from msnewsletter.store import database, location_of, open_store
from msnewsletter.store.sqlite import create_sqlite
from msnewsletter.store.subscribers.subscriber_tables import SUBSCRIBERS
from msnewsletter.store.tables import NEWSLETTER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from msnewsletter.store.table_set import TableSet


def compiled(engine: sa.Engine, name: str, number: int) -> object:
    """What became of a question for a number by that name, after it was answered rightly."""
    found: list[Any] = []
    with engine.connect() as connection:
        event.listen(
            connection, "before_cursor_execute", lambda *about: found.append(about[4].compiled)
        )
        asked = sa.select(sa.literal(number).label(name))
        assert connection.execute(asked).mappings().one() == {name: number}
    return found[-1]  # the first began the transaction


def test_a_statement_is_compiled_once_and_another_is_another() -> None:
    one, other = create_sqlite(None), create_sqlite(None)
    assert compiled(one, "a", 1) is compiled(other, "a", 2)
    assert compiled(one, "a", 1) is not compiled(one, "b", 1)


@on_both
def test_each_kind_of_database_has_its_own(tmp_path: Path, database: str) -> None:
    home = empty_home(tmp_path)
    home.var.mkdir()
    with open_store(location_of(home, load_settings(home.settings)), create=True) as store:
        made: Any = compiled(store._engine, "a", 1)
        assert made.dialect.name == store._engine.dialect.name == database


def tables_made(create: Callable[[sa.Connection, TableSet], None], tables: TableSet) -> list[Any]:
    """What SQLite says of all that was made, and of which revision it is."""
    with create_sqlite(None).begin() as connection:
        create(connection, tables)
        said = connection.execute(sa.text("SELECT type, name, sql FROM sqlite_schema")).all()
        return [*said, *connection.execute(sa.text("SELECT * FROM alembic_version")).all()]


@pytest.mark.parametrize("tables", [NEWSLETTER, SUBSCRIBERS], ids=["newsletter", "subscribers"])
def test_tables_are_made_the_second_time_as_the_first(tables: TableSet) -> None:
    first, again = (tables_made(database.create_tables, tables) for _ in range(2))
    assert first == again == tables_made(create_anew, tables)
    assert again[-1] == (tables.head,)
