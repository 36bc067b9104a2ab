"""A check holds for the text that was checked: from the source to mail, pages and feeds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from databases import lose_database, on_both
from homes import AT, empty_home, write_summary
from msnewsletter.publisher.approval_validity import content_digest
from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import Released, Waits
from msnewsletter.records import load_record

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHECKED = "AI-written; checked by Ada Example (neurologist) on 19 November 2026"
TODAY = f"{CHECKED}, before it was changed on 23 November 2026"
TOMORROW = f"{CHECKED}, before it was changed on 24 November 2026"
SENT, OTHER = "Something about a.", "Something else about a."


def write(home: Home, found: str = SENT, *, on: str = "2026-11-19") -> None:
    path = write_summary(home, "a", reviewed_by="Ada Example (neurologist)", reviewed_on=on)
    path.write_text(path.read_text().replace(SENT, found))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = empty_home(tmp_path)
    write(home)
    return home


def mailed(home: Home, number: int = 1) -> str:
    text = (home.outbox / "new" / f"{number:04}" / "digest.txt").read_text()
    return " ".join(text.split())


def said_on_the_site(home: Home) -> set[str]:
    """What the page and the feed say on who checked the summary."""
    (page,) = (home.site / "summaries").iterdir()
    (item,) = json.loads((home.site / "feed.json").read_text())["items"]
    lines = [*page.read_text().splitlines(), *item["content_html"].splitlines()]
    found = {line.partition(">")[2].removesuffix("</p>") for line in lines if "checked by" in line}
    # A line of its own ends with a full stop, one among others does not.
    return {line.removesuffix(".") for line in found if line.startswith("AI-written")}


def lines_at(home: Home, *turns: datetime) -> set[str]:
    for at in turns:
        publish(home, at=at)
    return said_on_the_site(home)


def test_a_text_edited_before_it_is_sent_was_checked_before_that(home: Home) -> None:
    collect_now(home, at=AT)
    write(home, OTHER)
    collect_now(home, at=AT + HOUR)
    publish(home, at=AT + DAY)
    assert f"{TODAY}." in mailed(home)
    assert said_on_the_site(home) == {TODAY}


@on_both
def test_a_text_edited_after_it_was_sent_was_checked_before_that(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write(home)
    assert lines_at(home, AT) == {CHECKED}
    write(home, OTHER)
    assert lines_at(home, AT + DAY, AT + 3 * DAY) == {TOMORROW}
    assert f"{CHECKED}." in mailed(home)


def test_a_preview_says_it_before_anything_is_saved(home: Home) -> None:
    collect_now(home, at=AT)
    write(home, OTHER)
    shown = next_issue_preview(home, at=AT + DAY)
    assert shown.issue
    assert shown.issue.entries[0].summary.changed_on == date(2026, 11, 24)
    publish(home, at=AT + DAY)
    assert f"{TOMORROW}." in mailed(home)


def test_the_day_is_one_of_the_newsletters_zone(home: Home) -> None:
    publish(home, at=AT)
    write(home, OTHER)
    late = AT.replace(hour=23, minute=30)  # half past midnight in Berlin
    assert lines_at(home, late) == {TOMORROW}


def test_checked_again_it_is_the_checked_text_again(home: Home) -> None:
    publish(home, at=AT)
    write(home, OTHER)
    publish(home, at=AT + DAY)
    write(home, OTHER, on="2026-11-25")
    again = CHECKED.replace("19 November", "25 November")
    assert lines_at(home, AT + 2 * DAY) == {again}


def test_a_file_that_is_saved_again_as_it_was_is_no_edit(home: Home) -> None:
    publish(home, at=AT)
    write(home, OTHER)
    publish(home, at=AT + DAY)
    write(home, OTHER)
    collected = collect_now(home, at=AT + 2 * DAY)
    assert [one.key for one, _ in collected.read] == ["a"]
    assert next_issue_preview(home, at=AT + 2 * DAY, by_hand=True).draft.edits == ()
    assert lines_at(home, AT + 3 * DAY) == {TOMORROW}


def test_the_sent_text_put_back_is_the_checked_text_again(home: Home) -> None:
    publish(home, at=AT)
    write(home, OTHER)
    publish(home, at=AT + DAY)
    write(home)
    assert lines_at(home, AT + 2 * DAY) == {CHECKED}


def test_a_text_put_back_before_it_is_sent_counts_as_changed(home: Home) -> None:
    for turn, found in enumerate((SENT, OTHER, SENT)):
        write(home, found)
        collect_now(home, at=AT + turn * HOUR)
    publish(home, at=AT + DAY)
    assert f"{TODAY}." in mailed(home)


@on_both
def test_a_lost_database_forgets_nothing_of_what_was_sent(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write(home)
    collect_now(home, at=AT)
    write(home, OTHER)
    publish(home, at=AT + HOUR)
    lose_database(home)
    assert lines_at(home, AT + 3 * DAY) == {TODAY}
    data = home.record(1).read_bytes()
    (entry,) = load_record(data, place="issues", number=1).issue.entries
    assert entry.summary.changed_on == date(2026, 11, 23)


def test_an_edit_that_the_lost_database_had_is_noticed_again_by_the_record(home: Home) -> None:
    publish(home, at=AT)
    write(home, OTHER)
    publish(home, at=AT + DAY)
    lose_database(home)
    later = f"{CHECKED}, before it was changed on 26 November 2026"
    assert lines_at(home, AT + 3 * DAY) == {later}


def test_an_approval_holds_while_readers_see_the_same_line(tmp_path: Path) -> None:
    home = empty_home(tmp_path, review='"required"')
    write(home)
    collect_now(home, at=AT - 3 * DAY)
    write(home, OTHER)
    publish_due(home, at=AT - 2 * DAY)  # the clock has begun
    shown = approve(home, by="Ada", at=AT - DAY).preview
    assert shown.issue
    (entry,) = shown.issue.entries
    assert entry.summary.changed_on == date(2026, 11, 22)

    def digest(day: date | None) -> str:
        summary = replace(entry.summary, changed_on=day)
        issue = replace(shown.issue, entries=(replace(entry, summary=summary),))
        return content_digest(replace(shown.draft, issue=issue), {})

    assert digest(date(2026, 11, 18)) == digest(None)
    assert len({digest(None), digest(date(2026, 11, 19)), digest(date(2026, 11, 22))}) == 3
    write(home, OTHER)
    assert isinstance(publish_due(home, at=AT), Released)


def test_a_check_after_the_approval_is_approved_anew(tmp_path: Path) -> None:
    home = empty_home(tmp_path, review='"required"')
    write(home)
    publish_due(home, at=AT - 2 * DAY)
    approve(home, by="Ada", at=AT - DAY)
    write(home, on="2026-11-22")
    assert isinstance(publish_due(home, at=AT), Waits)
