"""A form that is deleted before anybody filled it in leaves nothing behind."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT, command, empty_home, write_summary
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.first_summary import FIRST_NAME, first_summary
from msnewsletter.publisher.preview import next_issue_preview

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

FORM = first_summary(AT.date())


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return empty_home(tmp_path / "home")


def form(home: Home) -> Path:
    path = home.root / "summaries" / FIRST_NAME
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(FORM)
    return path


def held(home: Home) -> list[str]:
    """The keys of what is held, as who only looks sees it."""
    return [one.summary.key for one in next_issue_preview(home, at=AT).draft.held]


def test_nothing_waits_for_a_form_that_was_deleted(home: Home) -> None:
    path = form(home)
    collect_now(home, at=AT)
    assert held(home) == ["first-summary"]
    path.unlink()
    assert held(home) == []
    assert "first-summary" not in command(home, "status").stdout
    collect_now(home, at=AT)
    assert held(home) == []


def test_who_puts_the_form_back_has_it_again(home: Home) -> None:
    path = form(home)
    # Long after it was written: it is not read again until it changes.
    later = AT + timedelta(days=3)
    collect_now(home, at=later)
    moved = path.rename(home.root / "kept")
    collect_now(home, at=later)
    moved.rename(path)
    collect_now(home, at=later)
    assert held(home) == ["first-summary"]


def test_a_form_that_is_filled_in_under_another_name_is_one_summary(home: Home) -> None:
    path = form(home)
    collect_now(home, at=AT)
    path.unlink()
    write_summary(home, "heart")
    seen = next_issue_preview(home, at=AT).draft
    assert seen.held == ()
    assert seen.issue
    assert [entry.summary.key for entry in seen.issue.entries] == ["heart"]


def test_a_summary_that_somebody_wrote_still_waits_for_its_file(home: Home) -> None:
    path = write_summary(home, "heart")
    collect_now(home, at=AT)
    path.unlink()
    collect_now(home, at=AT)
    [one] = next_issue_preview(home, at=AT).draft.held
    assert "summaries/heart.md is gone; put it back to send it" in one.reason
