"""Where one summary stands: in the next issue, held, sent, or never mailed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fetching import FEED, fields_of, keep, read_at
from homes import empty_home, write_summary
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.editing.summary_state import state_of
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.state_name import StateName
from msnewsletter.publisher.takedown import take_down
from web.desk.conftest import NOW, SLOT
from web.desk.sourced import sourced_home

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.editing.summary_state import SummaryState


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return empty_home(tmp_path / "home", start="2026-11-01")


def stood(home: Home, key: str, at: datetime = NOW) -> SummaryState:
    found = state_of(home, next_issue_preview(home, at=at), key)
    assert found is not None
    return found


def test_what_is_new_has_its_number_or_the_reason_why_it_waits(home: Home) -> None:
    write_summary(home, "walks")
    write_summary(home, "later", published="2099-01-01")
    taken, held = stood(home, "walks"), stood(home, "later")
    assert (taken.name, taken.issue, taken.position) == (StateName.PENDING, 1, 1)
    assert (held.name, held.issue, held.position) == (StateName.HELD, 0, 0)
    assert "after the cutoff" in held.reason
    assert state_of(home, next_issue_preview(home, at=NOW), "nothing") is None


def test_what_is_older_than_the_newsletter_is_never_mailed(home: Home) -> None:
    write_summary(home, "old", published="2020-01-01")
    write_summary(home, "walks")
    publish_due(home, at=SLOT)
    found = stood(home, "old", SLOT)
    assert found.name is StateName.BASELINE
    assert found.reason == "published 2020-01-01, before the newsletter's start on 2026-11-01"


def test_what_was_sent_has_its_issue_its_page_and_the_edit_that_waits(home: Home) -> None:
    path = write_summary(home, "walks")
    publish_due(home, at=SLOT)
    found = stood(home, "walks", SLOT)
    assert (found.name, found.issue, found.carried, found.edit) == (
        StateName.SENT,
        1,
        SLOT,
        None,
    )
    assert (home.site / "summaries" / found.page.rpartition("/")[2]).is_file()
    path.write_text(path.read_text().replace("may help", "helps"))
    found = stood(home, "walks", SLOT)
    assert found.edit is not None
    assert (found.shown.why_it_matters, found.summary.why_it_matters) == (
        "It may help.",
        "It helps.",
    )
    path.unlink()
    assert not stood(home, "walks", SLOT).has_file


def test_what_was_taken_down_shows_no_text(home: Home) -> None:
    write_summary(home, "walks")
    publish_due(home, at=SLOT)
    take_down(home, "walks", reason="a court", at=SLOT)
    found = stood(home, "walks", SLOT)
    assert (found.name, found.shown.headline, found.shown.found) == (StateName.SENT, "", "")


def test_a_pending_summary_whose_file_went_is_held_with_its_text(home: Home) -> None:
    path = write_summary(home, "walks")
    collect_now(home, at=NOW)
    path.unlink()
    found = stood(home, "walks")
    assert (found.name, found.has_file) == (StateName.HELD, False)
    assert found.shown.found == "Something about walks."


def test_a_second_source_of_a_study_follows_the_first(tmp_path: Path) -> None:
    home = sourced_home(tmp_path)
    gut = fields_of("the gut", doi="10.1000/gut", journal="Gut")
    keep(home, FEED, read_at("https://feeds.example.net/gut", gut), at=NOW)
    preview = next_issue_preview(home, at=NOW)
    found = [state_of(home, preview, key) for key in preview.collected.one_study.followers]
    assert {one.name for one in found if one} == {StateName.FOLLOWS}
