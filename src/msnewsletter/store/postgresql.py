"""PostgreSQL: the start of a session, its locks, and its errors in an editor's words.

Imports psycopg only by SQLAlchemy, when there is a PostgreSQL to talk to. Knows no table.
"""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DataError, DBAPIError

from msnewsletter.errors import SettingsError, StoreError
from msnewsletter.home import SETTINGS_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import URL, Table

    from msnewsletter.store.location import DatabaseLocation

# How long to wait for a lock that somebody else's transaction holds, as long as for SQLite's.
_PATIENCE_MS = 10_000
# For another machine to have made the tables of a new database.
_MIGRATION_PATIENCE_MS = 60_000
# For the server to notice that a killed publisher is gone.
_GRACE_MS = 2_000
# psycopg and SQLAlchemy leave these to libpq, which waits for ever (PostgreSQL 17, section 32.1.2).
_PATIENT = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "client_encoding": "utf8",
}
# What a session needs whatever the server's settings are (sections 19.3.2, 19.11.1 and 19.5.1);
# an address may say it otherwise, in its `options`.
_SESSION = {
    "lock_timeout": f"{_PATIENCE_MS}ms",
    # The clock's lock rests between two wakes, the publisher's while an issue is rendered.
    "idle_session_timeout": "0",
    # The server frees the locks of a machine that lost its power or its network within 20 seconds,
    # not in two hours; where an answer of its own is under way, by the last of these. Where what it
    # sends is lost and what it gets is not, one may follow the other: 40 seconds of the minute in
    # which the clock of another machine takes over.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "2",
    "tcp_user_timeout": "20s",
}
_HOLDER = """
    SELECT activity.application_name
    FROM pg_locks AS held JOIN pg_stat_activity AS activity USING (pid)
    WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 1
        AND (held.classid::bigint << 32) | held.objid::bigint = :key
        AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def engine_at(location: DatabaseLocation, url: URL) -> Engine:
    """An engine with one connection at most: whoever lost it has lost its locks as well."""
    try:
        engine = create_engine(
            url,
            isolation_level=location.tables.isolation,
            hide_parameters=location.tables.private,
            pool_size=1,
            max_overflow=0,
            connect_args={
                **{name: value for name, value in _PATIENT.items() if name not in url.query},
                "application_name": f"msnewsletter {os.getpid()} on {platform.node()}",
                **_schema(location, url),
            },
        )
    except ModuleNotFoundError:
        raise SettingsError(
            SETTINGS_NAME,
            'database = "postgresql" needs psycopg, which is not installed',
            "run pip install 'msnewsletter[postgres]'",
        ) from None
    event.listen(engine, "connect", lambda session, _: _prepare(session, location))
    return engine


def _schema(location: DatabaseLocation, url: URL) -> dict[str, str]:
    """The connection's options that make the schema of the tables the only one.

    After those of the address: what an option says last counts.
    """
    schema = location.tables.schema
    given = url.normalized_query.get("options", ())
    return {"options": " ".join([*given, f"-c search_path={schema}"])} if schema else {}


def _prepare(session: Any, location: DatabaseLocation) -> None:  # noqa: ANN401  (psycopg is not imported)
    encoding = session.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise StoreError(
            location.shown,
            f"its encoding is {encoding}, which cannot hold every text",
            "create it with: CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0",
        )
    with session.cursor() as cursor:
        for name, value in _SESSION.items():
            # An older server has not all of them. What the address sets comes from the client.
            cursor.execute(
                "SELECT set_config(name, %s, false) FROM pg_settings "
                "WHERE name = %s AND source <> 'client'",
                (value, name),
            )
        # A commit is on the disk before it returns: T1 and T2 must survive a power cut.
        cursor.execute(
            "SELECT set_config(name, 'on', false) FROM pg_settings "
            "WHERE name = 'synchronous_commit' AND setting = 'off'"
        )
    session.commit()


def wait_to_migrate(connection: Connection, location: DatabaseLocation) -> None:
    """Lock the tables' creation and migration until the transaction ends.

    The transaction must not see the moment at which it began to wait: READ COMMITTED.
    """
    _patience(connection, _MIGRATION_PATIENCE_MS)
    connection.execute(
        text("SELECT pg_advisory_xact_lock(:key)"), {"key": location.lock_key("migrate")}
    )
    _patience(connection, _PATIENCE_MS)


def take_lock(engine: Engine, location: DatabaseLocation, name: str) -> str | None:
    """Take a lock for as long as the engine's session lasts; returns None, or its holder.

    From then on the engine never connects again: a new session would work without the lock.
    Raises DBAPIError.
    """
    key = location.lock_key(name)
    with engine.connect() as connection:
        try:
            with connection.begin():
                _patience(connection, _GRACE_MS)
                connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": key})
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != "55P03":  # lock_not_available
                raise
            with connection.begin():
                found = connection.execute(text(_HOLDER), {"key": key}).scalar()
            return str(found or "msnewsletter").removeprefix("msnewsletter ")

    def refuse(*_: object) -> NoReturn:
        problem = "the connection was lost, and the lock with it"
        raise StoreError(location.shown, problem, "run again; nothing is lost")

    event.listen(engine, "do_connect", refuse)
    event.listen(engine, "close", lambda session, _: _let_go(session))
    return None


def _let_go(session: Any) -> None:  # noqa: ANN401  (psycopg is not imported)
    """Free the locks at once: the server notices the end of a session a moment later."""
    with suppress(Exception):
        session.rollback()
        session.execute("SELECT pg_advisory_unlock_all()")
        session.commit()


def copy_rows(connection: Connection, table: Table, rows: Iterable[Sequence[object]]) -> None:
    """Add rows, of all columns in their order, by COPY; raises DBAPIError.

    Many times as quick as INSERT (PostgreSQL 17, section 14.4.2).
    """
    driver: Any = connection.connection.driver_connection
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(column.name) for column in table.c)
    statement = f"COPY {quote(table.name)} ({columns}) FROM STDIN"
    dbapi = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except dbapi as error:
        raise DBAPIError.instance(
            statement,
            None,
            error,
            dbapi,
            hide_parameters=True,
            connection_invalidated=driver.closed,
            dialect=connection.dialect,
        ) from None


def _patience(connection: Connection, milliseconds: int) -> None:
    connection.execute(
        text("SELECT set_config('lock_timeout', :time, true)"), {"time": f"{milliseconds}ms"}
    )


_UNREACHABLE = "see that it runs and can be reached, and run again; nothing is lost"
# By SQLSTATE, whole or its class (PostgreSQL 17, appendix A): the problem and its remedy.
_MEANINGS = {
    "28": ("it refuses our user or password", "correct MSNEWSLETTER_DATABASE_URL"),
    "3D": ("the server has no such database", "create it: createdb --encoding UTF8 NAME"),
    "3F": ("our user may use no schema", "make our user the owner of the database"),
    "42501": ("our user lacks a right", "make our user the owner of the database"),
    "0A": ("it takes no changes", "name the primary server, not a standby"),
    "25": ("it takes no changes", "name the primary server, not a standby"),
    "40": ("somebody else changed the same thing", "run again; nothing is lost"),
    "53100": ("its disk is full", "make room and run again; nothing is lost"),
    "53300": ("it has no connection left", "raise its max_connections, or run again later"),
    "55P03": ("another program is using it", "run again when that has finished"),
    "57014": ("it took longer than statement_timeout allows", "raise that for our user"),
    "57": ("the server shuts down or starts", "run again when it is up; nothing is lost"),
    "58": ("the server cannot read or write its files", "look at its disk and its log"),
    "XX": ("it is broken", "look at the server's log; restore a backup, or rebuild from issues/"),
}
# A connection that fails has no SQLSTATE, only words; in English unless the server is set so.
_WORDS = {
    "password authentication failed": "28",
    "no password supplied": "28",
    "no pg_hba.conf entry": "28",
    'role "': "28",
    'database "': "3D",
    "remaining connection slots": "53300",
    "too many": "53300",
    "starting up": "57",
    "shutting down": "57",
}


def explain(error: DBAPIError) -> tuple[str, str]:
    """The problem and its remedy, without user, password or statement."""
    said: Any = error.orig
    state = said.sqlstate or next((code for word, code in _WORDS.items() if word in str(said)), "")
    for code in (state, state[:2]):
        if code in _MEANINGS:
            problem, remedy = _MEANINGS[code]
            first = said.diag.message_primary
            return (f"{problem} ({first})" if first else problem), remedy
    if isinstance(error, DataError) and not said.sqlstate:
        return (
            "it cannot hold a text with a NUL character",
            "remove that from the summary, and run again",
        )
    if error.connection_invalidated:
        return "the connection was lost", _UNREACHABLE
    if not said.sqlstate:
        return "the server cannot be reached", _UNREACHABLE
    return f"it refuses ({said.diag.message_primary})", "look at the server's log"
