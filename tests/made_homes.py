"""Homes that earlier versions made, unpacked; tests/fixtures/homes/README.md lists them."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from databases import use_what_is_set
from msnewsletter import store
from msnewsletter.home import Home
from msnewsletter.settings import load_settings
from msnewsletter.store import location_of
from msnewsletter.store.location import ADDRESS
from msnewsletter.store.postgresql import engine_at
from msnewsletter.store.sqlite import create_sqlite

if TYPE_CHECKING:
    from msnewsletter.store import DatabaseLocation

HOMES = Path(__file__).parent / "fixtures" / "homes"
MIGRATIONS = Path(store.__file__).with_name("migrations")


def made_home(root: Path, schema: str) -> Home:
    """A home whose database has this schema, on the database that the test has."""
    shutil.copytree(
        HOMES / schema, root, ignore=shutil.ignore_patterns("newsletter.sql", "feed.json")
    )
    home = Home(root)
    # Its texts are samples, and its addresses an example's, as no setting said then.
    text = home.settings.read_text()
    home.settings.write_text(text.replace("[newsletter]\n", "[newsletter]\nsamples = true\n", 1))
    use_what_is_set(home)
    home.var.mkdir()
    text = (HOMES / schema / "newsletter.sql").read_text()
    shared = ADDRESS in os.environ
    path = root / "from.db" if shared else home.database
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")  # as the program had it
        connection.executescript(text)
    if shared:
        _copy(path, location_of(home, load_settings(home.settings)))
        path.unlink()
    return home


def _copy(path: Path, place: DatabaseLocation) -> None:
    """Make the tables of a SQLite file in an empty PostgreSQL, with what is in them."""
    assert place.url
    source, target, tables = create_sqlite(path), engine_at(place, place.url), sa.MetaData()
    with source.connect() as reading, target.begin() as writing:
        tables.reflect(reading)
        for table in tables.tables.values():
            for column in table.primary_key:
                column.autoincrement = False  # no table of ours counts by itself
        tables.create_all(writing)
        for table in tables.sorted_tables:
            if rows := [dict(row) for row in reading.execute(sa.select(table)).mappings()]:
                writing.execute(sa.insert(table), rows)
    source.dispose()
    target.dispose()
