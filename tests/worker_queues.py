"""What tests of the queue share: a subscribers' database, its jobs, and workers that are gone."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from homes import empty_home
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import SubscriberStore, open_subscribers, subscribers_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cluster import Cluster
    from msnewsletter.home import Home


def postgresql_home(root: Path) -> Home:
    """A home on the test's PostgreSQL."""
    return empty_home(root)


@contextmanager
def subscribers_of(home: Home) -> Iterator[SubscriberStore]:
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as store:
        yield store


def asked(postgresql: Cluster, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """What the server answers, in the schema of the subscribers; %s stands for each value."""
    with psycopg.connect(
        postgresql.url(), options="-c search_path=subscribers", autocommit=True
    ) as session:
        cursor = session.execute(statement.encode(), values or None)
        return cursor.fetchall() if cursor.description else []


def jobs(postgresql: Cluster) -> list[tuple[str, str, dict[str, Any]]]:
    """All jobs: queue, status, arguments."""
    return [
        (queue, status, args)
        for queue, status, args in asked(
            postgresql,
            "SELECT queue_name, status::text, args FROM procrastinate_jobs ORDER BY id",
        )
    ]
