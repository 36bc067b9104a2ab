"""What an approval survives and what it does not: by what readers would see."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from fetching import SITE, fields_of, keep, page_source, read_at
from homes import AT, FOLDER, empty_home, name_sources, write_summary
from msnewsletter.errors import RefusedError
from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import NothingNew, Released, Waits
from msnewsletter.publisher.seen_draft import seen_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from msnewsletter.home import Home

DAY = timedelta(days=1)


def approved_home(root: Path) -> Home:
    """Approved on the day before its slot, which is at AT."""
    home = empty_home(root, review='"required"')
    write_summary(home, "a")
    publish_due(home, at=AT - 2 * DAY)  # the clock has begun
    approve(home, by="Ada", at=AT - DAY)
    return home


def waits(home: Home) -> bool:
    return isinstance(publish_due(home, at=AT), Waits)


def mend(home: Home, old: str, new: str) -> None:
    text = home.settings.read_text()
    assert old in text
    home.settings.write_text(text.replace(old, new))


def edit_a_text(home: Home) -> None:
    path = home.root / "summaries" / "a.md"
    path.write_text(path.read_text().replace("It may help", "It may not help"))


def replace_a_template(home: Home) -> None:
    (home.root / "templates").mkdir()
    (home.root / "templates" / "extra.html.j2").write_text("anything")


def fetch_one_more(home: Home) -> None:
    name_sources(home, page_source(), FOLDER)
    keep(home, SITE, read_at("https://example.org/gut", fields_of("the gut")), at=AT - DAY)


CHANGES = {
    "one that was fetched": fetch_one_more,
    "a text": edit_a_text,
    "one more": lambda home: write_summary(home, "b"),
    "one less": lambda home: (home.root / "summaries" / "a.md").unlink(),
    "a setting": lambda home: mend(home, 'why = "You get', 'why = "Dear reader, you get'),
    "a template": replace_a_template,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_readers_would_see_withdraws_an_approval(tmp_path: Path, change: str) -> None:
    home = approved_home(tmp_path)
    write_summary(home, "z", "2026-11-19")
    approve(home, by="Ada", at=AT - DAY)
    CHANGES[change](home)
    assert waits(home)


def rename_the_file(home: Home) -> None:
    path = home.root / "summaries" / "a.md"
    path.rename(path.with_name("renamed.md"))


UNSEEN: dict[str, Callable[[Home], object]] = {
    "nothing": lambda _: None,
    "a renamed file": rename_the_file,
    "other slots": lambda home: mend(home, 'on = ["monday"]', 'on = ["monday", "friday"]'),
    "what is dated after it": lambda home: write_summary(home, "later", "2026-11-23T09:00+01:00"),
    "a bad summary": lambda home: write_summary(home, "bad", "2026-02-30"),
}


@pytest.mark.parametrize("change", UNSEEN)
def test_an_approval_outlives_what_readers_would_not_see(tmp_path: Path, change: str) -> None:
    home = approved_home(tmp_path)
    UNSEEN[change](home)
    assert not waits(home)


def test_what_arrives_after_a_late_approval_waits_for_the_next_issue(tmp_path: Path) -> None:
    home = approved_home(tmp_path)
    write_summary(home, "noon", "2026-11-23T12:00+01:00")
    done = publish_due(home, at=AT + timedelta(hours=6))
    assert isinstance(done, Released)
    assert [entry.summary.key for entry in done.preview.draft.issue.entries] == ["a"]
    assert done.preview.draft.issue.cutoff == AT, "the cutoff that was approved"


def test_what_the_desk_shows_can_be_approved_again(tmp_path: Path) -> None:
    home = approved_home(tmp_path)
    late = AT + timedelta(hours=6)
    write_summary(home, "noon", "2026-11-23T12:00+01:00")
    shown = next_issue_preview(home, at=late)
    done = approve(home, by="Bo", at=late, seen=seen_in(shown))
    assert done.approval.cutoff == AT
    assert done.preview.issue == shown.issue


def test_an_approval_for_one_slot_is_no_approval_of_more_at_the_next(tmp_path: Path) -> None:
    home = approved_home(tmp_path)
    write_summary(home, "of-the-week-after", "2026-11-27")
    assert isinstance(publish_due(home, at=AT + 7 * DAY), Waits)


def test_a_person_may_publish_early_what_was_approved(tmp_path: Path) -> None:
    home = approved_home(tmp_path)
    done = publish(home, at=AT - timedelta(hours=3))
    assert isinstance(done, Released)


def test_an_empty_slot_needs_no_approval(tmp_path: Path) -> None:
    home = approved_home(tmp_path)
    publish_due(home, at=AT)
    assert isinstance(publish_due(home, at=AT + 7 * DAY), NothingNew)


def test_there_is_nothing_to_approve_without_an_issue_or_without_need(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "empty", review='"required"')
    with pytest.raises(RefusedError, match="nothing new to approve"):
        approve(home, by="Ada", at=AT)
    home = empty_home(tmp_path / "free")
    with pytest.raises(RefusedError, match="need no approval"):
        approve(home, by="Ada", at=AT)
