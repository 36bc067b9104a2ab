"""The clock fetches: in its rhythm, before a slot, never so that a slot is late for it."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from clock.clocks import at, entries, events, once, scheduled_home, slots
from homes import write_summary
from made_kinds import MadeSources, article, failing, made_sources, with_sources
from msnewsletter.clock import background_work
from msnewsletter.clock.loop import Clock
from msnewsletter.errors import SourceError
from msnewsletter.publisher.source_memory import read_health

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.sources.fetch.finds import Find
    from msnewsletter.sources.fetch.known_source import KnownSource

SLOT = datetime(2026, 11, 23, 7, tzinfo=UTC)  # Monday, 08:00 in Berlin
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DOWN = SourceError("https://news.example/feed", "does not answer", "it is tried again")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> MadeSources:
    return made_sources(monkeypatch)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return with_sources(scheduled_home(tmp_path), "news", "site")


def wake(home: Home, *moments: datetime) -> Clock:
    """A clock that stays, at its wakes; all looks of one have ended before the next."""
    now = [moments[0]]
    clock = Clock(home, now=lambda: now[0], every=30)
    for moment in moments:
        now[0] = moment
        clock.wake()
        for thread in threading.enumerate():
            if thread.name == "fetch":
                thread.join()
    return clock


def test_what_is_new_is_collected_at_once_and_goes_out_at_the_slot(
    home: Home, made: MadeSources
) -> None:
    assert events(once(home, SLOT - DAY)) == []
    made.says["site"] = lambda _: [article(1), article(2)]
    assert events(once(home, SLOT - HOUR)) == ["fetched", "collected"]
    assert events(once(home, SLOT - HOUR / 2)) == [], "quiet when nothing happened"
    made.says["site"] = lambda _: [article(1), article(2), article(3)]
    logged = once(home, SLOT)
    assert events(logged)[:2] == ["fetched", "published"], "what came since the last look is in it"
    assert entries(home) == {1: ["site.example/1", "site.example/2", "site.example/3"]}


def test_a_source_that_fails_is_logged_once_and_is_no_failure_of_the_clock(
    home: Home, made: MadeSources
) -> None:
    made.says["news"] = failing(DOWN)
    write_summary(home, "a")
    logged = once(home, SLOT - HOUR)
    [line] = [one for one in logged if one["event"] == "fetch failed"]
    assert line["level"] == "warning"
    assert line["source"] == "news"
    assert at(home, SLOT - HOUR, "run", "--once").code == 0
    made.says["news"] = failing(SourceError("news", "fails in another way", "wait"))
    assert "fetch failed" not in events(once(home, SLOT - HOUR / 2))
    assert "published" in events(once(home, SLOT))
    made.says["news"] = lambda _: ()
    logged = once(home, SLOT + 7 * HOUR)
    assert [one["source"] for one in logged if one["event"] == "works again"] == ["news"]


def test_a_slot_waits_for_slow_sources_no_longer_than_it_may(
    home: Home, made: MadeSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background_work, "_SLOT_SECONDS", 0.05)
    ends = threading.Event()

    def slow(_: KnownSource) -> Iterator[Find]:
        ends.wait()
        yield article(9)

    once(home, SLOT - DAY)
    made.says = {"news": slow}
    write_summary(home, "a")
    now = [SLOT]
    clock = Clock(home, now=lambda: now[0], every=30)
    clock.wake()
    assert entries(home) == {1: ["a"]}
    clock.wake()
    assert made.looks.count("news") == 1, "a look that is under way is not begun again"
    ends.set()
    for thread in [one for one in threading.enumerate() if one.name == "fetch"]:
        thread.join()
    now[0] = SLOT + HOUR / 60
    clock.wake()
    clock.leave()
    assert "What we know of number 9." in at(home, SLOT + HOUR, "status").said


def test_a_clock_that_is_told_to_end_waits_for_no_source(home: Home, made: MadeSources) -> None:
    ends, began = threading.Event(), threading.Event()

    def slow(_: KnownSource) -> Iterator[Find]:
        began.set()
        ends.wait()
        yield article(9)
        yield article(10)

    once(home, SLOT - DAY)
    made.says["news"] = slow
    clock = Clock(home, now=lambda: SLOT, every=30)
    waking = threading.Thread(target=clock.wake)
    waking.start()
    began.wait()
    clock.stop()
    waking.join()
    assert slots(home) == [], "nothing is begun any more"
    ends.set()
    clock.leave()
    health = read_health(home, "news")
    assert health is not None
    assert (health.begun, health.tried) == (SLOT, SLOT - DAY), (
        "it was stopped after the find at hand, and goes on next time"
    )


def test_each_slot_gets_one_look_more_also_at_what_was_looked_at_a_moment_before(
    home: Home, made: MadeSources
) -> None:
    minute = HOUR / 60
    made.says["news"] = failing(DOWN)
    wake(home, SLOT - minute, SLOT - minute / 2, SLOT, SLOT + minute / 2).leave()
    assert made.looks.count("site") == 2
    assert made.looks.count("news") == 2


def test_while_the_machine_s_clock_is_in_doubt_nothing_is_fetched(
    tmp_path: Path, made: MadeSources
) -> None:
    home = with_sources(scheduled_home(tmp_path, sandbox="false"), "site")
    write_summary(home, "a")
    once(home, SLOT - DAY)
    made.looks.clear()
    clock = Clock(home, now=lambda: SLOT + 400 * DAY, every=None)
    clock.wake()
    clock.leave()
    assert made.looks == []


def test_a_clock_that_waits_for_another_fetches_nothing(home: Home, made: MadeSources) -> None:
    first = wake(home, SLOT - DAY)
    made.looks.clear()
    second = wake(home, SLOT - HOUR)
    assert made.looks == []
    first.leave()
    second.leave()


def notified(home: Home) -> list[str]:
    path = home.root / "notices"
    return path.read_text().splitlines() if path.exists() else []


def test_editors_hear_once_of_each_period_in_which_a_source_fails_for_long(
    tmp_path: Path, made: MadeSources
) -> None:
    notify = "notify = \"sh -c 'echo $MSNEWSLETTER_EVENT $MSNEWSLETTER_SUBJECT >> notices'\""
    weekly = f'every = "week"\non = ["monday"]\nat = "08:00"\n{notify}'
    home = with_sources(scheduled_home(tmp_path, weekly), "news")
    start = SLOT - 5 * DAY
    once(home, start)
    made.says["news"] = failing(DOWN)
    for hours in (2, 10, 20, 25):
        once(home, start + hours * HOUR)
        assert notified(home) == [], "a source that fails for a while is nobody's business"
    for hours in (27, 34, 50):
        once(home, start + hours * HOUR)
        assert notified(home) == ["source a source fails"]
    assert "BAD  sources: the source news was last read" in at(home, SLOT - DAY, "doctor").said
    made.says["news"] = lambda _: ()
    once(home, start + 60 * HOUR)
    assert "ok   sources: the source news was last read" in at(home, SLOT - DAY, "doctor").said
    # A new period, and a slot in it: its issue lacks what the source has.
    made.says["news"] = failing(DOWN)
    once(home, SLOT - HOUR)
    assert len(notified(home)) == 1
    once(home, SLOT)
    once(home, SLOT + HOUR)
    assert notified(home) == ["source a source fails"] * 2
    said = at(home, SLOT + HOUR, "status").said
    assert "SOURCES: the source news was last read" in said
    assert "; the last issue went out without what is new there; it fails: https://news" in said


def test_a_source_that_was_never_read_is_a_trouble_at_once(home: Home, made: MadeSources) -> None:
    made.says["news"] = failing(DOWN)
    once(home, SLOT - HOUR)
    doctor = at(home, SLOT - HOUR, "doctor", "--json")
    [line] = [one for one in json.loads(doctor.said) if one["check"] == "sources"]
    assert line["says"] == f"the source news has never been read: {DOWN}"
