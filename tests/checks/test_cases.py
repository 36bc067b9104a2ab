"""Inputs that came out wrong: the files of ../shared/cases, and the right outcome of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import AT, empty_home
from msnewsletter.model import HoldReason
from msnewsletter.publisher.next_issue_preview import next_issue_preview

if TYPE_CHECKING:
    from pathlib import Path

HELD = {
    "merge-markers.md": (HoldReason.UNFINISHED, "a conflict marker is left"),
    "chatbot-marks.md": (HoldReason.UNFINISHED, "a chatbot's citation mark is left"),
    "lost-letters.md": (HoldReason.UNFINISHED, "a lost character (U+FFFD) is left"),
    "half-copied.md": (HoldReason.UNFINISHED, "half a sentence is left"),
    "gut.sync-conflict-20261121-101112-ABCDEFG.md": (
        HoldReason.CONFLICT_COPY,
        "a conflict copy of summaries/gut.md",
    ),
}
SENT = ("gut.md", "age-limits.md", "list-in-cautions.md", "first-sentence-small.md")


@pytest.mark.parametrize("name", HELD)
def test_what_no_editor_would_send_is_held_and_the_rest_goes_out(
    tmp_path: Path, shared: Path, name: str
) -> None:
    home = empty_home(tmp_path)
    for file in {name, *SENT}:
        data = (shared / "cases" / "files" / file).read_bytes()
        (home.root / "summaries" / file).write_bytes(data)
    preview = next_issue_preview(home, at=AT, by_hand=True)
    [held] = preview.draft.held
    assert held.because is HELD[name][0]
    assert HELD[name][1] in held.reason
    assert held.summary.location == f"summaries/{name}"
    assert preview.issue is not None
    assert len(preview.issue.entries) == len(SENT)
