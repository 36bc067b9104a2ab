"""Two change the next issue at once: both are heard, for they changed different things."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import empty_home, write_summary
from msnewsletter.publisher.editing.next_issue_file import read_next, save_next_text
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
