"""No subscriber's address in a log or an error: every test looks, whatever it is about."""

from __future__ import annotations

import logging
import os
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg

from msnewsletter.store.location import ADDRESS

if TYPE_CHECKING:
    import subprocess

    from msnewsletter.home import Home

_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
# What operators ask for with these words is addresses.
_ASKED_FOR = frozenset({"subscribers"})


class NoAddresses(logging.Filter):
    """Fails where a record of the program's own logs holds a mail address."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a record pass that has none."""
        said = f"{record.getMessage()} {getattr(record, 'facts', '')}"
        found = _ADDRESS.search(said)
        assert found is None, f"a mail address in the log: {said}"
        return True


def watch_logs() -> None:
    """Look at each record of this process, and of those that are forked from it."""
    for name in ("msnewsletter", "msnewsletter.clock"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.INFO)
        logger.addFilter(NoAddresses())


def watch_command(
    home: Home, words: tuple[str, ...], done: subprocess.CompletedProcess[str]
) -> None:
    """Look at what a command on a home with subscribers has printed."""
    said = done.stderr if _ASKED_FOR & set(words) else done.stderr + done.stdout
    lowered = said.lower()
    for address in _addresses(home):
        assert address not in lowered, f"a subscriber's address in what {words} prints: {said}"


def _addresses(home: Home) -> set[str]:
    """The addresses of a home's subscribers, in lower case; none where nobody can read them."""
    rows = _in_file(home) + _in_postgresql()
    return {address.lower() for row in rows for address in row if address}


def _in_file(home: Home) -> list[tuple[str | None, ...]]:
    try:
        if not home.subscribers.stat().st_size:
            return []
        # One that is being written, or damaged on purpose, is not looked at.
        where = f"file:{home.subscribers}?mode=ro"
        with closing(sqlite3.connect(where, uri=True, timeout=1)) as connection:
            return connection.execute("SELECT typed, mailbox FROM subscribers").fetchall()
    except (OSError, sqlite3.Error):
        return []


def _in_postgresql() -> list[tuple[str | None, ...]]:
    if ADDRESS not in os.environ:
        return []
    try:
        with psycopg.connect(os.environ[ADDRESS], connect_timeout=1) as session:
            session.execute("SET lock_timeout = '1s'")
            query = "SELECT typed, mailbox FROM subscribers.subscribers"
            return session.execute(query).fetchall()
    except psycopg.Error:
        return []
