"""Fetched summaries are collected like files, and spoken of as what they are."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chance import examples
from databases import start_anew
from fetching import (
    FEED,
    GONE,
    SITE,
    fields_of,
    keep,
    page_source,
    read_at,
    unread_at,
)
from homes import AT, FOLDER, command, empty_home, name_sources, write_summary
from msnewsletter.model import HoldReason
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import Released
from msnewsletter.publisher.settling import MachineClock
from msnewsletter.publisher.source_memory import read_health, write_health
from msnewsletter.settings import load_settings
from msnewsletter.store import Pending
from msnewsletter.store.summaries import path_of
from sources.written import page, read_one

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview

GUT = "https://example.org/gut"
KEY = "example.org/gut"
BEFORE, DAY = AT - timedelta(days=2), timedelta(days=1)


def home_of(root: Path, *tables: str, folder: bool = False) -> Home:
    home = empty_home(root / "home")
    name_sources(home, *(tables or (page_source(),)), *((FOLDER,) if folder else ()))
    return home


def look(home: Home, at: datetime = AT) -> NextIssuePreview:
    return next_issue_preview(home, at=at, by_hand=True)


def entries(found: NextIssuePreview) -> list[str]:
    return [one.summary.key for one in found.issue.entries] if found.issue else []


def reasons(found: NextIssuePreview) -> dict[str, str]:
    return {held.summary.key: held.reason for held in found.draft.held}


def test_what_was_fetched_is_published_without_any_folder(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    (home.root / "summaries").rmdir()
    keep(home, SITE, read_at(GUT, fields_of("gut")), at=BEFORE)
    done = publish(home, at=AT)
    assert isinstance(done, Released)
    (entry,) = done.issue.entries
    assert (entry.summary.key, entry.summary.location) == (KEY, f"{SITE}: {GUT}")
    assert entry.summary.first_seen == BEFORE


def test_a_file_that_was_fetched_a_moment_ago_does_not_wait(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    home.settings.write_text(home.settings.read_text().replace("sandbox = true", "sandbox = false"))
    keep(home, SITE, read_at(GUT, fields_of("gut")), at=BEFORE)
    assert not load_settings(home.settings).newsletter.sandbox
    machine = MachineClock(now=lambda: datetime.now(UTC))
    collected = collect_now(home, at=AT, machine=machine)
    assert [summary.key for summary, _ in collected.read] == [KEY]
    assert collected.unsettled == {}


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("summaries/feed.json#3", "summaries/feed.json"),
        ("summaries/feed.json:3", "summaries/feed.json"),
        ("summaries/gut.md", "summaries/gut.md"),
        (f"{SITE}: {GUT}", f"{SITE}: {GUT}"),
        (f"{SITE}: https://example.org:8080/gut#3", f"{SITE}: https://example.org:8080/gut#3"),
    ],
)
def test_the_file_of_a_location_is_known_also_where_that_is_a_url(location: str, path: str) -> None:
    assert path_of(replace(read_one(page()), location=location)) == path


def test_a_page_that_is_gone_says_so_and_since_when(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, SITE, read_at(GUT, fields_of("gut")), at=BEFORE)
    collect_now(home, at=BEFORE)
    keep(home, SITE, unread_at(GUT, GONE), at=BEFORE + DAY)
    found = look(home)
    assert reasons(found) == {
        KEY: "its page answers 404; last read well on 2026-11-21 (since 2026-11-22); "
        "remove it from the index"
    }
    assert [one.because for one in found.draft.held] == [HoldReason.GONE]


def test_a_source_that_was_removed_from_the_settings_is_what_is_said(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, SITE, read_at(GUT, fields_of("gut")), at=BEFORE)
    collect_now(home, at=BEFORE)
    name_sources(home, FOLDER)
    assert reasons(look(home)) == {
        KEY: "the source 'site' was removed from newsletter.toml; name it again to send it"
    }
    name_sources(home, page_source())
    assert entries(look(home)) == [KEY]


def test_one_that_reads_badly_waits_and_the_others_go_on(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    other = "https://example.org/sleep"
    keep(
        home,
        SITE,
        read_at(GUT, fields_of("gut")),
        read_at(other, fields_of("sleep")),
        at=BEFORE,
    )
    collect_now(home, at=BEFORE)
    keep(home, SITE, unread_at(GUT), at=BEFORE + DAY)
    done = publish(home, at=AT)
    assert isinstance(done, Released)
    assert [one.summary.key for one in done.issue.entries] == ["example.org/sleep"]
    assert "no cautions found" in reasons(done.preview)[KEY]
    keep(home, SITE, read_at(GUT, fields_of("gut")), at=AT + DAY)
    assert entries(look(home, AT + DAY)) == [KEY]


def test_a_layout_that_changes_after_sending_is_one_alarm_and_few_lines(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    pages = [f"https://example.org/{number:03}" for number in range(40)]
    texts = [read_at(one, fields_of(one[-3:], published="2026-11-22")) for one in pages]
    keep(home, SITE, *texts, at=BEFORE)
    publish(home, at=AT, agreed=True)
    keep(home, SITE, *(unread_at(one) for one in pages), at=AT + DAY)
    found = look(home, AT + 2 * DAY)
    (alarm,) = found.alarms
    assert alarm.place == SITE
    assert alarm.text.startswith("40 summaries that were sent to readers cannot be read any more")
    assert len(found.collected.refused) == 4
    assert "37 more cannot be read" in found.collected.refused[-1].problem
    assert all(repr(one.removeprefix("https://")) in alarm.text for one in pages[:10])
    assert "and 30 more, all of which 'msnewsletter status --json' names" in alarm.text
    said = json.loads(command(home, "status", "--json", "--at", str(AT + 2 * DAY)).stdout)
    assert all(any(one in line for line in said["refused"]) for one in pages)
    assert len(json.loads(command(home, "check", "--json").stdout)["refused"]) == 40
    assert found.draft.edits == ()
    keep(home, SITE, *texts, at=AT + 3 * DAY)
    assert look(home, AT + 3 * DAY).alarms == ()


def test_objects_with_one_address_are_several_summaries(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    finds = (read_at(GUT, fields_of(name), name) for name in ("17", "18"))
    keep(home, SITE, *(replace(one, identities=one.identities[:1]) for one in finds), at=BEFORE)
    assert sorted(entries(look(home))) == ["site:17", "site:18"]


def test_summaries_is_read_for_overrides_where_no_source_is_a_folder(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    write_summary(home, "own")
    assert entries(look(home)) == ["own"]
    assert list(look(home).collected.labels.values()) == ["summaries"]


# ── since ────────────────────────────────────────────────────────────────────────────────────


def test_what_is_older_than_since_is_counted_and_not_taken(tmp_path: Path) -> None:
    home = home_of(tmp_path, page_source(since="2026-11-10"))
    old = read_at("https://example.org/old", fields_of("old", published="2026-11-09"))
    keep(home, SITE, old, read_at(GUT, fields_of("gut", published="2026-11-10")), at=BEFORE)
    found = look(home)
    assert entries(found) == [KEY]
    (since,) = found.collected.since
    assert (since.source, since.since, since.is_set, since.older) == (
        SITE,
        date(2026, 11, 10),
        True,
        1,
    )
    assert [str(note) for note in found.notes if note.place == SITE] == [
        "site: 1 summary is from before 2026-11-10 and not taken: its 'since'"
    ]


def test_another_since_takes_and_leaves_what_waits(tmp_path: Path) -> None:
    home = home_of(tmp_path, page_source(since="2026-11-10"))
    old = read_at("https://example.org/old", fields_of("old", published="2026-11-09"))
    keep(home, SITE, old, read_at(GUT, fields_of("gut", published="2026-11-12")), at=BEFORE)
    collect_now(home, at=BEFORE)
    taken: list[list[str]] = []
    for since in ("2026-11-01", "2026-11-20", "2026-11-10", "2026-11-01"):
        name_sources(home, page_source(since=since))
        collect_now(home, at=AT)
        found = look(home)
        taken.append(sorted(entries(found)))
        assert found.draft.held == ()
    assert taken == [[KEY, "example.org/old"], [], [KEY], [KEY, "example.org/old"]]


def test_what_another_machine_took_waits_on_whenever_the_source_was_added_here(
    tmp_path: Path,
) -> None:
    home = home_of(tmp_path)
    keep(
        home, SITE, read_at(GUT, fields_of("gut", published="2026-11-20")), at=BEFORE, running=False
    )
    collect_now(home, at=BEFORE)
    add_again(home, AT)
    new = read_at("https://example.org/new", fields_of("new", published="2026-11-20"))
    keep(home, SITE, new, at=AT)
    found = look(home)
    assert entries(found) == [KEY], "what is not in the database is kept out"
    assert found.draft.held == ()
    (since,) = found.collected.since
    assert (since.known, since.taken, since.older) == (2, 1, 1)
    done = publish(home, at=AT)
    assert isinstance(done, Released)
    assert [one.summary.key for one in done.issue.entries] == [KEY]


@pytest.mark.parametrize(
    ("before", "now", "taken"),
    [
        (None, "2026-10-20", False),
        ("2026-11-22", "2026-10-20", False),
        ("2026-10-20", "2026-11-22", True),
        (None, "2026-11-22", True),
        (None, None, True),
    ],
)
def test_what_waits_and_gets_another_date_is_decided_on_anew(
    tmp_path: Path, before: str | None, now: str | None, *, taken: bool
) -> None:
    home = home_of(tmp_path)
    dated = [{"published": date} if date else {} for date in (before, now)]
    keep(home, SITE, read_at(GUT, fields_of("gut", **dated[0])), at=BEFORE)
    collect_now(home, at=BEFORE)
    keep(home, SITE, read_at(GUT, fields_of("gut", **dated[1])), at=AT)
    assert entries(look(home)) == ([KEY] if taken else [])


def test_what_was_sent_is_corrected_whatever_since_says_now(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    fields = fields_of("gut", published="2026-11-20")
    keep(home, SITE, read_at(GUT, fields), at=BEFORE, running=False)
    publish(home, at=AT)
    name_sources(home, page_source(since="2026-11-22"))
    keep(home, SITE, read_at(GUT, fields | {"found": "Nothing was found."}), at=AT + DAY)
    found = look(home, AT + 2 * DAY)
    assert [edit.key for edit in found.draft.edits] == [KEY]


def test_an_editors_later_since_leaves_out_what_waits_and_says_why(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(
        home, SITE, read_at(GUT, fields_of("gut", published="2026-11-20")), at=BEFORE, running=False
    )
    collect_now(home, at=BEFORE)
    name_sources(home, page_source(since="2026-11-22"))
    found = look(home)
    assert entries(found) == []
    assert [str(note) for note in found.notes if note.place == SITE] == [
        "site: 1 summary is from before 2026-11-22 and not taken: its 'since'"
    ]


def test_what_only_another_machine_has_fetched_waits_on(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(
        home, SITE, read_at(GUT, fields_of("gut", published="2026-11-20")), at=BEFORE, running=False
    )
    collect_now(home, at=BEFORE)
    shutil.rmtree(home.fetched)
    assert entries(look(home)) == [KEY], "before a look of this machine"
    keep(home, SITE, at=AT)
    assert entries(look(home)) == [KEY]
    name_sources(home, page_source(since="2026-11-22"))
    assert reasons(look(home)) == {
        KEY: "it is from before 2026-11-22, the 'since' of the source 'site'; "
        "an earlier one sends it"
    }
    name_sources(home, page_source(since="2026-11-20"))
    done = publish(home, at=AT)
    assert isinstance(done, Released)
    assert [one.summary.key for one in done.issue.entries] == [KEY]


def add_again(home: Home, at: datetime) -> None:
    """As on a machine that looked at the source for the first time then."""
    health = read_health(home, SITE)
    assert health
    write_health(home, SITE, replace(health, added=at, running=True))


def test_a_page_without_a_date_has_that_of_the_feed_which_leads_to_it(tmp_path: Path) -> None:
    home = home_of(tmp_path, page_source(), page_source(FEED))
    keep(home, SITE, read_at(GUT, fields_of("gut")), at=BEFORE, first=True)
    assert entries(look(home)) == []
    only_date = {"published": "2026-11-22", "headline": "Gut"}
    keep(home, FEED, read_at(f"{GUT}?utm_source=rss", dict(only_date)), at=BEFORE, first=True)
    found = look(home)
    assert entries(found) == [KEY]
    assert found.issue is not None
    summary = found.issue.entries[0].summary
    assert summary.found == fields_of("gut")["found"]


days = st.integers(0, 40).map(lambda ago: (AT - ago * DAY).date())


@settings(max_examples=examples(10))
@given(
    published=st.lists(st.none() | days, min_size=1, max_size=6),
    since=st.lists(st.none() | days, min_size=1, max_size=3),
    first=st.booleans(),
)
def test_an_archive_is_never_mailed(
    tmp_path_factory: pytest.TempPathFactory,
    published: list[date | None],
    since: list[date | None],
    *,
    first: bool,
) -> None:
    start_anew()
    home = home_of(tmp_path_factory.mktemp("archive"))
    start = AT - 20 * DAY
    finds = [
        read_at(
            f"https://example.org/{number}",
            fields_of(f"thing {number}", published=str(day) if day else ""),
        )
        for number, day in enumerate(published)
    ]
    keep(home, SITE, *finds, at=start, first=first)
    mailed: list[str] = []
    for number, day in enumerate(since):
        name_sources(home, page_source(**({"since": str(day)} if day else {})))
        done = publish(home, at=AT + number * DAY)
        for entry in done.issue.entries if isinstance(done, Released) else ():
            mailed.append(entry.summary.key)
            own = published[int(entry.summary.key.rpartition("/")[2])]
            seen = start.date() - DAY if first else start.date()
            assert (own or seen) >= (day or start.date())
    assert len(mailed) == len(set(mailed))


def test_the_pending_of_a_fetched_source_has_its_location_as_its_path(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, SITE, read_at(GUT, fields_of("gut")), at=BEFORE)
    collected = collect_now(home, at=AT)
    assert collected.gone([Pending(summary=collected.read[0][0], path=f"{SITE}: {GUT}")]) == {}


def test_what_is_the_same_of_many_pages_is_one_note(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    says = ("published: nothing in the page is '.date'",)
    pages = [f"https://example.org/{number}" for number in range(3)]
    finds = [replace(read_at(one, fields_of(one[-1])), notes=says) for one in pages[:2]]
    keep(home, SITE, *finds, read_at(pages[2], fields_of("two")), at=BEFORE)
    noted = [str(note) for note in look(home).notes if ".date" in note.text]
    assert noted == [f"{SITE}: {says[0]} (in 2 of its 3 summaries)"]
