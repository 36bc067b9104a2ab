"""Subscribers of earlier versions: all rows are kept, whenever the bringing up to date is killed.

Nothing can make these rows again. The tables are those that the programs of that time made.
"""

from __future__ import annotations

import re
import shutil
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import alembic.command  # noqa: F401  (loaded once here, not in each fork)
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from databases import on_both
from homes import command, empty_home
from msnewsletter.home import Home
from msnewsletter.settings import load_settings
from msnewsletter.store.postgresql import engine_at
from msnewsletter.store.sqlite import create_sqlite
from msnewsletter.store.subscribers import open_subscribers, subscribers_at
from msnewsletter.store.subscribers.subscriber_tables import SUBSCRIBERS, metadata
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.subscriber import SubscribedEdition, SubscriberState
from statement_kills import killed_before

FIXTURES = Path(__file__).parents[2] / "fixtures" / "subscribers"
REVISIONS = SUBSCRIBERS.released

Rows = dict[str, list[dict[str, Any]]]


def engine_of(home: Home) -> sa.Engine:
    """An engine on the subscribers' database as it is, without a migration."""
    place = subscribers_at(home, load_settings(home.settings))
    return engine_at(place, place.url) if place.url else create_sqlite(place.path, private=True)


def lay_out(home: Home, revision: str, database: str) -> None:
    """Fill the home's database as a program of that revision left it."""
    bytes_are = {"sqlite": r"CAST(\1 AS BLOB)", "postgresql": r"CAST(\1 AS BYTEA)"}[database]
    names = [f"{revision}.{database}", *(f"{one}.rows" for one in REVISIONS if one <= revision)]
    engine = engine_of(home)
    with engine.begin() as connection:
        if database == "postgresql":
            connection.execute(sa.text("CREATE SCHEMA IF NOT EXISTS subscribers"))
        for name in names:
            said = (FIXTURES / f"{name}.sql").read_text()
            said = re.sub(r"DATA\(('[^']*')\)", bytes_are, re.sub(r"(?m)^--.*$", "", said))
            for statement in said.split(";\n"):
                if statement.strip():
                    connection.exec_driver_sql(statement)
    engine.dispose()


def rows_of(home: Home) -> Rows:
    """Every table's rows, by column."""
    engine, everything = engine_of(home), sa.select(sa.text("*"))
    with engine.connect() as connection:
        inspected = sa.inspect(connection)
        found = {
            name: sorted(
                (
                    dict(row)
                    for row in connection.execute(everything.select_from(sa.table(name))).mappings()
                ),
                key=repr,
            )
            for name in inspected.get_table_names(schema=connection_schema(connection))
            if name != "alembic_version"
        }
    engine.dispose()
    return found


def connection_schema(connection: sa.Connection) -> str | None:
    return SUBSCRIBERS.schema if connection.dialect.name == "postgresql" else None


def kept(before: Rows, after: Rows) -> Rows:
    """Of what is there now, what was there before."""
    columns = {name: set(rows[0]) for name, rows in before.items() if rows}
    return {
        name: sorted(
            (
                {key: value for key, value in row.items() if key in columns.get(name, row)}
                for row in after[name]
            ),
            key=repr,
        )
        for name in before
    }


@pytest.fixture(params=REVISIONS)
def revision(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def home(tmp_path: Path, database: str, revision: str) -> Home:
    made = empty_home(tmp_path / "home")
    made.var.mkdir()
    lay_out(made, revision, database)
    return made


def test_every_released_revision_is_here() -> None:
    assert {path.name.partition(".")[0] for path in FIXTURES.glob("*.sql")} == set(REVISIONS)


@on_both
def test_all_rows_are_kept_and_the_tables_are_those_of_today(home: Home) -> None:
    before = rows_of(home)
    assert len(before["subscribers"]) == 3
    where = subscribers_at(home, load_settings(home.settings))
    with open_subscribers(where) as store, store._engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == SUBSCRIBERS.head
    after = rows_of(home)
    assert kept(before, after) == before
    assert set(after) == set(metadata.tables)
    assert all(not rows for name, rows in after.items() if name not in before)


@on_both
def test_the_program_of_today_goes_on_with_them(home: Home, revision: str) -> None:
    where = subscribers_at(home, load_settings(home.settings))
    with open_subscribers(where) as store:
        ada, bo = store.subscriber(1), store.subscriber(2)
        assert ada
        assert bo
        assert (ada.address.typed, ada.state) == ("Ada@example.org", SubscriberState.CONFIRMED)
        assert (bo.state, bo.edition) == (
            SubscriberState.SUPPRESSED,
            SubscribedEdition.LOW_ENERGY,
        )
        assert store.balance(1)[DeliveryState.SENT] == 2
        assert store.balance(2)[DeliveryState.TEMP_FAILED] == 1
        mailing = store.mailing(2)
        assert mailing
        assert mailing.remembered == (5 if revision >= "0003" else None)
        assert [one.name for one in store.workers()] == (["w"] if revision >= "0002" else [])
        assert store.secret() == b"a key of thirty-two bytes, or so."
    done = command(home, "subscribers", "show", "ada@example.org")
    assert done.returncode == 0, done.stderr
    assert "Send it to me." in done.stdout


@on_both
def test_who_only_looks_sees_them_and_changes_nothing_where_it_is_a_file(
    home: Home, database: str
) -> None:
    before = rows_of(home)
    done = command(home, "doctor")
    assert "Traceback" not in done.stderr
    if database == "sqlite":
        assert rows_of(home) == before


@on_both
def test_a_kill_at_any_statement_is_finished_at_the_next_opening(
    home: Home, tmp_path: Path, database: str, revision: str
) -> None:
    before, killed = rows_of(home), 0
    for number in killed_before(count(1), partial(opened, home)):
        killed = number
        assert kept(before, rows_of(home)) == before, number
        if database == "sqlite":  # what is left, with its write-ahead log, opens as it is
            left = Home(shutil.copytree(home.root, tmp_path / str(number)))
            opened(left)
            assert kept(before, rows_of(left)) == before, number
            shutil.rmtree(left.root)
    assert (killed > 5) == (revision != SUBSCRIBERS.head)
    assert kept(before, rows_of(home)) == before
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as store:
        assert len(store.mailings()) == 2


def opened(home: Home) -> None:
    with open_subscribers(subscribers_at(home, load_settings(home.settings))):
        pass
