"""Tests on both databases, and what they need to look at whichever it is."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from sqlalchemy import text

from msnewsletter.settings import load_settings
from msnewsletter.store import location_of, open_store
from msnewsletter.store.location import ADDRESS

if TYPE_CHECKING:
    from msnewsletter.home import Home

T = TypeVar("T")
KINDS = ("sqlite", "postgresql")


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
    place = location_of(home, load_settings(home.settings))
    with open_store(place) as store, store._engine.begin() as connection:
        found = connection.execute(text(statement))
        return [tuple(row) for row in found] if found.returns_rows else []


def lose_database(home: Home) -> None:
    """Lose all that the program remembers but its records."""
    if ADDRESS in os.environ:
        rows(home, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    shutil.rmtree(home.var)
