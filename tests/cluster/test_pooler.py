"""A pooler that shares sessions between transactions, asked with a real one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from cluster import PASSWORD
from free_ports import free_port
from msnewsletter.cluster.pooler import refuse_transaction_pooler
from msnewsletter.errors import StoreError
from msnewsletter.settings import load_settings
from msnewsletter.store.location import ADDRESS
from msnewsletter.store.subscribers import subscribers_at
from worker_queues import postgresql_home

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cluster import Cluster

PROGRAM = "/usr/sbin/pgbouncer"
pytestmark = pytest.mark.skipif(
    not os.access(PROGRAM, os.X_OK) and os.getuid() != 0,
    reason="needs pgbouncer; tools/setup-judges.sh installs it as root on Debian",
)


@contextmanager
def pgbouncer(postgresql: Cluster, mode: str) -> Iterator[str]:
    """A running pgbouncer in front of the database; yields the address to use."""
    port = free_port()
    # It refuses to run as root, and its user may not look into a test's folder.
    folder = Path(tempfile.mkdtemp(prefix="pooler", dir=postgresql.folder))
    (folder / "users").write_text(f'"news" "{PASSWORD}"\n')
    (folder / "settings").write_text(
        f"[databases]\nnews = host=127.0.0.1 port={postgresql.port} dbname=news\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = plain\nauth_file = {folder}/users\npool_mode = {mode}\n"
        "ignore_startup_parameters = options,extra_float_digits\nlogfile = /dev/null\n"
    )
    for one in (folder, folder / "users", folder / "settings"):
        shutil.chown(one, postgresql.user)
    started = subprocess.Popen(
        [PROGRAM, folder / "settings"], **postgresql._as_user(), stderr=subprocess.PIPE
    )
    url = postgresql.url().replace(f":{postgresql.port}/", f":{port}/")
    try:
        assert started.stderr
        # It says so once it listens.
        while b"process up" not in (line := started.stderr.readline()):
            assert line, "pgbouncer did not start"
        yield url
    finally:
        started.terminate()
        started.wait()
        if started.stderr:
            started.stderr.close()


def probe(home_root: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ADDRESS, url)
    home = postgresql_home(home_root)
    location = subscribers_at(home, load_settings(home.settings))
    assert location.url
    refuse_transaction_pooler(location, location.url)


def test_one_in_transaction_mode_is_refused_with_what_to_do(
    postgresql: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        pgbouncer(postgresql, "transaction") as url,
        pytest.raises(StoreError, match="pooler in transaction mode") as caught,
    ):
        probe(tmp_path / "home", url, monkeypatch)
    line = str(caught.value)
    assert "pool_mode = session" in line
    assert "s3cret" not in line
    assert "\n" not in line


def test_one_in_session_mode_and_none_at_all_are_fine(
    postgresql: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pgbouncer(postgresql, "session") as url:
        probe(tmp_path / "home", url, monkeypatch)
    probe(tmp_path / "other", postgresql.url(), monkeypatch)


def test_where_nobody_answers_it_leaves_the_word_to_who_opens_the_database(
    postgresql: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = postgresql.url().replace(f":{postgresql.port}/", f":{free_port()}/")
    probe(tmp_path / "home", nowhere, monkeypatch)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(nowhere)
