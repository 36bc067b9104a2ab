"""A private PostgreSQL for tests: a cluster of its own, a database that each test finds empty."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from free_ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

# What must be seen nowhere; the percent signs are what a URL needs.
PASSWORD = "very s3cret: p@ss/word"  # noqa: S105
_IN_URL = "very%20s3cret%3A%20p%40ss%2Fword"
# Nothing here survives a power cut, and nothing here has to.
_QUICK = ("fsync=off", "full_page_writes=off", "autovacuum=off", "jit=off")
# Seconds; a crash waits so long for clients that are stopped in the midst of connecting.
_LOGIN_WITHIN = "authentication_timeout=10"

# Behind an address: a lost session is given up after seconds instead of a minute, on both sides.
SOON = (
    "?connect_timeout=2&tcp_user_timeout=2000"
    "&keepalives_idle=1&keepalives_interval=1&keepalives_count=1"
    "&options=-c%20tcp_keepalives_idle%3D1%20-c%20tcp_keepalives_interval%3D1"
    "%20-c%20tcp_keepalives_count%3D1%20-c%20tcp_user_timeout%3D2000"
)

# Whether there is anything in a database, or anybody; whose it is counts as well.
_USED = """
    SELECT EXISTS (
        SELECT FROM pg_namespace
        WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'public')
    ) OR EXISTS (
        SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace
    ) OR EXISTS (
        SELECT FROM pg_stat_activity WHERE usename = 'news'
    ) OR EXISTS (
        SELECT FROM pg_database
        WHERE datname = 'news' AND pg_get_userbyid(datdba) <> 'news'
    )
"""
# A hundred times as quick as another database.
_AS_NEW = """
    ALTER DATABASE news OWNER TO news;
    DROP SCHEMA IF EXISTS subscribers CASCADE;
    DROP SCHEMA public CASCADE;
    CREATE SCHEMA public AUTHORIZATION pg_database_owner;
    GRANT USAGE ON SCHEMA public TO PUBLIC
"""


def find_initdb() -> Path | None:
    """Where PostgreSQL's programs are; Debian has them out of the search path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1] if found else Path(on_path) if on_path else None


@dataclass
class Cluster:
    """A running server and its superuser."""

    folder: Path
    programs: Path
    user: str
    port: int
    address: str = "127.0.0.1"
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, or start it again."""
        settings = [f"port={self.port}", f"unix_socket_directories={self.folder}"]
        words = [self.programs / "postgres", "-D", self.folder / "data"]
        settings += [*_QUICK, _LOGIN_WITHIN]
        for setting in (*settings, f"listen_addresses={self.address}", "max_connections=40"):
            words += ["-c", setting]
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(words, stdout=log, stderr=log, **self._as_user())
        log.close()
        ready = [self.programs / "pg_isready", "-q", "-h", self.folder, "-p", str(self.port)]
        while subprocess.run(ready, check=False).returncode:
            assert self.process.poll() is None, (self.folder / "log").read_text()

    def stop(self, how: signal.Signals) -> None:
        """End it: SIGINT ends sessions too, SIGQUIT is a crash."""
        assert self.process
        self.process.send_signal(how)
        self.process.wait()

    def initialise(self) -> None:
        """Make its files. It sorts words as people do: no query may count on the order of bytes."""
        words = [self.programs / "initdb", "-D", self.folder / "data", "-U", self.user]
        words += ["--encoding=UTF8", "--locale-provider=icu", "--icu-locale=en", "--locale=C.UTF-8"]
        words += ["--no-sync", "--auth-local=trust", "--auth-host=scram-sha-256"]
        done = subprocess.run(words, capture_output=True, check=False, **self._as_user())
        assert done.returncode == 0, done.stderr.decode()
        with (self.folder / "data" / "pg_hba.conf").open("a") as allowed:
            allowed.write("host all all samenet scram-sha-256\n")

    def ask(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Ask the server as its superuser."""
        with psycopg.connect(
            host=str(self.folder), port=self.port, user=self.user, dbname=database, autocommit=True
        ) as session:
            cursor = session.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def empty(self) -> None:
        """Make the database `news` as if it were new, where a test used it."""
        if self.ask(_USED, "news") == [(True,)]:
            self.end_sessions()
            self.ask(_AS_NEW, "news")

    def end_sessions(self) -> None:
        """Cut all connections of the program, as a network does that breaks down."""
        self.ask(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'news'"
        )

    def url(self, database: str = "news", *, password: str = _IN_URL) -> str:
        """How the program reaches it."""
        return f"postgresql://news:{password}@{self.address}:{self.port}/{database}"

    def reached(self) -> list[str]:
        """How PostgreSQL's own programs reach it as its superuser."""
        return [f"--host={self.folder}", f"--port={self.port}", f"--username={self.user}"]

    def _as_user(self) -> dict[str, Any]:
        # PostgreSQL refuses to run as root.
        return {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "cwd": self.folder}


def running(programs: Path, address: str = "127.0.0.1") -> Iterator[Cluster]:
    """A cluster that listens at an address, until the generator is closed."""
    user = _nobody_special()
    with tempfile.TemporaryDirectory(prefix="msn") as made:
        folder = Path(made)
        shutil.chown(folder, user)
        cluster = Cluster(
            folder=folder, programs=programs, user=user, port=free_port(), address=address
        )
        cluster.initialise()
        cluster.start()
        cluster.ask(f"CREATE ROLE news LOGIN PASSWORD '{PASSWORD}'")
        cluster.ask("CREATE DATABASE news OWNER news")
        try:
            yield cluster
        finally:
            assert cluster.process
            cluster.stop(signal.SIGQUIT)


def _nobody_special() -> str:
    if os.getuid():
        return getpass.getuser()
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
