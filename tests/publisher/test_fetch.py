"""Fetching: what a look brings is kept whatever happens, and no source costs another."""

from __future__ import annotations

import json
import os
import shutil
import signal
from dataclasses import replace
from datetime import timedelta
from time import process_time
from typing import TYPE_CHECKING

import pytest

from forks import child_of
from homes import AT, command, empty_home, write_summary
from made_kinds import MadeSources, article, failing, made_sources, with_sources
from msnewsletter.disk.lock import take_file_lock
from msnewsletter.errors import BusyError, RefusedError, SourceError
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.fetch import fetch
from msnewsletter.publisher.fetching import Fetching
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.reset_mark import archive_of, mark_reset
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.source_look import SourceLook
from msnewsletter.publisher.source_memory import (
    health_path,
    index_path,
    read_health,
    read_memory,
)
from msnewsletter.settings import load_settings
from msnewsletter.sources.fetch.client import FetchError
from msnewsletter.sources.fetch.finds import Remark, Remembered, Unchanged
from msnewsletter.sources.fetched_file import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.source_look import LookResult
    from msnewsletter.sources.fetch.finds import Find
    from msnewsletter.sources.fetch.known_source import KnownSource

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> MadeSources:
    return made_sources(monkeypatch)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return with_sources(empty_home(tmp_path / "home"), "news", "site")


def looked(home: Home, at: datetime = AT, *, forced: bool = True) -> dict[str, LookResult]:
    return {one.source: one for one in fetch(home, now=lambda: at, forced=forced)}


def collected(home: Home, at: datetime = AT) -> list[str]:
    """The headlines of what comes from fetched sources, as collecting reads it."""
    headlines = (summary.headline for summary, _ in collect_now(home, at=at).read)
    return sorted(one for one in headlines if "number" in one)


def articles(*numbers: int) -> list[Find]:
    return [article(number) for number in numbers]


def test_a_hint_that_stays_keeps_its_origin_so_that_nothing_is_written_twice(
    home: Home, made: MadeSources
) -> None:
    hint = {"published": "the sitemap's lastmod"}
    first = replace(article(1), weak=("published",), origins=hint)
    made.says["site"] = lambda _: [first]
    assert looked(home)["site"].came == 1
    # The sitemap did not change, so it says nothing of the page now.
    made.says["site"] = lambda _: [replace(article(1, published=None), weak=("published",))]
    assert looked(home, AT + HOUR)["site"].came == 0


def test_what_sources_say_is_collected_and_a_source_that_fails_costs_no_other(
    home: Home, made: MadeSources
) -> None:
    error = SourceError("https://news.example/feed", "answers 503", "it is tried again")
    made.says = {"news": failing(error, article(1)), "site": lambda _: articles(2, 3)}
    done = looked(home)
    assert (done["site"].came, done["site"].failure) == (2, None)
    assert str(done["news"].failure) == "https://news.example/feed: answers 503; it is tried again"
    assert done["news"].came == 1, "what it said before it failed is kept"
    assert collected(home) == [f"What we know of number {number}." for number in (1, 2, 3)]


