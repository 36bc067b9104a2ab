"""Rows are the same on both databases, and in the same order, whatever is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    Text,
    create_engine,
    insert,
)

from msnewsletter.store.location import DatabaseLocation
from msnewsletter.store.postgresql import copy_rows, engine_at
from msnewsletter.store.tables import Instant
from msnewsletter.store.transfer.stored_rows import digest_of, greatest_key, row_batches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from cluster import Cluster

TABLE = Table(
    "anything",
    MetaData(),
    Column("word", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant),
    Column("yes", Boolean),
    Column("bytes", LargeBinary),
    Column("text", Text),
)
# PostgreSQL holds no NUL in a text, and no half of a surrogate is UTF-8.
TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "word": TEXTS,
            "number": st.integers(-(2**63), 2**63 - 1),
            "at": st.none() | st.datetimes(timezones=st.timezones()),
            "yes": st.none() | st.booleans(),
            "bytes": st.none() | st.binary(max_size=9),
            "text": st.none() | TEXTS,
        }
    ),
    unique_by=lambda row: (row["word"], row["number"]),
    max_size=12,
)


@pytest.fixture
def both(postgresql: Cluster) -> Iterator[tuple[Engine, Engine]]:
    """A SQLite in memory, and a PostgreSQL that sorts words as people do."""
    location = DatabaseLocation(shown="test")
    url = create_engine(postgresql.url().replace("postgresql:", "postgresql+psycopg:")).url
    one, other = create_engine("sqlite://"), engine_at(location, url)
    TABLE.create(one)
    TABLE.create(other)
    yield one, other
    TABLE.drop(other)
    one.dispose()
    other.dispose()


def all_rows(connection: Connection) -> list[tuple[Any, ...]]:
    return [row for some in row_batches(connection, TABLE) for row in some]


@given(rows=ROWS)
@settings(max_examples=40)
def check_same(both: tuple[Engine, Engine], rows: list[dict[str, Any]]) -> None:
    one, other = both
    with one.connect() as sqlite, other.connect() as postgresql:
        if rows:
            sqlite.execute(insert(TABLE), rows)
        copy_rows(postgresql, TABLE, all_rows(sqlite))
        assert all_rows(postgresql) == all_rows(sqlite)
        assert digest_of(postgresql, TABLE) == digest_of(sqlite, TABLE)
        assert greatest_key(postgresql, TABLE) == greatest_key(sqlite, TABLE)
        for row in all_rows(sqlite):
            behind = [
                [found for some in row_batches(each, TABLE, after=row[:2]) for found in some]
                for each in (sqlite, postgresql)
            ]
            assert behind[0] == behind[1] == all_rows(sqlite)[all_rows(sqlite).index(row) + 1 :]
        sqlite.rollback()
        postgresql.rollback()


def test_any_rows_are_the_same_on_both(both: tuple[Engine, Engine]) -> None:
    check_same(both)


def test_each_change_of_a_value_changes_the_digest(both: tuple[Engine, Engine]) -> None:
    rows: list[tuple[Any, ...]] = [
        ("a", 1, None, None, None, None),
        ("a", 1, None, None, None, "None"),
        ("a", 1, None, None, None, ""),
        ("a", 1, None, False, None, None),
        ("a", 1, None, True, None, None),
        ("a", 1, None, None, b"", None),
        ("a", 1, None, None, b"a", None),
        ("a", 2, None, None, None, None),
        ("b", 1, None, None, None, None),
        ("a", 1, "2026-11-23T07:00:00.000000+00:00", None, None, None),
    ]
    found = set()
    with both[1].connect() as connection:
        for row in rows:
            copy_rows(connection, TABLE, [row])
            found.add(digest_of(connection, TABLE).sha256)
            connection.rollback()
    assert len(found) == len(rows)
