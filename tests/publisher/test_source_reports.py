"""How sources do is known from what is remembered: nothing is asked for it."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT, command, empty_home, write_summary
from made_kinds import MadeSources, article, failing, made_sources, with_sources
from msnewsletter.errors import SourceError
from msnewsletter.publisher.fetch import fetch
from msnewsletter.publisher.fetched_files import fetched_files
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.source_memory import health_path, index_path
from msnewsletter.publisher.source_reports import left_sources, source_reports
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.source_reports import SourceReport

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> MadeSources:
    return made_sources(monkeypatch)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return with_sources(empty_home(tmp_path / "home"), "site")


def report(home: Home, at: datetime) -> SourceReport:
    [found] = source_reports(home, load_settings(home.settings), at=at)
    return found


def look(home: Home, at: datetime) -> None:
    fetch(home, now=lambda: at, forced=True)


def test_what_is_known_taken_and_older_than_since_is_counted(home: Home, made: MadeSources) -> None:
    write_summary(home, "a")
    publish(home, at=AT - DAY)
    made.says["site"] = lambda _: [
        article(1, published="2026-11-23"),
        article(2, published="2026-11-01"),
        article(3, published=None),
    ]
    look(home, AT)
    [counts] = fetched_files(home, load_settings(home.settings)).since
    assert (counts.known, counts.taken, counts.older, counts.problems) == (3, 1, 2, 0)
    assert "  3 came last; 3 known, 2 older than its since\n" in (command(home, "status").stdout)


def test_a_source_is_stale_when_it_fails_or_nobody_looked_for_long(
    home: Home, made: MadeSources
) -> None:
    assert report(home, AT).stale_since is None, "it was never read"
    look(home, AT)
    assert report(home, AT + HOUR).stale_since is None
    assert report(home, AT + 2 * HOUR).stale_since == AT
    made.says["site"] = failing(SourceError("site", "is down", "wait"))
    look(home, AT + HOUR)
    assert report(home, AT + HOUR).stale_since == AT
    del made.says["site"]
    look(home, AT + 2 * HOUR)
    assert report(home, AT + 2 * HOUR).stale_since is None


@pytest.mark.usefixtures("made")
def test_a_damaged_state_is_said_and_a_source_without_settings_is_named(home: Home) -> None:
    look(home, AT)
    health_path(home, "site").write_bytes(b"{")
    assert report(home, AT).damaged
    assert "site has a damaged state.json; " in command(home, "doctor").stdout
    assert left_sources(home, load_settings(home.settings)) == ()
    with_sources(home, "other")
    assert left_sources(home, load_settings(home.settings)) == ("site",)


def test_how_a_source_does_is_known_without_reading_what_it_said(
    home: Home, made: MadeSources
) -> None:
    made.says["site"] = lambda _: [article(1)]
    look(home, AT)
    index_path(home, "site").write_bytes(b"{")
    shutil.rmtree(home.fetched / "site" / "items")
    assert report(home, AT).read_sentence(UTC) == "was last read Mon 2026-11-23 07:00 (UTC)"
    assert "site was last read" in command(home, "check").stderr


def test_status_counts_what_is_collected(home: Home, made: MadeSources) -> None:
    made.says["site"] = lambda _: [article(1), article(2)]
    look(home, AT)
    gone, _ = sorted((home.fetched / "site" / "items").iterdir())
    gone.unlink()
    assert "  2 came last; 2 known\n" in command(home, "status").stdout
    [row] = json.loads(command(home, "status", "--json").stdout)["sources"]
    assert (row["known"], row["taken"]) == (2, 1)