def test_a_bug_in_a_kind_is_the_failure_of_its_source_alone(home: Home, made: MadeSources) -> None:
    made.says = {"news": lambda _: [1 // 0], "site": lambda _: articles(2)}  # type: ignore[list-item]
    done = looked(home)
    assert "news: a bug: ZeroDivisionError: " in str(done["news"].failure)
    assert done["site"].failure is None


def test_a_failing_source_says_so_once_and_again_when_it_works(
    home: Home, made: MadeSources
) -> None:
    made.says["news"] = failing(SourceError("news", "is down", "wait"))
    assert looked(home)["news"].fails_newly
    assert not looked(home, AT + HOUR)["news"].fails_newly
    health = read_health(home, "news")
    assert health is not None
    assert (health.failing_since, health.failures, health.succeeded) == (AT, 2, None)
    made.says["news"] = lambda _: ()
    assert looked(home, AT + 2 * HOUR)["news"].works_again
    assert not looked(home, AT + 3 * HOUR)["news"].works_again


def test_a_pause_that_a_server_asks_for_is_kept_over_runs_even_when_a_person_asks(
    home: Home, made: MadeSources
) -> None:
    made.says["news"] = failing(FetchError("news", "answers 429", "wait", retry_after=2 * HOUR))
    looked(home)
    made.looks.clear()
    assert looked(home, AT + HOUR)["news"].rests_until == AT + 2 * HOUR
    assert made.looks == ["site"]
    made.says["news"] = lambda _: articles(1)
    assert looked(home, AT + 2 * HOUR)["news"].came == 1
    health = read_health(home, "news")
    assert health is not None
    assert health.not_before is None


def test_unforced_a_source_is_asked_in_its_rhythm_and_after_growing_pauses(
    home: Home, made: MadeSources
) -> None:
    made.says["news"] = failing(SourceError("news", "is down", "wait"))
    asked = []
    for minute in range(130):
        made.looks.clear()
        fetch(home, now=lambda at=AT + timedelta(minutes=minute): at)  # type: ignore[misc]
        asked += [(name, minute) for name in made.looks]
    assert [minute for name, minute in asked if name == "site"] == [0, 60, 120]
    assert [minute for name, minute in asked if name == "news"] == [0, 1, 3, 7, 15, 31, 63, 127]


# ── crashes ──────────────────────────────────────────────────────────────────────────────────


def killed_at(home: Home, made: MadeSources, number: int) -> None:
    """A look of another process, killed when the source is about to say so many things."""

    def dies(_: KnownSource) -> Iterator[Find]:
        for count, find in enumerate([*articles(*range(120)), Remembered(url="u", etag="e")]):
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)
            yield find

    made.says["site"] = dies
    _, status = os.waitpid(child_of(lambda: looked(home)), 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL


@pytest.mark.parametrize("number", [0, 1, 2, 50, 51, 52, 60, 119, 120])
def test_killed_at_any_find_nothing_is_lost_and_nothing_doubled(
    home: Home, made: MadeSources, number: int
) -> None:
    killed_at(home, made, number)
    memory = read_memory(home, "site")
    assert memory is not None
    assert memory.health.added == AT
    assert memory.documents == {}, "what spares a request is kept after what it brought"
    # All that was kept is collected, or comes again.
    collect_now(home, at=AT)
    seen: list[int] = []

    def says(known: KnownSource) -> Iterable[Find]:
        seen.append(len(known.summaries))
        return [*articles(*range(120)), Remembered(url="u", etag="e")]

    made.says["site"] = says
    looked(home, AT + HOUR)
    assert seen[0] >= number // 70 * 50, "the index was written on the way"
    again = read_memory(home, "site")
    assert again is not None
    assert len(again.summaries) == 120
    # What was met before the crash was first seen then.
    first = [one.first_seen for one in again.summaries.values()]
    assert first.count(AT) == number
    assert all(one.first_look for one in again.summaries.values()), "still the first look"
    assert len(collect_now(home, at=AT + HOUR).listed) == 120


def test_a_first_look_in_parts_mails_no_archive(home: Home, made: MadeSources) -> None:
    """`most` new ones come at a look: what comes later of the first is as old as what came."""
    with_sources(home, "site", more="most = 10")
    write_summary(home, "a")
    publish(home, at=AT - DAY)

    def some(known: KnownSource) -> Iterable[Find]:
        new = [n for n in range(25) if f"site.example/{n}" not in known.summaries]
        return [article(n, published=None) for n in new[:10]]

    made.says["site"] = some
    for hour in range(4):
        looked(home, AT + hour * HOUR)
    assert collected(home, AT + 4 * HOUR) == []
    made.says["site"] = lambda _: [article(99, published=None)]
    looked(home, AT + 5 * HOUR)
    assert collected(home, AT + 6 * HOUR) == ["What we know of number 99."]


UNDATED = [article(number, published=None) for number in range(3)]


@pytest.mark.parametrize(
    "first",
    [
        (),
        (Remark(says="the index has no link to a summary: has it changed?"),),
        (*UNDATED[:1], Remark(says="a sitemap answers 404", partial=True)),
    ],
)
def test_what_a_look_brings_after_one_that_saw_nothing_whole_is_of_unknown_age(
    home: Home, made: MadeSources, first: tuple[Find, ...]
) -> None:
    write_summary(home, "a")
    publish(home, at=AT - DAY)
    made.says["site"] = lambda _: first
    looked(home)
    made.says["site"] = lambda _: UNDATED
    looked(home, AT + DAY)
    assert collected(home, AT + DAY) == []
    made.says["site"] = lambda _: [*UNDATED, article(9, published=None)]
    looked(home, AT + 2 * DAY)
    assert collected(home, AT + 2 * DAY) == ["What we know of number 9."]


@pytest.mark.parametrize(
    "more", ['url = "https://site.example/all"', 'fields = { headline = "x" }']
)
def test_what_other_settings_bring_under_the_same_name_is_of_unknown_age(
    home: Home, made: MadeSources, more: str
) -> None:
    write_summary(home, "a")
    publish(home, at=AT - DAY)
    made.says["site"] = lambda _: [article(8, published=None)]
    looked(home)
    text = home.settings.read_text()
    url = 'url = "https://site.example/feed"'
    home.settings.write_text(text.replace(url, more if "url" in more else f"{url}\n{more}"))
    made.says["site"] = lambda _: UNDATED
    looked(home, AT + DAY)
    assert collected(home, AT + DAY) == []
    made.says["site"] = lambda _: [article(9, published=None)]
    looked(home, AT + 2 * DAY)
    assert collected(home, AT + 2 * DAY) == ["What we know of number 9."]


def test_settings_that_name_nothing_else_take_what_is_new(home: Home, made: MadeSources) -> None:
    write_summary(home, "a")
    publish(home, at=AT - DAY)
    made.says["site"] = lambda _: UNDATED
    looked(home)
    with_sources(home, "site", more='most = 7\npause = 2.0\nevery = "2 hours"')
    made.says["site"] = lambda _: [article(9, published=None)]
    looked(home, AT + DAY)
    assert collected(home, AT + DAY) == ["What we know of number 9."]


def test_a_look_that_is_stopped_goes_on_the_next_time(home: Home, made: MadeSources) -> None:
    fetching = Fetching(home, now=lambda: AT)
    closed = []

    def says(_: KnownSource) -> Iterator[Find]:
        try:
            yield article(1)
            fetching.stop()
            yield article(2)
            yield article(3)
        finally:
            closed.append(True)

    made.says["site"] = says
    settings = load_settings(home.settings)
    fetching.start(settings.fetched[1:], settings, running=False)
    assert fetching.ended(within=None) == (), "who waits hears of the stop at once"
    fetching.leave()
    health = read_health(home, "site")
    assert health is not None
    assert (health.begun, health.tried, health.failing_since) == (AT, None, None)
    memory = read_memory(home, "site")
    assert memory is not None
    assert len(memory.summaries) == 2, "the find at hand is kept"
    assert closed == [True], "what the kind had open is closed"
    assert take_file_lock(home, home.fetch_lock)[1], "the lock is free"


# ── disks ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", [health_path, index_path])
@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b'{"added": "soon"}'])
def test_a_damaged_file_of_the_memory_is_made_again(
    home: Home, made: MadeSources, path: object, data: bytes
) -> None:
    made.says["site"] = lambda _: articles(1, 2)
    looked(home)
    before = read_memory(home, "site")
    path(home, "site").write_bytes(data)  # type: ignore[operator]
    assert looked(home, AT + HOUR)["site"].failure is None
    after = read_memory(home, "site")
    assert before is not None
    assert after is not None
    assert after.summaries.keys() == before.summaries.keys()
    assert [one.first_seen for one in after.summaries.values()] == [AT, AT]


