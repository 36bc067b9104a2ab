"""`issues/next.md` after its issue: left over as a rule, and loud where words would be lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT, command, copy_of, empty_home, write_summary
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.troubles.trouble import TroubleName
from web.desk.desk_client import DeskClient

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

DAY = timedelta(days=1)
WORDS = """---
issue: 1
subject: A quiet week
question: What may I do?
pin: [a]
---

Two  studies.
"""
LEFT_OVER = "issues/next.md is for issue 1, which is out: write 'issue: 2' in it for the next"
LOST = (
    "issues/next.md: it is for issue 1, which went out without what it says now, so no issue will "
    "have it; if it is meant for the next one, change its number to 2"
)


def published(root: Path) -> Home:
    """A home whose first issue went out with WORDS, and that has one summary for the second."""
    home = empty_home(root)
    write_summary(home, "a")
    home.records.mkdir(exist_ok=True)
    home.next_issue.write_text(WORDS)
    publish(home, at=AT)
    write_summary(home, "b")
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return copy_of(published, tmp_path / "home")


def told(home: Home) -> str:
    """What `status` says in all, and `check`."""
    done = [
        command(home, *words, "--at", (AT + DAY).isoformat()) for words in (["status"], ["check"])
    ]
    return "".join(one.stdout + one.stderr for one in done)


def test_what_went_out_is_said_once_by_status_and_is_nothing_to_correct(home: Home) -> None:
    preview = next_issue_preview(home, at=AT + DAY)
    assert (preview.notes, preview.unsaid) == ((), None)
    assert told(home).count("issues/next.md") == 1
    assert LEFT_OVER in told(home)
    desk = DeskClient(home, AT + DAY)
    assert "issues/next.md is for issue" not in desk.get("/").words
    assert "It is for issue 1, which is out." in desk.get("/next").words


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Two  studies.", "Something else."),
        ("A quiet week", "A loud week"),
        ("What may I do?", "What may I eat?"),
        ("[a]", "[b]"),
    ],
)
def test_words_under_an_old_number_are_loud_wherever_one_looks(
    home: Home, old: str, new: str
) -> None:
    home.next_issue.write_text(WORDS.replace(old, new))
    assert str(next_issue_preview(home, at=AT + DAY).unsaid) == LOST
    assert f"ISSUE: {LOST}\n" in told(home)
    assert f"note: {LOST}\n" in told(home)
    assert f"BAD  {TroubleName.UNSAID}" not in told(home)
    assert LOST.partition(": ")[2] in DeskClient(home, AT + DAY).get("/").words


def test_with_the_next_number_they_go_out(home: Home) -> None:
    home.next_issue.write_text(WORDS.replace("issue: 1", "issue: 2").replace("Two", "Three"))
    assert "issues/next.md" not in told(home).replace("issues/next.md:5", "")
    issue = next_issue_preview(home, at=AT + DAY).issue
    assert issue is not None
    assert issue.note == "Three  studies."


def test_a_file_with_holds_alone_is_never_left_over(home: Home) -> None:
    home.next_issue.write_text("---\nissue: 1\nhold:\n  b: they were asked\n---\n")
    assert LEFT_OVER not in told(home)
    assert "unsaid" not in told(home)
