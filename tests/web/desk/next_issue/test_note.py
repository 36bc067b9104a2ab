"""The note, the subject and the question: a form whose words are in the file, and never lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from homes import empty_home, write_summary
from web.desk.conftest import NOW
from web.desk.desk_client import DeskClient

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from web.desk.running import Running

    Opened = Callable[..., Page]


NOTE = "/note"


@pytest.fixture
def asked(tmp_path: Path) -> DeskClient:
    """The desk of a home with one summary, without a browser."""
    home = empty_home(tmp_path / "home")
    home.records.mkdir(exist_ok=True)
    write_summary(home, "walks")
    return DeskClient(home, NOW)


def test_a_note_written_at_the_desk_is_in_the_file_and_in_the_mail(asked: DeskClient) -> None:
    typed = {
        "subject": "A quiet week",
        "note": "Two studies, α < β & “quotes”.\n\nMore below.",
    }
    done = asked.post(NOTE, asked.get("/").fields(NOTE) | typed)
    assert "Saved to issues/next.md." in done.words
    assert asked.home.next_issue.read_text() == (
        "---\nissue: 1\nsubject: A quiet week\n---\nTwo studies, α < β & “quotes”.\n\nMore below.\n"
    )
    assert "A quiet week" in asked.get("/?view=inbox").words


def test_a_stale_save_shows_both_and_overwrites_nothing(asked: DeskClient) -> None:
    form = asked.get("/").fields(NOTE)
    theirs = "---\nissue: 1\n---\nTheirs.\n"
    asked.home.next_issue.write_text(theirs)
    stale = asked.post(NOTE, form | {"note": "Mine."})
    assert "issues/next.md was changed meanwhile" in stale.words
    assert "Theirs." in stale.words
    assert stale.fields(NOTE)["note"] == "Mine."
    assert asked.home.next_issue.read_text() == theirs
    assert "Saved to issues/next.md." in asked.post(NOTE, stale.fields(NOTE)).words
    assert "Mine." in asked.home.next_issue.read_text()


def test_what_was_written_survives_a_file_that_cannot_be_understood(asked: DeskClient) -> None:
    form = asked.get("/").fields(NOTE)
    asked.home.next_issue.write_text("---\nissue: soon\n---\n")
    answer = asked.post(NOTE, form | {"note": "Long and dear to me."})
    assert "issues/next.md:2" in answer.alert
    assert answer.fields(NOTE)["note"] == "Long and dear to me."
    assert asked.home.next_issue.read_text() == "---\nissue: soon\n---\n"


def test_what_is_written_ahead_for_a_later_issue_is_not_thrown_away(asked: DeskClient) -> None:
    pin = asked.get("/").fields("/pin")
    ahead = "---\nissue: 2\nsubject: In a week\n---\nWritten *ahead*.\n"
    asked.home.next_issue.write_text(ahead)
    assert "it is for issue 2, and the next is 1" in asked.post("/pin", pin).words
    form = asked.get("/").fields(NOTE)
    answer = asked.post(NOTE, form | {"note": "Of today."})
    assert "it is for issue 2, and the next is 1" in answer.words
    assert answer.fields(NOTE)["note"] == "Of today."
    assert asked.home.next_issue.read_text() == ahead


def test_the_note_can_be_looked_at_before_it_is_saved(desk: Running, opened: Opened) -> None:
    page = opened()
    page.fill("#note", "An *unsaved* word <script>alert(1)</script>")
    page.get_by_role("button", name="Preview", exact=True).click()
    shown = page.frame_locator("#note-preview")
    expect(shown.locator("em")).to_have_text("unsaved")
    expect(shown.get_by_text("<script>alert(1)</script>")).to_be_visible()
    assert not desk.home.next_issue.exists()


def test_two_tabs_cannot_overwrite_each_other(desk: Running, opened: Opened) -> None:
    one, two = opened(), opened()
    one.fill("#note", "From the first tab.")
    two.fill("#note", "From the second tab.")
    one.get_by_role("button", name="Save", exact=True).click()
    expect(one.get_by_text("Saved to issues/next.md.")).to_be_visible()
    # What somebody types is never taken away by what others save.
    expect(two.locator("#live")).to_contain_text("what you are writing is kept")
    expect(two.locator("#note")).to_have_value("From the second tab.")
    two.get_by_role("button", name="Save", exact=True).click()
    expect(two.get_by_role("heading", level=1)).to_contain_text("changed meanwhile")
    assert "From the first tab." in desk.home.next_issue.read_text()


def test_a_page_from_before_a_restart_is_told_how_to_keep_its_words(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    page.evaluate("document.querySelectorAll('[name=token]').forEach(one => one.value = 'old')")
    page.fill("#note", "Typed before.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("This form is from before the desk was restarted")).to_be_visible()
    expect(page.get_by_label("The note")).to_have_value("Typed before.")
    assert not desk.home.next_issue.exists()


def test_who_leaves_with_words_that_are_not_saved_is_asked_first(opened: Opened) -> None:
    page = opened()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("#note").press_sequentially("Not yet saved.")
    page.get_by_role("link", name="Publish now…").click(no_wait_after=True)
    expect(page.locator("#note")).to_have_value("Not yet saved.")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved to issues/next.md.")).to_be_visible()
    page.get_by_role("link", name="Publish now…").click()
    page.wait_for_url("**/publish")
    assert asked == ["beforeunload"]
