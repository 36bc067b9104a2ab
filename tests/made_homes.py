"""Homes that earlier versions made, unpacked; tests/fixtures/homes/README.md lists them."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from databases import use_what_is_set
from msnewsletter import store
from msnewsletter.home import Home
from msnewsletter.settings import load_settings
from msnewsletter.store import location_of
from msnewsletter.store.location import ADDRESS
from msnewsletter.store.postgresql import engine_at

if TYPE_CHECKING:
    from msnewsletter.store import DatabaseLocation

HOMES = Path(__file__).parent / "fixtures" / "homes"
MIGRATIONS = Path(store.__file__).with_name("migrations")
# The first schema that was released; those before it were never in anyone's hands.
FIRST = "0004"


def made_home(root: Path, schema: str) -> Home:
    """A home whose database has this schema, on the database that the test has."""
    shutil.copytree(
        HOMES / schema, root, ignore=shutil.ignore_patterns("newsletter.sql", "feed.json")
    )
    home = Home(root)
    use_what_is_set(home)
    home.var.mkdir()
    text = (HOMES / schema / "newsletter.sql").read_text()
    if ADDRESS not in os.environ:
        with closing(sqlite3.connect(home.database)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")  # as the program had it
            connection.executescript(text)
        return home
    place = location_of(home, load_settings(home.settings))
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(text)
        _copy(connection, place, schema)
    return home


def _copy(connection: sqlite3.Connection, place: DatabaseLocation, schema: str) -> None:
    """Fill an empty PostgreSQL with the tables of this schema and what SQLite has in them."""
    assert place.url
    engine = engine_at(place, place.url)
    with engine.begin() as target:
        migrate(target, schema)
        tables = sa.MetaData()
        tables.reflect(target)
        for table in tables.sorted_tables:
            if table.name != "alembic_version":
                _fill(connection, target, table)
    engine.dispose()


def _fill(connection: sqlite3.Connection, target: sa.Connection, table: sa.Table) -> None:
    found = connection.execute(f'SELECT * FROM "{table.name}"')  # noqa: S608  (a name of ours)
    names = [column[0] for column in found.description]
    rows = [
        {name: _as(table.c[name], value) for name, value in zip(names, row, strict=True)}
        for row in found
    ]
    if rows:
        target.execute(sa.insert(table), rows)


def _as(column: sa.Column[Any], value: object) -> object:
    return bool(value) if isinstance(column.type, sa.Boolean) else value


def migrate(connection: sa.Connection, schema: str) -> None:
    """Bring a database's tables to a schema."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, schema)
