"""A hub is told of what changed: once, after the feeds, again when it failed, and never in vain."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from clock.clocks import WEEKLY, at, events, once, scheduled_home
from databases import on_both
from homes import AT, command, write_summary
from hubs import Hub, Listener, listening, subscribe
from msnewsletter import urls
from msnewsletter.disk.atomic import write_all
from msnewsletter.publisher.hub_pings import hub_queue, ping_hub
from msnewsletter.publisher.hub_queue import (
    PingResult,
    queue_changed_feeds,
    queue_written_feeds,
    read_queue,
)
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.session import Step
from msnewsletter.settings import load_settings
from web.servers import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home

SITE = "https://news.example.org/"
MAIN = [folder + name for folder in ("", "full/", "issues/") for name in urls.FEED_NAMES]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SLOT = datetime(2026, 11, 23, 7, tzinfo=UTC)


def home_with_hub(root: Path, hub: str, rule: str = WEEKLY) -> Home:
    # From a sandbox no hub is told of anything.
    home = scheduled_home(root, rule, site=f'"{SITE}"', sandbox="false")
    set_hub(home, hub)
    write_summary(home, "a")
    return home


def set_hub(home: Home, hub: str | None) -> None:
    lines = [
        line for line in home.settings.read_text().splitlines() if not line.startswith("hub =")
    ]
    if hub:
        title = next(i for i, line in enumerate(lines) if line.startswith("title ="))
        lines.insert(title, f'hub = "{hub}"')
    home.settings.write_text("\n".join(lines) + "\n")


def feeds_of(tag: str) -> list[str]:
    return [f"tags/{tag}/{name}" for name in urls.FEED_NAMES]


def names(told: list[str]) -> list[str]:
    return [feed.removeprefix(SITE) for feed in told]


def waiting(home: Home) -> list[str]:
    queue = hub_queue(home)
    assert queue is not None
    return names(list(queue.feeds))


@contextmanager
def closed_hub() -> Iterator[str]:
    """The address of a hub that is not there."""
    with listening(Listener()) as hub:
        pass
    yield hub.url


# ── what it is told ──────────────────────────────────────────────────────────────────────────────


@on_both
def test_the_hub_is_told_once_of_every_feed_that_names_it(tmp_path: Path) -> None:
    with listening(Listener()) as hub:
        home = home_with_hub(tmp_path, hub.url)
        write_summary(home, "b", tags="[gut]")
        publish(home, at=AT)
        assert sorted(names(hub.told)) == sorted([*MAIN, *feeds_of("gut")])
        naming = {
            str(path.relative_to(home.site))
            for path in home.site.rglob("*")
            if path.name in urls.FEED_NAMES and hub.url.encode() in path.read_bytes()
        }
        assert set(names(hub.told)) == naming
        assert waiting(home) == []
        publish(home, at=AT + HOUR)
        assert len(hub.told) == len(naming)


def test_only_feeds_whose_bytes_changed_are_told_of(tmp_path: Path) -> None:
    with listening(Listener()) as hub:
        home = home_with_hub(tmp_path, hub.url)
        write_summary(home, "b", tags="[gut]")
        publish(home, at=AT)
        hub.forms.clear()
        write_summary(home, "c", "2026-11-24", tags="[sleep]")
        publish(home, at=AT + 7 * DAY)
    assert sorted(names(hub.told)) == sorted([*MAIN, *feeds_of("sleep")])


def test_a_subscriber_gets_what_was_published_through_hub_and_server(tmp_path: Path) -> None:
    home = home_with_hub(tmp_path, "http://localhost:1/")
    publish(home, at=AT)
    topic = f"{SITE}atom.xml"
    with Server(home.site).running() as served, listening(Listener()) as reader:
        hub = Hub(site=SITE, fetched_from=f"http://127.0.0.1:{served.port}/")
        with listening(hub.listener) as listener:
            set_hub(home, listener.url)
            subscribe(listener.url, topic=topic, callback=reader.url)
            write_summary(home, "b", "2026-11-24")
            publish(home, at=AT + 7 * DAY)
    assert [body for _, body in reader.bodies] == [(home.site / "atom.xml").read_bytes()]
    headers, _ = reader.bodies[0]
    assert f'<{listener.url}>; rel="hub"' in headers["Link"]
    assert f'<{topic}>; rel="self"' in headers["Link"]


def test_a_takedown_is_told_at_once(tmp_path: Path) -> None:
    with listening(Listener()) as hub:
        home = home_with_hub(tmp_path, hub.url)
        publish(home, at=AT)
        hub.forms.clear()
        assert command(home, "takedown", "a", "--reason", "law").returncode == 0
    assert "rss.xml" in names(hub.told)


def test_without_a_hub_nothing_is_kept_and_nobody_told(tmp_path: Path) -> None:
    home = scheduled_home(tmp_path)
    write_summary(home, "a")
    publish(home, at=AT)
    assert hub_queue(home) is None
    assert not (home.var / "hub.json").exists()


# ── a hub that fails ─────────────────────────────────────────────────────────────────────────────


def test_publishing_succeeds_whatever_the_hub_does(tmp_path: Path) -> None:
    with closed_hub() as url:
        home = home_with_hub(tmp_path, url)
        done = command(home, "publish", "--at", AT.isoformat())
    assert (done.returncode, done.stderr) == (0, "")
    assert (home.site / "rss.xml").is_file()
    assert sorted(waiting(home)) == sorted(MAIN)


def test_a_hub_that_answers_500_for_a_day_is_asked_ever_more_rarely_and_then_given_up(
    tmp_path: Path,
) -> None:
    with listening(Listener(answer=(500, {}))) as hub:
        home = home_with_hub(tmp_path, hub.url)
        publish(home, at=AT)
        now, rounds = AT, []
        while waiting(home):
            now += MINUTE
            if done := ping_hub(home, at=now, within=10):
                rounds.append(now)
        assert done
        assert done.given_up
        pauses = [late - early for early, late in pairwise(rounds)]
        assert pauses[:5] == [2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 16 * MINUTE, 32 * MINUTE]
        assert max(pauses) == 4 * HOUR
        assert AT + DAY <= now < AT + 2 * DAY
        assert len(rounds) < 20
        queue = hub_queue(home)
        assert queue
        assert queue.given_up == len(MAIN)
        assert queue.fails_for_long(now)
        # The next issue is told as if nothing had been.
        hub.answer = (202, {})
        write_summary(home, "b", "2026-11-25")
        publish(home, at=AT + 7 * DAY)
        queue = hub_queue(home)
        assert queue
        assert (queue.feeds, queue.given_up, queue.failing_since) == ({}, 0, None)


def test_the_first_try_after_a_pause_that_succeeds_ends_the_failure(tmp_path: Path) -> None:
    with listening(Listener(answer=(503, {}))) as hub:
        home = home_with_hub(tmp_path, hub.url)
        publish(home, at=AT)
        hub.answer = (204, {})
        hub.forms.clear()
        assert ping_hub(home, at=AT + MINUTE / 2, within=10) is None
        done = ping_hub(home, at=AT + MINUTE, within=10)
        assert done
        assert done.failure is None
    assert sorted(names(hub.told)) == sorted(MAIN)
    assert waiting(home) == []


def test_a_clock_that_was_set_back_does_not_prolong_the_pause(tmp_path: Path) -> None:
    with closed_hub() as url:
        home = home_with_hub(tmp_path, url)
        publish(home, at=AT)
        assert ping_hub(home, at=AT - DAY, within=10) is not None


def test_one_feed_that_the_hub_refuses_holds_up_no_other(tmp_path: Path) -> None:
    with listening(Listener()) as hub:

        def refuse_one(form: dict[str, str]) -> None:
            hub.answer = (400 if form["hub.url"] == f"{SITE}rss.xml" else 202, {})

        hub.handle = refuse_one
        home = home_with_hub(tmp_path, hub.url)
        publish(home, at=AT)
    assert waiting(home) == ["rss.xml"]


def test_three_refusals_in_a_row_end_a_round_and_the_next_begins_with_others(
    tmp_path: Path,
) -> None:
    with listening(Listener(answer=(500, {}))) as hub:
        home = home_with_hub(tmp_path, hub.url)
        publish(home, at=AT)
        ping_hub(home, at=AT + MINUTE, within=10)
    assert names(hub.told) == MAIN[:6]


# ── what happens in between ──────────────────────────────────────────────────────────────────────


class Killed(BaseException):
    pass


@pytest.mark.parametrize("step", [Step.PAGES, Step.FEEDS, Step.COMPLETE])
def test_a_ping_survives_a_kill(tmp_path: Path, step: Step) -> None:
    def kill(reached: Step) -> None:
        if reached is step:
            raise Killed

    with listening(Listener()) as hub:
        home = home_with_hub(tmp_path, hub.url)
        with pytest.raises(Killed):
            publish(home, at=AT, reached=kill)
        assert hub.told == []
        publish(home, at=AT + HOUR)
    assert sorted(names(hub.told)) == sorted(MAIN)


def test_a_feed_that_changes_while_the_hub_is_asked_is_told_again(tmp_path: Path) -> None:
    with listening(Listener()) as hub:
        home = home_with_hub(tmp_path, "http://localhost:1/")
        publish(home, at=AT)
        set_hub(home, hub.url)

        def publish_meanwhile(_: dict[str, str]) -> None:
            hub.handle = lambda _: None
            write_summary(home, "b", "2026-11-24")
            done = command(home, "publish", "--at", (AT + 2 * DAY).isoformat(), prefix=("env",))
            assert done.returncode == 0, done.stderr

        hub.handle = publish_meanwhile
        first = ping_hub(home, at=AT + HOUR, within=10)
        assert first is not None
    # The one that was asked about before the change was asked about again, by who changed it.
    assert hub.told.count(f"{SITE}rss.xml") >= 2
    assert waiting(home) == []


def test_another_hub_gets_what_the_first_did_not_take(tmp_path: Path) -> None:
    with closed_hub() as url, listening(Listener()) as hub:
        home = home_with_hub(tmp_path, url)
        publish(home, at=AT)
        set_hub(home, hub.url)
        assert ping_hub(home, at=AT + MINUTE, within=10) is not None
        assert sorted(names(hub.told)) == sorted(MAIN)
        assert waiting(home) == []


def test_a_hub_that_is_no_longer_set_is_not_told(tmp_path: Path) -> None:
    with listening(Listener(answer=(500, {}))) as hub:
        home = home_with_hub(tmp_path, hub.url)
        publish(home, at=AT)
        hub.forms.clear()
        set_hub(home, None)
        assert ping_hub(home, at=AT + DAY, within=10) is None
    assert hub.told == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"hub": 3}', "fifo", "device", "folder"])
def test_a_queue_that_cannot_be_read_stops_nothing(tmp_path: Path, content: bytes | str) -> None:
    with listening(Listener()) as hub:
        home = home_with_hub(tmp_path, hub.url)
        home.var.mkdir(exist_ok=True)
        path = home.var / "hub.json"
        match content:
            case bytes():
                path.write_bytes(content)
            case "fifo":
                os.mkfifo(path)
            case "device":
                path.symlink_to("/dev/zero")
            case _:
                path.mkdir()
        publish(home, at=AT)
        told = names(hub.told)
        doctor = command(home, "doctor").stdout
    assert (home.site / "rss.xml").is_file()
    assert told == ([] if content == "folder" else MAIN)
    assert ("BAD  home: var/hub.json: is a folder" in doctor) == (not told)


def test_what_was_queued_is_told_of_after_it_was_written_and_not_before(tmp_path: Path) -> None:
    new = {"rss.xml": b"new"}
    with listening(Listener()) as hub:
        home = home_with_hub(tmp_path, hub.url)
        settings = load_settings(home.settings)
        queue_changed_feeds(home, settings, new, site=SITE, at=AT)
        # A clock wakes between the two: the hub would fetch what is old.
        assert ping_hub(home, at=AT + MINUTE, within=10) is None
        assert hub.told == []
        write_all(home, {home.site / name: data for name, data in new.items()})
        queue_written_feeds(home)
        assert ping_hub(home, at=AT + MINUTE, within=10) is not None
    assert names(hub.told) == ["rss.xml"]
    assert waiting(home) == []


def test_a_ping_that_began_before_the_write_is_told_again_after_it(tmp_path: Path) -> None:
    home = home_with_hub(tmp_path, "http://localhost:1/")
    settings = load_settings(home.settings)
    queue_changed_feeds(home, settings, {"rss.xml": b"new"}, site=SITE, at=AT)
    queue = read_queue(home)
    told = PingResult(at=AT, feed=f"{SITE}rss.xml", accepted=True, says="204")
    results = {feed: (queued, told) for feed, queued in queue.feeds.items()}
    assert queue.after(results).feeds == {}
    assert queue.written().after(results).feeds == queue.written().feeds


def test_what_a_crash_kept_from_being_written_is_told_of_after_an_hour(tmp_path: Path) -> None:
    with listening(Listener()) as hub:
        home = home_with_hub(tmp_path, hub.url)
        settings = load_settings(home.settings)
        queue_changed_feeds(home, settings, {"rss.xml": b"new"}, site=SITE, at=AT)
        assert ping_hub(home, at=AT + 59 * MINUTE, within=10) is None
        assert ping_hub(home, at=AT + HOUR, within=10) is not None
    assert names(hub.told) == ["rss.xml"]


def test_publishing_says_of_all_feeds_that_they_are_written(tmp_path: Path) -> None:
    with closed_hub() as url:
        home = home_with_hub(tmp_path, url)
        publish(home, at=AT)
    queued = read_queue(home).feeds
    assert names([*queued])
    assert all(one.written for one in queued.values())


# ── who hears of it ──────────────────────────────────────────────────────────────────────────────


def test_the_clock_tells_the_hub_and_says_so(tmp_path: Path) -> None:
    with listening(Listener()) as hub:
        home = home_with_hub(tmp_path, hub.url)
        once(home, SLOT - DAY)
        logged = once(home, SLOT + MINUTE)
        assert events(logged) == ["published", "pinged"]
        assert "pinged" not in events(once(home, SLOT + 2 * MINUTE))
    assert names(hub.told) == MAIN


def test_the_clock_says_why_a_ping_failed_and_is_healthy_all_the_same(tmp_path: Path) -> None:
    with closed_hub() as url:
        home = home_with_hub(tmp_path, url)
        once(home, SLOT - DAY)
        failed = [line for line in once(home, SLOT + MINUTE) if line["event"] == "ping failed"]
    assert [line["why"] for line in failed] == ["no connection (Connection refused)"]


def test_status_and_doctor_name_the_hub_and_its_last_answer(tmp_path: Path) -> None:
    with listening(Listener(answer=(500, {}))) as hub:
        home = home_with_hub(tmp_path, hub.url)
        publish(home, at=AT)
    said = command(home, "status").stdout
    assert (
        f"Hub {hub.url}: 500 Internal Server Error, on Mon 2026-11-23 08:00 (Europe/Berlin)" in said
    )
    assert "9 feeds to tell it of" in said
    document = json.loads(command(home, "status", "--json").stdout)["hub"]
    assert (document["last"]["accepted"], len(document["waiting"])) == (False, 9)
    assert "ok   hub" in at(home, SLOT + HOUR, "doctor").said
    doctor = at(home, SLOT + 3 * HOUR, "doctor").said
    assert f"BAD  hub: {hub.url}: it has taken no ping since " in doctor
    assert "08:00 (Europe/Berlin)" in doctor


def test_what_looks_at_a_home_with_a_hub_tells_nobody(tmp_path: Path) -> None:
    with listening(Listener(answer=(500, {}))) as hub:
        home = home_with_hub(tmp_path, hub.url)
        publish(home, at=AT)
        hub.forms.clear()
        for words in (["status"], ["check"], ["doctor"], ["publish", "--dry-run"]):
            command(home, *words)
    assert hub.told == []
