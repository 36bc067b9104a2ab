"""Two change the next issue at once: both are heard, for they changed different things."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import empty_home, write_summary
from msnewsletter.publisher.editing.next_issue_file import read_next, save_next_text
from msnewsletter.publisher.publish import publish
from msnewsletter.web.desk.next_issue import pins_and_note
from web.desk.conftest import NOW
from web.desk.desk_client import DeskClient

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.issue.pins_and_holds import NextIssue
    from msnewsletter.publisher.editing.next_issue_file import NextFile


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DeskClient:
    """Somebody holds another summary after the desk has read the file, and before it saves it."""
    home = empty_home(tmp_path)
    for key in ("a", "b"):
        write_summary(home, key)
    usual, others = pins_and_note.save_next, ["issue: 1\nhold:\n  b: it is theirs\n"]

    def save(home: Home, wanted: NextIssue, *, version: str) -> NextFile:
        if others:
            front = f"---\n{others.pop()}---\n"
            save_next_text(home, front, version=read_next(home).version)
        return usual(home, wanted, version=version)

    monkeypatch.setattr(pins_and_note, "save_next", save)
    return DeskClient(home, NOW)


@pytest.mark.parametrize(
    ("action", "fields", "says"),
    [
        ("/pin", {"key": "a", "to": "top"}, "pin:\n  - a\n"),
        ("/hold", {"key": "a", "reason": "it is ours"}, "a: it is ours"),
        ("/note", {"note": "Our note.", "seen": pins_and_note.NextWords().seen}, "Our note."),
    ],
)
def test_what_another_desk_saves_in_between_keeps_nobody_from_theirs(
    editor: DeskClient, action: str, fields: dict[str, str], says: str
) -> None:
    assert editor.post(action, fields).status == 200
    text = editor.home.next_issue.read_text()
    assert says in text
    assert "b: it is theirs" in text


@pytest.fixture
def after(tmp_path: Path) -> DeskClient:
    """An issue went out a moment ago, and the desk has not noticed yet."""
    home = empty_home(tmp_path)
    write_summary(home, "a")
    editor = DeskClient(home, NOW)
    editor.get("/")
    publish(home, at=NOW)
    return editor


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("/pin", {"key": "a", "to": "top"}),
        ("/pin", {"key": "a", "before": ""}),
        ("/hold", {"key": "a", "reason": "it must not go out"}),
    ],
)
def test_nobody_holds_or_pins_what_was_sent_meanwhile(
    after: DeskClient, action: str, fields: dict[str, str]
) -> None:
    answer = after.post(action, fields)
    assert answer.status == 409
    assert "it was sent in issue 1. Remedy: correct or withdraw it" in answer.words
    assert not after.home.next_issue.exists()


def test_a_key_of_no_summary_is_neither_held_nor_pinned(after: DeskClient) -> None:
    answer = after.post("/hold", {"key": "nobody", "reason": "x"})
    assert "there is no summary with this key" in answer.words
    assert not after.home.next_issue.exists()


@pytest.mark.parametrize("noticed", [True, False])
def test_a_note_for_an_issue_that_is_out_asks_whether_it_is_for_the_next(
    tmp_path: Path, *, noticed: bool
) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    editor = DeskClient(home, NOW)
    form = editor.get("/").fields("/note") | {"note": "This week: a."}
    publish(home, at=NOW)
    if noticed:
        editor.get("/")
    refused = editor.post("/note", form)
    assert refused.status == 409
    assert "issue 1: it has been published since you opened the form" in refused.alert
    assert refused.fields("/note")["note"] == "This week: a."
    assert not home.next_issue.exists()
    saved = editor.post("/note", refused.fields("/note"))
    assert "Saved to issues/next.md." in saved.words
    assert home.next_issue.read_text().startswith("---\nissue: 2\n")


def test_who_works_with_keys_goes_on_where_they_were(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    for key in ("a", "b"):
        write_summary(home, key)
    desk = DeskClient(home, NOW)
    for action, fields, place in (
        ("/pin", {"key": "b", "to": "top"}, "row-b"),
        ("/hold", {"key": "a", "reason": "wait"}, "list"),
        ("/release", {"key": "a"}, "row-a"),
    ):
        leads_to = desk.post(action, fields, follow=False).headers["location"]
        assert leads_to.endswith(f"#{place}")
        assert len(desk.get(leads_to).tree.xpath(f"//*[@id='{place}']")) == 1


def test_what_was_held_is_said(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    desk = DeskClient(home, NOW)
    said = desk.post("/hold", {"key": "a", "reason": "wait"})
    assert "It is held: in no issue until somebody releases it." in said.words
    assert "No new summaries" in said.words
    assert said.links("Write a new summary") == ["/summary/new"]
