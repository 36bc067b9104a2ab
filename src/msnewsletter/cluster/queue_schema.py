"""Tables of procrastinate, beside the ledger: made, brought up to date, refused where unknown.

They lie in the schema of the subscribers' database. Which of procrastinate's migrations they have
had is a comment on one of them, for procrastinate itself does not note it; so is the form of the
jobs, by which workers of an older release know that they are.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
from procrastinate.schema import SchemaManager

from msnewsletter.errors import StoreError
from msnewsletter.publisher.delivering.seen_workers import JOB_FORM
from msnewsletter.store.postgresql import driver_error

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from msnewsletter.store.subscribers import SubscriberStore

_TABLE: Final = "procrastinate_jobs"
# The catalogue itself: to_regclass may go by what the session knew before it waited for the lock.
_ASKED: Final = (
    "SELECT obj_description(pg_class.oid, 'pg_class') FROM pg_class "
    "JOIN pg_namespace ON pg_namespace.oid = relnamespace "
    "WHERE relname = %s AND nspname = ANY (current_schemas(false))"
)
_NOTE: Final = re.compile(r"msnewsletter: jobs of form ([0-9]+), migrations up to (\S+)")


def prepare_queue(store: SubscriberStore) -> None:
    """Have procrastinate's tables be those of the release that is installed.

    Raises StoreError where they are a newer one's, or somebody else's.
    """
    names = _migrations()
    with store.transaction() as connection:
        if _found(connection, store.shown, names) == (JOB_FORM, names[-1]):
            return
    with store.alone() as connection:
        found = _found(connection, store.shown, names)
        if found is None:
            _run(connection, SchemaManager.get_schema())
        else:
            for name in names[names.index(found[1]) + 1 :]:
                _run(connection, _text(name))
        note = f"msnewsletter: jobs of form {JOB_FORM}, migrations up to {names[-1]}"
        connection.exec_driver_sql(f"COMMENT ON TABLE {_TABLE} IS '{note}'")


def refuse_newer_queue(connection: Connection, shown: str) -> None:
    """Raise StoreError where a newer release has taken the queue over since we began."""
    _found(connection, shown, _migrations())


def _found(connection: Connection, shown: str, names: list[str]) -> tuple[int, str] | None:
    """The form of its jobs and the last migration that the tables have had; None: no tables."""
    row = connection.exec_driver_sql(_ASKED, (_TABLE,)).first()
    if row is None:
        return None
    (note,) = row
    found = _NOTE.fullmatch(note or "")
    if not found:
        problem = "another program has made tables of procrastinate in its schema"
        raise StoreError(shown, problem, "let that program have a database of its own")
    form, name = int(found[1]), found[2]
    if form > JOB_FORM or name not in names:
        problem = "the queue of its workers is that of a newer msnewsletter"
        raise StoreError(shown, problem, "update msnewsletter here")
    return form, name


def _migrations() -> list[str]:
    """Procrastinate's migrations by name, oldest first; a release has all before it."""
    return sorted(one.name for one in _folder().iterdir() if one.name.endswith(".sql"))


def _text(name: str) -> str:
    return (_folder() / name).read_text("utf-8")


def _folder() -> Path:
    return Path(SchemaManager.get_migrations_path())


def _run(connection: Connection, script: str) -> None:
    """Run many statements at once, which only the driver itself does."""
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(script.encode())
    except psycopg.Error as error:
        raise driver_error(connection, error) from None
