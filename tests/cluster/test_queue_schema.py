"""procrastinate's tables: made once, beside the ledger, and refused where they are not ours."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from msnewsletter.cluster import queue_schema
from msnewsletter.cluster.queue_schema import prepare_queue
from msnewsletter.errors import StoreError
from patience import PATIENCE
from worker_queues import asked, postgresql_home, subscribers_of
from workers import until

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from sqlalchemy import Connection

    from cluster import Cluster


def tables(postgresql: Cluster, schema: str) -> set[str]:
    found = postgresql.ask(
        f"SELECT tablename FROM pg_tables WHERE schemaname = '{schema}'",  # noqa: S608
        "news",
    )
    return {name for (name,) in found if name.startswith("procrastinate")}


def test_its_tables_lie_beside_the_ledger_and_are_made_once(
    postgresql: Cluster, tmp_path: Path
) -> None:
    with subscribers_of(postgresql_home(tmp_path)) as store:
        prepare_queue(store)
        asked(postgresql, "INSERT INTO procrastinate_workers DEFAULT VALUES")
        prepare_queue(store)
    assert "procrastinate_jobs" in tables(postgresql, "subscribers")
    assert tables(postgresql, "public") == set()
    assert asked(postgresql, "SELECT count(*) FROM procrastinate_workers") == [(1,)]


def test_two_who_make_them_at_once_make_them_once(
    postgresql: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = postgresql_home(tmp_path)
    waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'advisory'"
    run = queue_schema._run
    with subscribers_of(home) as one, subscribers_of(home) as other, ThreadPoolExecutor() as pool:
        later: list[Future[None]] = []

        def run_while_another_waits(connection: Connection, script: str) -> None:
            assert later == []
            later.append(pool.submit(prepare_queue, other))
            until(lambda: postgresql.ask(waits) != [])
            run(connection, script)

        monkeypatch.setattr(queue_schema, "_run", run_while_another_waits)
        prepare_queue(one)
        (second,) = later
        second.result(PATIENCE)
    assert "procrastinate_jobs" in tables(postgresql, "subscribers")


def test_the_subscribers_database_opens_with_them(postgresql: Cluster, tmp_path: Path) -> None:
    home = postgresql_home(tmp_path)
    with subscribers_of(home) as store:
        prepare_queue(store)
    with subscribers_of(home) as store:
        assert store.mailings() == []
    assert tables(postgresql, "subscribers")


def test_tables_of_an_older_release_get_the_migrations_that_lack(
    postgresql: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = {
        "99.00.00_01_pre_one.sql": "CREATE TABLE one ()",
        "99.00.00_50_post.sql": "DROP TABLE one",
    }
    text, names = queue_schema._text, queue_schema._migrations
    with subscribers_of(postgresql_home(tmp_path)) as store:
        prepare_queue(store)
        monkeypatch.setattr(queue_schema, "_migrations", lambda: [*names(), *added])
        monkeypatch.setattr(queue_schema, "_text", lambda name: added.get(name) or text(name))
        prepare_queue(store)
        monkeypatch.undo()
        with pytest.raises(StoreError, match=r"that of a newer msnewsletter; update msnewsletter"):
            prepare_queue(store)
    assert asked(postgresql, "SELECT to_regclass('one')") == [(None,)]


def test_a_migration_that_fails_leaves_the_tables_as_they_were(
    postgresql: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = queue_schema._migrations
    with subscribers_of(postgresql_home(tmp_path)) as store:
        prepare_queue(store)
        monkeypatch.setattr(queue_schema, "_migrations", lambda: [*names(), "99"])
        monkeypatch.setattr(
            queue_schema, "_text", lambda _: "CREATE TABLE one (); SELECT * FROM two"
        )
        with pytest.raises(StoreError, match="two"):
            prepare_queue(store)
        monkeypatch.undo()
        prepare_queue(store)
    assert asked(postgresql, "SELECT to_regclass('one')") == [(None,)]


def test_tables_that_another_program_has_made_are_left_alone(
    postgresql: Cluster, tmp_path: Path
) -> None:
    with subscribers_of(postgresql_home(tmp_path)) as store:
        asked(postgresql, "CREATE TABLE procrastinate_jobs ()")
        with pytest.raises(StoreError, match="another program has made tables"):
            prepare_queue(store)
