"""How sources do is known from what is remembered: nothing is asked for it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT, command, empty_home, write_summary
from made_kinds import MadeSources, article, failing, made_sources, with_sources
from msnewsletter.errors import SourceError
from msnewsletter.publisher.fetch import fetch
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.source_memory import health_path
from msnewsletter.publisher.source_states import left_sources, source_states
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.source_states import SourceState

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> MadeSources:
    return made_sources(monkeypatch)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return with_sources(empty_home(tmp_path / "home"), "site")


def state(home: Home, at: datetime) -> SourceState:
    [found] = source_states(home, load_settings(home.settings), at=at)
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
    found = state(home, AT)
    assert (found.known, found.taken, found.older, found.problems) == (3, 1, 2, 0)
    assert "  3 came last; 3 known, 2 older than its since\n" in (command(home, "status").stdout)


def test_a_source_is_stale_when_it_fails_or_nobody_looked_for_long(
    home: Home, made: MadeSources
) -> None:
    assert state(home, AT).stale_since is None, "it was never read"
    look(home, AT)
    assert state(home, AT + HOUR).stale_since is None
    assert state(home, AT + 2 * HOUR).stale_since == AT
    made.says["site"] = failing(SourceError("site", "is down", "wait"))
    look(home, AT + HOUR)
    assert state(home, AT + HOUR).stale_since == AT
    del made.says["site"]
    look(home, AT + 2 * HOUR)
    assert state(home, AT + 2 * HOUR).stale_since is None


@pytest.mark.usefixtures("made")
def test_a_damaged_state_is_said_and_a_source_without_settings_is_named(home: Home) -> None:
    look(home, AT)
    health_path(home, "site").write_bytes(b"{")
    assert state(home, AT).damaged
    assert "site has a damaged state.json; " in command(home, "doctor").stdout
    assert left_sources(home, load_settings(home.settings)) == ()
    with_sources(home, "other")
    assert left_sources(home, load_settings(home.settings)) == ("site",)
