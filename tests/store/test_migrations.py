"""From one schema to the next: what is converted, and what a migration that is killed leaves."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain, count
from typing import TYPE_CHECKING, Any

import alembic.command  # noqa: F401  (loaded once here, not in each fork)
import pytest
import sqlalchemy as sa

from databases import lose_database, on_both, rows
from homes import command
from made_homes import made_home
from msnewsletter.errors import StoreError
from msnewsletter.publisher.collect import collect_now
from msnewsletter.render.site.related import start_of
from msnewsletter.settings import load_settings
from msnewsletter.store import ClockMark, Notification, location_of, open_store
from msnewsletter.store.postgresql import engine_at
from msnewsletter.store.sqlite import create_sqlite
from msnewsletter.store.tables import NEWSLETTER
from statement_kills import killed_before

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

BEFORE = "0004"
# Whatever one statement left behind, the kill at a later one would find: of so many first ones each
# eighth is enough in `make test`. `make faults` has them all.
ALL = bool(os.environ.get("ALL_FAULTS"))
PASSED_OVER = 65


@pytest.fixture
def home(tmp_path: Path, database: str) -> Home:
    del database
    return made_home(tmp_path / "home", BEFORE)


def engine_of(home: Home) -> sa.Engine:
    """An engine on the home's database as it is, without a migration."""
    place = location_of(home, load_settings(home.settings))
    return engine_at(place, place.url) if place.url else create_sqlite(place.path)


def asked(home: Home, *statements: str, **values: object) -> list[tuple[Any, ...]]:
    """What the database answers to the last statement, as it is."""
    engine = engine_of(home)
    with engine.begin() as connection:
        for statement in statements:
            found = connection.execute(sa.text(statement), values)
        answer = [tuple(row) for row in found] if found.returns_rows else []
    engine.dispose()
    return answer


def contents(home: Home) -> dict[str, list[tuple[Any, ...]]]:
    """Every table's rows, sorted."""
    engine = engine_of(home)
    with engine.connect() as connection:
        found = {
            name: sorted(
                map(tuple, connection.execute(sa.select(sa.text("*")).select_from(sa.table(name)))),
                key=repr,
            )
            for name in sa.inspect(connection).get_table_names()
        }
    engine.dispose()
    return found


def opened(home: Home) -> None:
    with open_store(location_of(home, load_settings(home.settings))):
        pass


# ── what is converted ────────────────────────────────────────────────────────────────────────────


@on_both
def test_what_became_of_a_summary_is_no_longer_a_sentence(home: Home) -> None:
    opened(home)
    found = {
        key: (settled_as, reason)
        for key, settled_as, reason in rows(
            home, "SELECT key, settled_as, baseline_reason FROM summaries"
        )
    }
    start = "before the newsletter's start on 2026-10-20"
    assert found == {
        "sample-cmv-killer-t-cells": ("issue", None),
        "sample-hsv-cells": ("issue", None),
        "sample-il6-mice": ("issue", None),
        "sample-epstein-barr-and-ms": ("issue", None),
        "sample-optic-nerve-contrast": ("issue", None),
        "sample-exercise-fatigue": ("baseline", f"published 2026-10-06, {start}"),
        "sample-retroviruses-review": ("baseline", f"published 2026-10-18, {start}"),
        "sample-dated-far-ahead": (None, None),
        "sample-again-retroviruses-review": (None, None),
        "sample-fumarate-in-a-dish": (None, None),
    }
    with open_store(location_of(home, load_settings(home.settings))) as store:
        known = store.known(["sample-hsv-cells", "sample-exercise-fatigue"])
    assert {key: one.settled and one.settled.where for key, one in known.items()} == {
        "sample-hsv-cells": "in issue 1",
        "sample-exercise-fatigue": f"among those never mailed (published 2026-10-06, {start})",
    }


@on_both
def test_a_slot_knows_who_named_it(home: Home) -> None:
    opened(home)
    assert rows(home, "SELECT slot, named_by FROM slots ORDER BY instant") == [
        ("2026-11-16T08:00[Europe/Berlin]", "schedule"),
        ("2026-11-23T08:00[Europe/Berlin]", "schedule"),
        ("2026-11-30T08:00[Europe/Berlin]", "schedule"),
        ("2026-12-07T08:00[Europe/Berlin]", "schedule"),
        ("2026-12-14T08:00[Europe/Berlin]", "schedule"),
        ("2026-12-15T11:00:00+01:00", "person"),
        ("2026-12-21T08:00[Europe/Berlin]", "schedule"),
    ]


@on_both
def test_what_shared_a_table_of_marks_has_tables_of_its_own(home: Home) -> None:
    asked(home, "INSERT INTO marks (name, at) VALUES ('bringing out 0123456789abcdef', '2027')")
    opened(home)
    assert rows(home, "SELECT kind FROM clock_marks") == [("watched_since",)]
    assert rows(home, "SELECT token, at FROM release_claim") == [("0123456789abcdef", "2027")]
    assert rows(home, "SELECT kind, slot FROM notifications ORDER BY at") == [
        ("draft", "2026-11-16T08:00[Europe/Berlin]"),
        ("waits", "2026-12-07T08:00[Europe/Berlin]"),
        ("late", "2026-12-14T08:00[Europe/Berlin]"),
        ("draft", "2027-01-04T08:00[Europe/Berlin]"),
    ]
    with open_store(location_of(home, load_settings(home.settings))) as store:
        assert store.release_claim() == "0123456789abcdef"
        assert store.mark(ClockMark.WATCHED_SINCE)
        assert store.notified(Notification.DRAFT, "2027-01-04T08:00[Europe/Berlin]")
        assert store.notified(Notification.WAITS, "2027-01-04T08:00[Europe/Berlin]") is None


