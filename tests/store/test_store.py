"""The database's tables: new or migrated, they are those that the program uses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from databases import on_both, rows, stored
from homes import command, empty_home
from made_homes import HOMES, made_home
from msnewsletter import store
from msnewsletter.errors import StoreError
from msnewsletter.settings import load_settings
from msnewsletter.store import DatabaseLocation, location_of, open_store
from msnewsletter.store.database import explained
from msnewsletter.store.tables import NEWSLETTER, metadata

MIGRATIONS = Path(store.__file__).with_name("migrations")
# Of every released schema there is a home that was made with it.
SCHEMAS = sorted(folder.name for folder in HOMES.iterdir() if folder.is_dir())


@on_both
@pytest.mark.parametrize("made", ["new", *SCHEMAS])
def test_its_tables_are_those_that_the_program_uses(tmp_path: Path, made: str) -> None:
    if made == "new":
        home = empty_home(tmp_path)
        home.var.mkdir()
    else:
        home = made_home(tmp_path / "home", made)
    with (
        open_store(location_of(home, load_settings(home.settings))) as store,
        store._engine.connect() as connection,
    ):
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == NEWSLETTER.head


def test_the_migrations_are_one_line_that_ends_where_the_program_thinks() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert scripts.get_heads() == [NEWSLETTER.head]
    assert scripts.get_bases() == [NEWSLETTER.released[0]]


@on_both
def test_a_database_older_than_every_release_is_refused_in_one_line(tmp_path: Path) -> None:
    home = made_home(tmp_path / "home", NEWSLETTER.released[0])
    rows(home, "UPDATE alembic_version SET version_num = '0003'")
    for verb in ("status", "publish"):
        done = command(home, verb)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "never released (revision 0003); move it away" in done.stderr


def test_many_threads_may_open_new_databases_at_once(tmp_path: Path) -> None:
    def opened(number: int) -> bool:
        with open_store(
            DatabaseLocation(shown="one of four", path=tmp_path / f"{number % 4}.db")
        ) as store:
            return store.last_issue() is not None

    with ThreadPoolExecutor(8) as threads:
        assert not any(threads.map(opened, range(16)))


@pytest.mark.sqlite("of PostgreSQL's tables no newer copy is made to look at")
def test_who_only_looks_at_an_older_database_changes_no_byte_of_it(tmp_path: Path) -> None:
    home = made_home(tmp_path / "home", NEWSLETTER.released[0])
    place = location_of(home, load_settings(home.settings))
    before = stored(home)
    with open_store(place, create=False) as store:
        assert [one.entry.summary.key for one in store.unannounced()] == [
            "sample-optic-nerve-contrast"
        ]
    assert stored(home) == before
    with open_store(place):
        pass
    assert stored(home) != before


@on_both
def test_a_database_that_was_closed_is_not_opened_again_unseen(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    home.var.mkdir()
    with open_store(location_of(home, load_settings(home.settings))) as store:
        assert store.last_issue() is None
    with pytest.raises(RuntimeError, match="the database was closed"):
        store.last_issue()


def test_a_disk_that_is_full_in_the_midst_is_no_broken_database() -> None:
    engine = sa.create_engine("sqlite://")
    location = DatabaseLocation(shown="var/newsletter.db")

    def fill(connection: sa.Connection) -> None:
        with explained(location), connection.begin_nested():
            connection.exec_driver_sql("CREATE TABLE a (b TEXT)")
            connection.exec_driver_sql("PRAGMA max_page_count = 1")
            try:
                connection.exec_driver_sql("INSERT INTO a VALUES (zeroblob(1000000))")
            except sa.exc.OperationalError:
                # As SQLite itself ends it, and with it the savepoint that is to be undone.
                connection.exec_driver_sql("ROLLBACK")
                raise

    full = pytest.raises(StoreError, match="the disk is full; make room")
    with engine.connect() as connection, full:
        fill(connection)
    engine.dispose()
