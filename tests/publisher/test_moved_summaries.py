"""Sent summaries are followed where their source is named otherwise, or their page moved."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

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
from homes import AT, empty_home, name_sources
from msnewsletter.model import HoldReason, Status
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.moved_summaries import followed
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import Released
from msnewsletter.sources.folder import SourceFile
from msnewsletter.store import KeyPlace

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview

GUT, KEY, MOVED = "https://example.org/gut", "example.org/gut", "https://example.org/gut-2026"
DAY = timedelta(days=1)
BEFORE = AT - 2 * DAY
DATED = {"published": (AT - 3 * DAY).date().isoformat()}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = empty_home(tmp_path / "home")
    name_sources(home, page_source())
    return home


def look(home: Home, at: datetime) -> NextIssuePreview:
    return next_issue_preview(home, at=at, by_hand=True)


def entry_file(location: str, name: str) -> SourceFile:
    return SourceFile(
        address=f"/{name}",
        location=location,
        format="fetched",
        name=name,
        size=1,
        changed_ns=1,
        written_ns=1,
        source=location.partition(":")[0],
        identities=(KEY,),
    )


def sent_and_renamed(home: Home, *ids: str) -> None:
    """A summary is sent; then its source, as it is, has another name."""
    keep(home, SITE, read_at(GUT, fields_of("gut", **DATED), *ids), at=BEFORE, running=False)
    publish(home, at=AT)
    name_sources(home, page_source(FEED))


@pytest.mark.parametrize("ids", [(), ("17",), ("tag:example.org,2026:17",)])
def test_an_edit_in_a_source_of_another_name_is_an_edit(home: Home, ids: tuple[str, ...]) -> None:
    sent_and_renamed(home, *ids)
    find = read_at(GUT, fields_of("gut", **DATED, found="Something else was found about gut."))
    keep(home, FEED, find, at=AT + DAY)
    for _ in range(2):
        found = look(home, AT + DAY)
        assert found.issue is None
        assert [(one.is_accepted, one.effect[:4]) for one in found.draft.edits] == [(True, "goes")]
        collect_now(home, at=AT + DAY)
    publish(home, at=AT + DAY)
    assert look(home, AT + 2 * DAY).draft.edits == ()
    again = read_at(GUT, fields_of("gut", **DATED, status="withdrawn", note="It was wrong."))
    keep(home, FEED, again, at=AT + 2 * DAY)
    done = publish(home, at=AT + 2 * DAY)
    assert isinstance(done, Released)
    assert [one.status for one in done.issue.corrections] == [Status.WITHDRAWN]


@pytest.mark.parametrize("collected", [True, False])
def test_a_page_that_is_gone_from_a_source_of_another_name_is_an_alarm(
    home: Home, *, collected: bool
) -> None:
    sent_and_renamed(home)
    if collected:
        keep(home, FEED, read_at(GUT, fields_of("gut", **DATED)), at=AT + DAY)
        assert collect_now(home, at=AT + DAY).alarms == ()
    keep(home, FEED, unread_at(GUT, GONE), at=AT + DAY)
    for _ in range(2):
        assert [one.place for one in look(home, AT + DAY).alarms] == [f"{FEED}: {GUT}"]
        collect_now(home, at=AT + DAY)


def test_the_address_of_a_list_follows_nothing() -> None:
    placements = {
        KEY: KeyPlace(
            path="site: gone", source=SITE, doi=None, pmid=None, page=KEY, settled=True, sent=True
        )
    }
    files = [entry_file("news: 1", "news:1"), entry_file("news: 2", "news:2")]
    assert [one.name for one in followed(files, placements, {}).files] == ["news:1", "news:2"]
    assert [one.name for one in followed(files[:1], placements, {}).files] == [KEY]


def test_what_a_source_of_another_name_has_had_and_was_not_sent_stays_as_it_was(
    home: Home,
) -> None:
    sent_and_renamed(home)
    old = read_at("https://example.org/old", fields_of("the eye", **DATED))
    keep(home, FEED, old, at=AT + DAY)
    assert look(home, AT + DAY).issue is None


def test_a_copy_of_what_was_sent_waits_also_where_what_was_fetched_is_lost(home: Home) -> None:
    name_sources(home, page_source(), page_source(FEED))
    for source in (SITE, FEED):
        find = read_at(f"https://{source}.example/gut", fields_of("gut"))
        keep(home, source, find, at=BEFORE, running=False)
    assert isinstance(publish(home, at=AT), Released)
    shutil.rmtree(home.fetched / SITE)
    found = look(home, AT + DAY)
    assert found.issue is None
    assert [one.because for one in found.draft.held] == [HoldReason.SAME_STUDY]


NEARLY = {"found": "Something was found about gut in a group of adults, and it was big."}


@pytest.mark.parametrize(
    "fields",
    [
        {**NEARLY, **DATED},
        {**NEARLY, "headline": "What we know of gut"},
        {**DATED, "headline": "A new headline"},
    ],
)
def test_a_page_at_another_address_with_a_few_other_words_waits(
    home: Home, fields: dict[str, str]
) -> None:
    keep(home, SITE, read_at(GUT, fields_of("gut", **DATED)), at=BEFORE, running=False)
    publish(home, at=AT)
    keep(
        home,
        SITE,
        unread_at(GUT, GONE),
        read_at(MOVED, fields_of("gut", **fields)),
        at=AT + DAY,
    )
    for _ in range(2):
        found = look(home, AT + DAY)
        assert found.issue is None
        (one,) = found.draft.held
        assert one.because is HoldReason.SAME_STUDY
        assert KEY in one.reason
        collect_now(home, at=AT + DAY)


def moved(home: Home, key: str) -> Path:
    """A page moved with a few words, and a person wrote it into a file with this key."""
    keep(home, SITE, read_at(GUT, fields_of("gut", **DATED)), at=BEFORE, running=False)
    publish(home, at=AT)
    new = fields_of("gut", **NEARLY, **DATED)
    keep(home, SITE, unread_at(GUT, GONE), read_at(MOVED, new), at=AT + DAY)
    (one,) = look(home, AT + DAY).draft.held
    assert f"write it into a file with 'key: {KEY}'" in one.reason
    assert f"into a file with 'key: {one.summary.key}'" in one.reason
    path = home.root / "summaries" / "gut.md"
    path.write_text(
        f"---\nkey: {key}\n---\n# {new['headline']}\n\n## What was found\n{new['found']}\n\n"
        f"## Why it matters\n{new['why_it_matters']}\n\n## Cautions\n{new['cautions']}\n"
    )
    return path


def test_a_file_says_that_a_page_at_another_address_is_the_same(home: Home) -> None:
    moved(home, KEY)
    for _ in range(2):
        found = look(home, AT + DAY)
        assert found.issue is None
        assert [(edit.key, edit.is_accepted) for edit in found.draft.edits] == [(KEY, True)]
        (one,) = found.draft.held
        assert "summaries/gut.md says what readers have of that" in one.reason
        collect_now(home, at=AT + DAY)


def test_a_file_says_that_a_page_at_another_address_is_another_study(home: Home) -> None:
    moved(home, "example.org/gut-2026")
    found = look(home, AT + DAY)
    assert found.issue
    assert [entry.summary.key for entry in found.issue.entries] == ["example.org/gut-2026"]


def test_nearly_the_same_words_wait_only_where_the_page_is_gone(home: Home) -> None:
    keep(home, SITE, read_at(GUT, fields_of("gut", **DATED)), at=BEFORE, running=False)
    publish(home, at=AT)
    keep(home, SITE, read_at(MOVED, fields_of("gut", **NEARLY, **DATED)), at=AT + DAY)
    assert look(home, AT + DAY).draft.held == ()
    other = "https://example.org/sleep"
    about_sleep = {
        "headline": "Sleeping long",
        "found": "Twenty who slept ten hours a night were less tired in the morning.",
        "why_it_matters": "Many with MS are tired all day, whatever they try against it.",
        "cautions": "Nobody knew who slept how long, for nobody measured it.",
    }
    keep(
        home,
        SITE,
        unread_at(GUT, GONE),
        read_at(other, fields_of("", **about_sleep, **DATED)),
        at=AT + DAY,
    )
    assert "example.org/sleep" not in {one.summary.key for one in look(home, AT + DAY).draft.held}
