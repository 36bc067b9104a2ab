"""`collect` and `publish` fetch first, with a line a source; who looks asks nobody."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from homes import command, empty_home, write_summary
from made_kinds import MadeSources, article, failing, made_sources, with_sources
from msnewsletter.cli import fetching
from msnewsletter.disk.lock import take_file_lock
from msnewsletter.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.sources.fetch.finds import Find
    from msnewsletter.sources.fetch.known_source import KnownSource

DOWN = SourceError("https://news.example/feed", "does not answer", "it is tried again")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> MadeSources:
    found = made_sources(monkeypatch)
    found.says = {"news": failing(DOWN), "site": lambda _: [article(1), article(2)]}
    return found


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return with_sources(empty_home(tmp_path / "home"), "news", "site")


def asked(home: Home) -> set[str]:
    """The sources that some process has begun to ask."""
    return {path.parent.name for path in home.fetched.glob("*/state.json")}


@pytest.mark.usefixtures("made")
def test_collect_says_a_line_a_source_and_goes_on_without_one_that_fails(home: Home) -> None:
    done = command(home, "collect")
    assert done.returncode == 0
    assert f"Source news: failed: {DOWN}\n" in done.stderr
    assert done.stdout == (
        "Source site: 2 new or changed summaries\n"
        "2 new or changed summaries; in all 2 fetched summaries.\n"
    )
    write_summary(home, "a")
    again = command(home, "collect", "--no-fetch")
    assert again.stdout == ("1 new or changed summary; in all 1 file and 2 fetched summaries.\n"), (
        "what was read again and says the same is not new"
    )


def test_what_is_new_at_a_source_and_overridden_by_a_file_is_said_in_both_lines(
    home: Home, made: MadeSources
) -> None:
    command(home, "collect", "--source", "site")
    mine = write_summary(home, "mine")
    mine.write_text(mine.read_text().replace("key: mine", "key: site.example/1"))
    os.utime(mine, (mine.stat().st_mtime - 60,) * 2)  # the note compares whole seconds
    command(home, "collect", "--no-fetch")
    made.says["site"] = lambda _: [article(1, found="It was small after all."), article(2)]
    done = command(home, "collect", "--source", "site")
    assert done.stdout == (
        "Source site: 1 new or changed summary\n"
        "0 new or changed summaries; in all 2 fetched summaries "
        "(1 of them overridden by a file, which counts though 1 is newer at its source).\n"
    )
    assert "“Keep this file as it is” there, or save the file again" in done.stderr
    mine.touch()
    again = command(home, "collect", "--source", "site").stdout
    assert again.endswith("in all 2 fetched summaries (1 of them overridden by a file).\n")


@pytest.mark.usefixtures("made")
def test_a_file_that_overrides_a_fetched_summary_is_not_counted_beside_it(home: Home) -> None:
    command(home, "collect", "--source", "site")
    mine = write_summary(home, "mine")
    mine.write_text(mine.read_text().replace("key: mine", "key: site.example/1"))
    line = (
        "1 new or changed summary; in all 2 fetched summaries (1 of them overridden by a file).\n"
    )
    assert command(home, "collect", "--no-fetch").stdout == line
    unchanged = command(home, "collect", "--no-fetch").stdout
    assert unchanged == line.replace("1 new or changed summary", "0 new or changed summaries")
    write_summary(home, "other")
    assert (
        "in all 1 file and 2 fetched summaries (1 of"
        in command(home, "collect", "--no-fetch").stdout
    )
    texts = ("headline", "found", "why_it_matters", "cautions")
    both = [{"key": f"site.example/{one}"} | dict.fromkeys(texts, f"It is {one}.") for one in "12"]
    mine.with_suffix(".json").write_text(json.dumps(both))
    mine.unlink()
    said = command(home, "collect", "--no-fetch").stdout
    assert "in all 1 file and 2 fetched summaries (2 of them overridden by a file)" in said


def test_collect_fails_where_every_source_that_it_asked_failed(
    home: Home, made: MadeSources
) -> None:
    failed = command(home, "collect", "--source", "news")
    assert failed.returncode == 1
    assert (
        "collect: none of the sources that were asked could be read; what was fetched before "
        "still counts, and files were read all the same\n"
    ) in failed.stderr
    made.says["site"] = failing(DOWN)
    assert command(home, "collect").returncode == 1
    assert command(home, "publish").returncode == 0, "the issue does not wait for a source"


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("words", [("status",), ("publish", "--dry-run"), ("publish",)])
def test_keys_of_fetched_summaries_are_named(home: Home, words: tuple[str, ...]) -> None:
    command(home, "collect")
    write_summary(home, "a")
    named = [
        line for line in command(home, *words).stdout.splitlines() if line.strip()[:4] == "key "
    ]
    assert [line.strip().split(", from site: ")[0][:4] for line in named] == ["key ", "key "]


@pytest.mark.usefixtures("made")
def test_publish_fetches_what_is_due_and_publishes_it(home: Home) -> None:
    done = command(home, "publish")
    assert done.returncode == 0
    assert "Source site: 2 new or changed summaries\n" in done.stdout
    assert "Issue 1 is published to the outbox" in done.stdout
    assert "What we know of number 2." in done.stdout
    again = command(home, "publish")
    assert "Source" not in again.stdout + again.stderr, "no source is due"


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("verb", ["collect", "publish"])
def test_without_fetching_no_source_is_asked(home: Home, verb: str) -> None:
    assert command(home, verb, "--no-fetch").returncode == 0
    assert asked(home) == set()


def test_where_no_source_is_fetched_asking_again_says_that_it_asks_for_nothing(
    tmp_path: Path,
) -> None:
    done = command(empty_home(tmp_path), "collect", "--again")
    assert done.returncode == 0
    assert "note: no source is fetched, so --again asks for nothing" in done.stderr


@pytest.mark.usefixtures("made")
def test_one_source_can_be_asked_alone(home: Home) -> None:
    assert command(home, "collect", "--source", "site").returncode == 0
    assert asked(home) == {"site"}
    unknown = command(home, "collect", "--source", "sit")
    assert unknown.returncode == 2
    assert "no source that is fetched has the name 'sit'; did you mean 'site'?" in unknown.stderr
    both = command(home, "collect", "--source", "site", "--no-fetch")
    assert both.returncode == 2


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(
    "words", [("status",), ("check",), ("publish", "--dry-run"), ("doctor",), ("publish", "--site")]
)
def test_who_looks_asks_no_source_and_hears_when_each_was_read(
    home: Home, words: tuple[str, ...]
) -> None:
    first = command(home, *words)
    assert asked(home) == set()
    if words[-1] == "--site":
        return
    assert "site was never looked at; " in (first.stdout + first.stderr).replace("(feed) ", "")
    command(home, "collect")
    then = command(home, *words)
    assert words == ("doctor",) or "site was last read " in (then.stdout + then.stderr).replace(
        "(feed) ", ""
    )
    assert "does not answer; it is tried again" in then.stdout + then.stderr


@pytest.mark.usefixtures("made")
def test_while_another_process_fetches_publish_goes_on_with_what_is_there(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_WAIT_SECONDS", 0.0)
    write_summary(home, "a")
    handle, ours = take_file_lock(home, home.fetch_lock)
    assert ours
    done = command(home, "publish")
    os.close(handle)
    assert done.returncode == 0
    said = "note: var/fetch.lock: another msnewsletter fetches here; this goes on with what is"
    assert said in done.stderr
    assert "Issue 1 is published to the outbox" in done.stdout


def test_a_source_that_turns_nasty_stops_nothing(home: Home, made: MadeSources) -> None:
    def nasty(_: KnownSource) -> Iterator[Find]:
        yield article(7, found="A lone surrogate: \ud800.")
        yield article(8)
        raise RuntimeError("a line\nand a \x1b[31mcolour")

    made.says["news"] = nasty
    done = command(home, "collect")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr
    assert "Source site: 2 new or changed summaries" in done.stdout
    assert "3 new or changed summaries; in all " in done.stdout, "number 8 costs number 7 nothing"