def test_where_nothing_can_be_remembered_nothing_is_asked(home: Home, made: MadeSources) -> None:
    home.var.mkdir(exist_ok=True)
    home.fetched.write_text("no folder")
    done = looked(home)
    assert str(done["site"].failure).startswith("var/sources")
    assert made.looks == []
    assert "Traceback" not in command(home, "collect").stderr
    home.fetched.unlink()
    assert looked(home)["site"].failure is None


def test_a_source_whose_folder_is_no_folder_costs_no_other(home: Home, made: MadeSources) -> None:
    home.fetched.mkdir(parents=True)
    (home.fetched / "news").write_text("no folder")
    made.says = dict.fromkeys(("news", "site"), lambda _: articles(1))
    done = looked(home)
    assert "var/sources/news" in str(done["news"].failure)
    assert done["site"].came == 1


def test_a_full_disk_is_one_line_of_each_source_and_nothing_is_lost(
    home: Home, made: MadeSources
) -> None:
    made.says["site"] = lambda _: [article(1, found="long " * 20_000), article(2)]
    done = command(home, "collect", preexec_fn=limit_files(50_000))
    assert "Source site: failed: " in done.stderr
    assert "the disk is full; make room and run again; nothing is lost" in done.stderr
    assert "failed: var/sources/site/items/" in done.stderr
    assert "Traceback" not in done.stderr
    assert looked(home, AT + HOUR)["site"].came == 2


