"""Saving `issues/next.md`: what publishing would not understand is never written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import AT, empty_home, write_summary
from msnewsletter.decisions import Hold, Pin
from msnewsletter.errors import SourceError, StaleError
from msnewsletter.issue.pins_and_holds import NextIssue
from msnewsletter.publisher.editing.next_issue_file import read_next, save_next, save_next_text
from msnewsletter.publisher.preview import next_issue_preview

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

TEXT = "---\nissue: 1\n---\nOnly one study.\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = empty_home(tmp_path)
    home.records.mkdir()
    return home


def written(home: Home) -> bytes:
    return (home.records / "next.md").read_bytes()


def test_where_there_is_no_file_the_first_save_makes_it(home: Home) -> None:
    nothing = read_next(home)
    assert (nothing.text, nothing.version, nothing.error) == ("", "", None)
    saved = save_next_text(home, TEXT, version="")
    assert written(home).decode() == saved.text == TEXT
    assert read_next(home) == saved


def test_wishes_that_were_saved_are_those_of_the_next_issue(home: Home) -> None:
    for key, day in (("a", "2026-11-20"), ("b", "2026-11-19"), ("c", "2026-11-18")):
        write_summary(home, key, day)
    wanted = NextIssue(
        place="issues/next.md",
        issue=1,
        note="A *note*.",
        subject="A quiet week: two studies",
        pins=(Pin(key="b"), Pin(key="a")),
        holds=(Hold(key="c", reason="its author asked: wait"),),
    )
    save_next(home, wanted, version="")
    draft = next_issue_preview(home, at=AT).draft
    assert draft.issue is not None
    assert (draft.issue.note, draft.issue.subject) == (wanted.note, wanted.subject)
    assert [entry.summary.key for entry in draft.issue.entries] == ["b", "a"]
    [held] = draft.held
    assert held.summary.key == "c"
    assert "its author asked: wait" in held.reason


def test_a_text_that_publishing_would_refuse_leaves_the_file_as_it_is(home: Home) -> None:
    saved = save_next_text(home, TEXT, version="")
    with pytest.raises(SourceError, match="it names no issue"):
        save_next_text(home, "Hello.", version=saved.version)
    with pytest.raises(SourceError, match="half a character"):
        save_next_text(home, f"{TEXT}\ud800", version=saved.version)
    assert written(home).decode() == TEXT


def test_a_file_that_changed_meanwhile_is_not_written_over_and_is_shown(home: Home) -> None:
    seen = save_next_text(home, TEXT, version="")
    theirs = TEXT.replace("Only", "Just")
    save_next_text(home, theirs, version=seen.version)
    with pytest.raises(StaleError) as caught:
        save_next_text(home, TEXT.replace("one", "1"), version=seen.version)
    assert caught.value.text == theirs
    assert caught.value.version == read_next(home).version
    assert written(home).decode() == theirs


def test_a_file_that_cannot_be_understood_is_shown_with_its_line(home: Home) -> None:
    (home.records / "next.md").write_text("---\nisue: 1\n---\n")
    found = read_next(home)
    assert found.text == "---\nisue: 1\n---\n"
    assert str(found.error).startswith("issues/next.md:2: ")
    assert save_next_text(home, TEXT, version=found.version).error is None


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_stay_as_they_were(home: Home, start: bytes) -> None:
    (home.records / "next.md").write_bytes(start + TEXT.replace("\n", "\r\n").encode())
    seen = read_next(home)
    assert seen.text == TEXT
    save_next_text(home, f"{TEXT}And a line.\n", version=seen.version)
    expected = f"{TEXT}And a line.\n".replace("\n", "\r\n")
    assert written(home) == start + expected.encode()
