"""The location of a newsletter's database: a file of its home, or an address in the environment.

Owns its name in messages: host and name, never user or password. Connects to nothing.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from msnewsletter.errors import SettingsError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.store.tables import NEWSLETTER

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings
    from msnewsletter.store.table_set import TableSet

ADDRESS = "MSNEWSLETTER_DATABASE_URL"
_EXAMPLE = "postgresql://USER:PASSWORD@HOST/DATABASE"
_DRIVER = "postgresql+psycopg"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseLocation:
    """Where a database is.

    Attributes:
        shown: its name in messages.
        path: of a SQLite file.
        url: of a PostgreSQL database; without either it is one in memory.
        newsletter: the newsletter's id; its locks are named by it.
        tables: the kind of database that it is.
        lasting: whether a SQLite file outlives its process: what is written must survive then.
    """

    shown: str
    path: Path | None = None
    url: URL | None = field(default=None, repr=False)
    newsletter: str = ""
    tables: TableSet = NEWSLETTER
    lasting: bool = True

    @property
    def shared(self) -> bool:
        """Whether other machines, with homes of their own, may work on it too."""
        return self.url is not None

    def lock_key(self, name: str) -> int:
        """The number of an advisory lock: a signed 64-bit integer, as PostgreSQL requires."""
        digest = hashlib.sha256(f"msnewsletter {name} {self.newsletter}".encode()).digest()
        return int.from_bytes(digest[:8], signed=True)


def location_of(home: Home, settings: Settings) -> DatabaseLocation:
    """The database of a home; raises SettingsError where the environment has no address."""
    about = settings.newsletter
    if about.database == "sqlite":
        return DatabaseLocation(
            shown=home.display_path(home.database), path=home.database, newsletter=about.id
        )
    text = os.environ.get(ADDRESS, "")
    if not text:
        raise SettingsError(
            SETTINGS_NAME,
            f'database = "postgresql", but {ADDRESS} is not set',
            f"set it in the environment of every msnewsletter of this home: {_EXAMPLE}",
        )
    url = _url(text, ADDRESS)
    return DatabaseLocation(shown=_shown(url), url=url, newsletter=about.id)


def target_of_copy(settings: Settings, *, named: str | None) -> DatabaseLocation:
    """The PostgreSQL database that a newsletter is to be copied into; raises SettingsError.

    named: its address as a command has it, where every process of the machine can read it; None:
    it is in the environment.
    """
    text = named if named is not None else os.environ.get(ADDRESS, "")
    if not text:
        remedy = f"set it in the environment, or name the database with --to: {_EXAMPLE}"
        raise SettingsError(ADDRESS, "it is not set, so nobody knows where to copy to", remedy)
    url = _url(text, ADDRESS if named is None else "--to")
    if named is not None and (url.password is not None or "password" in url.query):
        problem = "it holds a password, which everybody on this machine can read there"
        raise SettingsError("--to", problem, f"put the whole address into {ADDRESS} instead")
    return DatabaseLocation(shown=_shown(url), url=url, newsletter=settings.newsletter.id)


def _url(text: str, place: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    # Whatever is wrong with it, it may hold a password: nothing of it is repeated.
    if url is None or url.drivername not in {"postgresql", "postgres", _DRIVER}:
        raise SettingsError(place, "it is no address of a PostgreSQL database", _write_it())
    if "@" in f"{url.host}{url.database}":  # part of a password that is not encoded
        raise SettingsError(place, "it holds more than one @", _write_it())
    if not url.database:
        raise SettingsError(place, "it names no database", _write_it())
    return url.set(drivername=_DRIVER)


def _write_it() -> str:
    return f"write it as {_EXAMPLE}, and percent-encode special characters"


def _shown(url: URL) -> str:
    socket = url.query.get("host", "localhost")
    host = url.host or (socket if isinstance(socket, str) else ",".join(socket))
    port = f":{url.port}" if url.port else ""
    return f"PostgreSQL {host}{port}/{url.database}"
