"""Tests on both databases, and what they need to look at whichever it is."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
import pytest
from sqlalchemy import text

from cluster import find_initdb
from msnewsletter.settings import load_settings
from msnewsletter.store import location_of, open_store
from msnewsletter.store.location import ADDRESS

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.store.location import DatabaseLocation

T = TypeVar("T")
KINDS = ("sqlite", "postgresql")
_TABLES = """
    SELECT relation.oid::regclass::text
    FROM pg_class AS relation JOIN pg_namespace AS space ON space.oid = relation.relnamespace
    WHERE relation.relkind = 'r' AND space.nspname IN ('public', 'subscribers')
    ORDER BY 1
"""
_ROWS = "SELECT ctid::text, xmin::text, row::text FROM {} AS row"


def on_both(test: T) -> T:
    """Run a test with homes on SQLite, and again with homes on one PostgreSQL database."""
    both = pytest.mark.parametrize("database", KINDS, indirect=True)
    used: T = pytest.mark.usefixtures("database")(both(test))
    return used


def use_what_is_set(home: Home) -> None:
    """Have a home use PostgreSQL where the test has one."""
    if ADDRESS in os.environ:
        text = home.settings.read_text()
        home.settings.write_text(
            text.replace("[newsletter]\n", '[newsletter]\ndatabase = "postgresql"\n', 1)
        )


def rows(home: Home, statement: str) -> list[tuple[Any, ...]]:
    """What a home's database answers."""
    with open_store(_place(home)) as store, store._engine.begin() as connection:
        found = connection.execute(text(statement))
        return [tuple(row) for row in found] if found.returns_rows else []


def stored(home: Home) -> object:
    """All that a home's database holds, to compare: a row that is written anew shows.

    Opens no store, which might write.
    """
    place = _place(home)
    if place.path:
        return place.path.read_bytes() if place.path.exists() else None
    with psycopg.connect(os.environ[ADDRESS]) as session:
        names = session.execute(_TABLES).fetchall()
        return {name: session.execute(_ROWS.format(name).encode()).fetchall() for (name,) in names}


def backup_of(home: Home) -> bytes:
    """A copy of the home's database, as its owner makes one."""
    if not _place(home).shared:
        with closing(sqlite3.connect(home.database)) as database:
            return database.serialize()
    return _ask_tool("pg_dump", "--schema=public", "--clean", "--if-exists")


def put_back(home: Home, backup: bytes) -> None:
    """Have the home's database be what it was when that copy was made; the rest stays."""
    if _place(home).shared:
        _ask_tool("psql", "--quiet", "--set=ON_ERROR_STOP=1", said=backup)
        return
    for path in home.var.glob(f"{home.database.name}*"):
        path.unlink()
    home.database.write_bytes(backup)


def _place(home: Home) -> DatabaseLocation:
    return location_of(home, load_settings(home.settings))


def _ask_tool(name: str, *options: str, said: bytes = b"") -> bytes:
    initdb = find_initdb()
    assert initdb
    words = [initdb.with_name(name), *options, f"--dbname={os.environ[ADDRESS]}"]
    return subprocess.run(words, input=said, capture_output=True, check=True).stdout


def start_anew() -> None:
    """Have the next home of a test know nothing of those before; on SQLite none does."""
    if ADDRESS in os.environ:
        with psycopg.connect(os.environ[ADDRESS]) as session:
            session.execute("DROP SCHEMA IF EXISTS subscribers CASCADE")
            session.execute("DROP SCHEMA public CASCADE")
            session.execute("CREATE SCHEMA public")


def lose_database(home: Home) -> None:
    """Lose all that the program remembers but its records."""
    lose_rows(home)
    shutil.rmtree(home.var)


def lose_rows(home: Home) -> None:
    """Lose the database alone: neither what lies beside it nor the subscribers."""
    if _place(home).shared:
        rows(home, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    else:
        for path in home.var.glob(f"{home.database.name}*"):
            path.unlink()