@on_both
def test_what_readers_see_of_an_edited_summary_is_kept_apart_from_its_source(home: Home) -> None:
    sources = dict(asked(home, "SELECT key, document FROM summaries"))
    waiting = dict(asked(home, "SELECT key, waiting FROM edits"))
    told = asked(home, "SELECT issue, key, note FROM told")
    opened(home)
    rows_now = asked(
        home, "SELECT key, document, differs, waiting, unannounced FROM post_send_edits"
    )
    assert {row[0]: bool(row[2]) for row in rows_now} == {
        key: bool(value) for key, value in waiting.items()
    }
    assert {key: document for key, document, *_ in rows_now} == {
        key: None if waiting[key] else sources[key] for key in waiting
    }
    # The site of an earlier version still has what was sent in its archive documents.
    assert {row[0]: bool(row[3]) for row in rows_now} == {
        key: not value for key, value in waiting.items()
    }
    assert [row[0] for row in rows_now if row[4]] == ["sample-optic-nerve-contrast"]
    found = asked(home, "SELECT issue, key, document FROM announced_corrections")
    assert [(number, key, json.loads(text)["note"]) for number, key, text in found] == told != []


@on_both
def test_cards_are_found_as_indexing_finds_them(home: Home) -> None:
    teasers = ["“Slow” walks  in Ängelholm’s park\nhelped people with MS to sleep …", "Short…"]
    ((issue, position, document),) = asked(
        home, "SELECT issue, position, document FROM entries ORDER BY issue, position LIMIT 1"
    )
    entry = json.loads(document)
    entry["summary"]["related"] = [{"date": "2026-11-01", "teaser": one} for one in teasers]
    asked(
        home,
        "UPDATE entries SET document = :new WHERE issue = :issue AND position = :position",
        new=json.dumps(entry),
        issue=issue,
        position=position,
    )
    opened(home)
    found = asked(home, "SELECT start, issue, position FROM card_starts")
    assert sorted(found) == sorted((start_of(one), issue, position) for one in teasers)


@on_both
def test_a_sent_summary_can_be_told_again_by_its_headline(home: Home) -> None:
    opened(home)
    with open_store(location_of(home, load_settings(home.settings))) as store:
        (sent,) = store.sent(["sample-il6-mice"]).values()
        other = replace(store.stored([sent.key])[sent.key], key="other", found="Else.", doi=None)
        assert list(store.same_study(other)) == [sent.key]


@on_both
def test_a_table_with_a_new_name_keeps_its_rows(home: Home) -> None:
    before = contents(home)
    opened(home)
    after = contents(home)
    for old, new in (
        ("tagged", "entry_tags"),
        ("leads", "headline_starts"),
    ):
        assert after[new] == before[old] != []
        assert old not in after
    assert {name: after[name] for name in ("issues", "entries", "files", "approvals", "tags")} == {
        name: before[name] for name in ("issues", "entries", "files", "approvals", "tags")
    }


@on_both
def test_a_database_filled_from_the_records_holds_the_same_state(home: Home) -> None:
    def state() -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        settled = (
            "SELECT key, settled_as, baseline_reason FROM summaries"
            " WHERE settled_as IS NOT NULL ORDER BY key"
        )
        # No record tells of a slot that was empty.
        taken = (
            'SELECT instant, slot, named_by, outcome, issue, "into" FROM slots'
            " WHERE outcome <> 'empty' ORDER BY instant"
        )
        return rows(home, settled), rows(home, taken)

    opened(home)
    before = state()
    lose_database(home)
    collect_now(home, at=datetime(2027, 1, 3, tzinfo=UTC))
    assert state() == before


# ── what is refused ──────────────────────────────────────────────────────────────────────────────


@on_both
def test_a_database_of_a_newer_version_is_refused_in_one_line(home: Home) -> None:
    opened(home)
    asked(home, "UPDATE alembic_version SET version_num = '9999'")
    before = contents(home)
    for verb in ("status", "publish", "collect"):
        done = command(home, verb)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "written by a newer msnewsletter (revision 9999); update msnewsletter" in done.stderr
    assert contents(home) == before


@on_both
def test_a_mark_that_nobody_knows_stops_the_migration_and_nothing_is_changed(home: Home) -> None:
    asked(home, "INSERT INTO marks (name, at) VALUES ('from elsewhere', '2027')")
    before = contents(home)
    with pytest.raises(StoreError, match="an unknown mark: 'from elsewhere'"):
        opened(home)
    assert contents(home) == before


# ── killed ───────────────────────────────────────────────────────────────────────────────────────


@on_both
def test_a_migration_killed_at_any_statement_is_finished_at_the_next_opening(
    home: Home, tmp_path: Path, database: str
) -> None:
    before = contents(home)
    killed = 0
    many = () if ALL else range(1, PASSED_OVER, 8)
    numbers = chain(many, count(PASSED_OVER if many else 1))
    for number in killed_before(numbers, partial(opened, home)):
        assert contents(home) == before, number
        killed = number
        if database == "sqlite":  # what is left, with its write-ahead log, opens as it is
            left = shutil.copytree(home.root, tmp_path / str(number))
            opened(type(home)(left))
            assert asked(type(home)(left), "SELECT version_num FROM alembic_version") == [
                (NEWSLETTER.head,)
            ]
            shutil.rmtree(left)
    assert killed > 30
    assert asked(home, "SELECT version_num FROM alembic_version") == [(NEWSLETTER.head,)]
    with open_store(location_of(home, load_settings(home.settings))) as store:
        assert [one.entry.summary.key for one in store.unannounced()] == [
            "sample-optic-nerve-contrast"
        ]
