"""The register says of every summary that waits no more what the other tables say, at any time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, select

from databases import lose_database, on_both
from homes import AT, empty_home, write_summary
from made_homes import made_home
from msnewsletter.model import Status
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.takedown import lift_takedown, take_down
from msnewsletter.search_words import words_in
from msnewsletter.settings import load_settings
from msnewsletter.store import location_of, open_store
from msnewsletter.store.register_queries import RegisterWish, enter
from msnewsletter.store.tables import register, summaries

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.store import Store

WEEK = timedelta(weeks=1)


@pytest.fixture
def home(tmp_path: Path, database: str) -> Home:
    del database
    home = empty_home(tmp_path, start="2026-11-10")
    write_summary(home, "walks", "2026-11-20", journal="Gångarter", doi="10.1000/walks")
    write_summary(home, "sleep", "2026-11-21", pmid="38012345")
    write_summary(home, "ancient", "2020-01-01")
    publish(home, at=AT)
    return home


def opened(home: Home) -> Store:
    return open_store(location_of(home, load_settings(home.settings)))


def entered(home: Home) -> list[tuple[Any, ...]]:
    """The rows of the register; they are the same when they are made anew."""
    ordered = select(register).order_by(register.c.key)
    with opened(home) as store, store._engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(ordered)]
        connection.execute(delete(register))
        enter(connection, list(connection.scalars(select(summaries.c.key))))
        anew = [tuple(row) for row in connection.execute(ordered)]
        connection.rollback()
    assert anew == found
    return found


def keys(home: Home, find: str = "", **wish: Any) -> list[str]:
    with opened(home) as store:
        return store.register_keys(RegisterWish(words=words_in(find), **wish), first=0, limit=9)


def edit(home: Home, key: str, **more: str) -> None:
    write_summary(home, key, "2026-11-20", **more)


@on_both
def test_what_an_issue_carried_is_found_by_any_of_its_parts(home: Home) -> None:
    entered(home)
    for typed in ("walks", "KNOW WALKS", "gangarter", "10.1000/WALKS", "summaries/walks.md"):
        assert keys(home, typed) == ["walks"]
    assert keys(home, "38012345") == ["sleep"]
    assert keys(home, "walks 38012345") == []
    assert keys(home) == ["sleep", "walks", "ancient"]


@on_both
def test_signs_that_mean_something_to_a_database_are_letters_like_others(home: Home) -> None:
    for typed in ("%", "_", "w%s", "w_lks", "\\", "'", '"; drop table register; --', "[a-z]"):
        assert keys(home, typed) == []


@on_both
def test_rows_are_chosen_and_counted_by_status_source_year_and_issue(home: Home) -> None:
    publish_correction(home)
    assert keys(home, statuses=frozenset({Status.WITHDRAWN})) == ["walks"]
    assert keys(home, statuses=frozenset({Status.LIVE, None})) == ["sleep", "ancient"]
    assert keys(home, statuses=frozenset()) == []
    assert keys(home, year="2020") == ["ancient"]
    assert keys(home, issue=1) == ["sleep", "walks"]
    assert keys(home, source="elsewhere") == []
    with opened(home) as store:
        groups = store.register_groups(RegisterWish())
    assert {(one.status, one.year): one.count for one in groups} == {
        (Status.LIVE, "2026"): 1,
        (Status.WITHDRAWN, "2026"): 1,
        (None, "2020"): 1,
    }


def publish_correction(home: Home) -> None:
    edit(home, "walks", status="withdrawn", note="We were wrong.", doi="10.1000/walks")
    publish(home, at=AT + WEEK)


@on_both
def test_it_follows_edits_corrections_takedowns_and_their_end(home: Home) -> None:
    edit(home, "walks", title="Running anew", doi="10.1000/other")
    collect_now(home, at=AT + timedelta(hours=1))
    entered(home)
    assert keys(home, "running anew") == keys(home, "10.1000/walks") == ["walks"]
    publish_correction(home)
    entered(home)
    take_down(home, "sleep", reason="a court said so", at=AT + 2 * WEEK)
    entered(home)
    assert keys(home, "know of") == ["walks", "ancient"]
    assert keys(home, statuses=frozenset({Status.TAKEN_DOWN})) == ["sleep"]
    lift_takedown(home, "sleep", at=AT + 3 * WEEK)
    publish(home, at=AT + 4 * WEEK)
    entered(home)
    assert "sleep" in keys(home, "know of")


@on_both
def test_a_lost_database_gets_its_register_back_from_the_records(home: Home) -> None:
    publish_correction(home)
    before = entered(home)
    lose_database(home)
    collect_now(home, at=AT + 2 * WEEK)
    assert [row[:4] for row in entered(home)] == [row[:4] for row in before]


@on_both
@pytest.mark.parametrize("schema", ["0004", "0007"])
def test_an_older_database_gets_it_as_it_would_be_today(
    tmp_path: Path, database: str, schema: str
) -> None:
    del database
    home = made_home(tmp_path / "home", schema)
    found = entered(home)
    assert [row[0] for row in found if row[1]] == [
        "sample-cmv-killer-t-cells",
        "sample-epstein-barr-and-ms",
        "sample-hsv-cells",
        "sample-il6-mice",
        "sample-optic-nerve-contrast",
    ]