def limit_files(size: int) -> object:
    import resource  # noqa: PLC0415  (of this alone)

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def test_what_the_files_said_that_are_gone_comes_again_under_its_key(
    home: Home, made: MadeSources
) -> None:
    made.says["site"] = lambda _: [*articles(1, 2), Remembered(url="u", etag="e")]
    looked(home)
    [first, _] = sorted((home.fetched / "site" / "items").iterdir())
    first.unlink()
    known: list[KnownSource] = []

    def says(now_known: KnownSource) -> Iterable[Find]:
        known.append(now_known)
        return articles(1, 2)

    made.says["site"] = says
    assert looked(home, AT + HOUR)["site"].came == 1
    assert known[0].documents == {}, "no answer may be 'not modified'"
    assert sorted(one.read is None for one in known[0].summaries.values()) == [False, True]
    assert first.exists()
    memory = read_memory(home, "site")
    assert memory is not None
    assert [one.first_seen for one in memory.summaries.values()] == [AT, AT]


# ── others at work, and settings that change ─────────────────────────────────────────────────


def test_two_processes_never_fetch_at_once(home: Home, made: MadeSources) -> None:
    handle, ours = take_file_lock(home, home.fetch_lock)
    assert ours
    with pytest.raises(BusyError, match="another msnewsletter fetches here"):
        fetch(home, now=lambda: AT)
    os.close(handle)
    fetch(home, now=lambda: AT)
    assert sorted(made.looks) == ["news", "site"]


def test_nothing_is_fetched_while_a_reset_is_under_way(home: Home, made: MadeSources) -> None:
    archive = archive_of(home, AT.date())
    archive.mkdir()
    mark_reset(home, archive)
    with pytest.raises(RefusedError):
        fetch(home, now=lambda: AT)
    assert made.looks == []


def test_a_renamed_source_takes_what_is_new_and_what_was_sent_and_its_old_files_stay(
    home: Home, made: MadeSources
) -> None:
    sent, pending = article(1, published=None), article(2, published=None)
    made.says = {"site": lambda _: [sent], "other": lambda _: [sent, pending]}
    looked(home)
    assert len(collected(home)) == 1
    write_summary(home, "a")
    publish(home, at=AT + HOUR)
    with_sources(home, "news", "other")
    looked(home, AT + DAY)
    assert collected(home, AT + DAY) == ["What we know of number 1."], (
        "what was not sent is older than the day it was added"
    )
    assert next_issue_preview(home, at=AT + DAY, by_hand=True).issue is None
    assert (home.fetched / "site" / "items").is_dir()
    doctor = command(home, "doctor").stdout
    assert "no source in newsletter.toml has the name of var/sources/site: that is not" in doctor


def test_a_source_of_another_kind_takes_no_archive_and_asks_for_all(
    home: Home, made: MadeSources
) -> None:
    made.says["site"] = lambda _: [*articles(1), Remembered(url="u", etag="e")]
    looked(home)
    path = health_path(home, "site")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"kind": "page"}))
    known: list[KnownSource] = []

    def says(now_known: KnownSource) -> Iterable[Find]:
        known.append(now_known)
        return [article(5, published=None)]

    made.says["site"] = says
    looked(home, AT + HOUR)
    assert known[0].documents == {}
    memory = read_memory(home, "site")
    assert memory is not None
    assert [one.first_look for one in memory.summaries.values()] == [True, True]


# ── many ─────────────────────────────────────────────────────────────────────────────────────


def test_a_look_costs_no_more_for_each_summary_the_more_are_known(
    home: Home, made: MadeSources
) -> None:
    """Of 8 times as many: far less than 64 times, what a square would cost."""
    times = []
    for count in (1_000, 8_000):
        shutil.rmtree(home.fetched, ignore_errors=True)
        made.says["site"] = lambda known: [Unchanged(identity=one) for one in known.summaries]
        fill(home, count)
        began = process_time()
        assert looked(home, AT + HOUR)["site"].failure is None
        times.append(process_time() - began)
    assert times[1] < 20 * times[0]


def fill(home: Home, count: int) -> None:
    """A source that has named so many: an index, and empty files in place of what it says."""
    from msnewsletter.publisher.source_memory import (  # noqa: PLC0415  (of this alone)
        IndexedSummary,
        SourceHealth,
        SourceMemory,
        write_health,
        write_index,
    )
    from msnewsletter.sources.fetched_file import file_of  # noqa: PLC0415

    health = SourceHealth(added=AT, running=False)
    summaries = {}
    for number in range(count):
        one = article(number)
        [identity] = one.identities
        summaries[identity] = IndexedSummary(
            identities=(identity,), address=one.address, first_seen=AT, looked=AT, digest="x"
        )
        path = file_of(home, "site", identity)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    write_health(home, "site", health)
    write_index(home, "site", SourceMemory(health=health, summaries=summaries))


def test_problems_of_most_summaries_that_were_read_well_begin_a_period(
    home: Home, made: MadeSources
) -> None:
    made.says["site"] = lambda _: articles(*range(6))
    looked(home)
    problem = Problem(says="no cautions found", remedy="correct select")
    spoilt = [replace(article(number), problem=problem) for number in range(6)]
    made.says["site"] = lambda _: [*spoilt[:2], *articles(2, 3, 4, 5)]
    looked(home, AT + HOUR)
    health = read_health(home, "site")
    assert health is not None
    assert health.spoilt == 0, "two of six may be two pages"
    made.says["site"] = lambda _: [*spoilt[:4], *articles(4, 5)]
    looked(home, AT + 2 * HOUR)
    looked(home, AT + 3 * HOUR)
    health = read_health(home, "site")
    assert health is not None
    assert (health.spoilt, health.spoilt_since) == (4, AT + 2 * HOUR)
    assert "the source site: since " in command(home, "doctor").stdout
    made.says["site"] = lambda _: articles(*range(6))
    looked(home, AT + 4 * HOUR)
    health = read_health(home, "site")
    assert health is not None
    assert (health.spoilt, health.spoilt_since) == (0, None)


def test_a_disk_that_may_only_be_read_is_one_line(tmp_path: Path) -> None:
    home = with_sources(empty_home(tmp_path / "home"), "site")
    home.var.mkdir()
    home.fetched.mkdir()
    home.fetched.chmod(0o555)
    done = command(home, "collect", anyone=True)
    home.fetched.chmod(0o755)
    assert "Source site: failed: var/sources/site: cannot be written (Permission denied)" in (
        done.stderr
    )
    assert done.returncode == 1


def test_a_look_that_cannot_even_begin_fails_alone_and_nobody_waits_for_it(
    home: Home, made: MadeSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    made.says["site"] = lambda _: [article(1)]
    monkeypatch.setattr(SourceLook, "_begin", begin)
    [done] = fetch(home, now=lambda: AT, names=["site"], forced=True)
    assert str(done.failure) == (
        "var/sources/site: cannot be read (Permission denied); check its permissions"
    )


def test_who_wrote_the_texts_of_a_source_is_set_and_may_change_and_a_text_says_it_better(
    tmp_path: Path, made: MadeSources
) -> None:
    home = with_sources(empty_home(tmp_path / "h"), "site", more='written_by = "people"')
    made.says["site"] = lambda _: [article(1), article(2, written_by="ai")]

    def written() -> dict[str, str]:
        with looking(home, at=AT) as session:
            found = session.store.pending()
        return {one.summary.key[-1]: str(one.summary.written_by) for one in found}

    looked(home)
    collected(home)
    assert written() == {"1": "people", "2": "ai"}
    made.says["site"] = lambda known: [Unchanged(identity=one) for one in known.summaries]
    with_sources(home, "site", more='written_by = "ai and people"')
    assert looked(home, AT + HOUR)["site"].came == 0
    collected(home, AT + HOUR)
    assert written() == {"1": "ai and people", "2": "ai"}
    with_sources(home, "site")
    looked(home, AT + 2 * HOUR)
    collected(home, AT + 2 * HOUR)
    assert written() == {"1": "None", "2": "ai"}


def test_a_first_look_that_brought_something_before_it_failed_is_said_with_its_remarks(
    home: Home, made: MadeSources
) -> None:
    fault = SourceError("site", "the program ended with exit code 3", "run it by hand")
    made.says["site"] = failing(fault, article(1), Remark(says="site:2 has no key, url or doi"))
    looked(home)
    health = read_health(home, "site")
    assert health is not None
    assert (health.came, health.remarks) == (1, ("site:2 has no key, url or doi",))
    said = command(home, "status").stdout
    assert "was never read to its end" in said
    assert "site:2 has no key" in said


def test_what_a_source_remarks_is_said_where_it_is_fetched(home: Home, made: MadeSources) -> None:
    made.says["site"] = lambda _: [article(1), Remark(says="its sitemap names more than is read")]
    assert looked(home)["site"].remarks == ("its sitemap names more than is read",)
