"""An issue that needs approval goes out by hand before its slot, though another waits for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homes import empty_home, write_summary
from web.desk.conftest import NOW
from web.desk.desk_client import DeskClient

if TYPE_CHECKING:
    from pathlib import Path

LATER = "2026-11-28"  # before the slot


def test_what_the_slot_adds_does_not_keep_the_rest_from_going_out(tmp_path: Path) -> None:
    home = empty_home(tmp_path, review='"required"')
    write_summary(home, "a")
    write_summary(home, "b", LATER)
    editor = DeskClient(home, NOW)
    editor.post("/approve", editor.get("/approve").fields("/approve") | {"by": "Ada"})
    screen = editor.get("/publish")
    assert "Ada approved the issue of the next slot, and this is another" in screen.words
    form = screen.fields("/publish")
    assert editor.post("/publish", form | {"by": ""}).status == 409
    assert "is published" in editor.post("/publish", form | {"by": "Bo"}).words
    assert "approved by Bo" in editor.get("/issues/1").words
    # The approval was of this draft alone: what the slot adds waits for its own.
    assert "nobody has approved it" in editor.get("/").words
    assert editor.post("/publish", form | {"by": "Bo"}).status == 409


def test_what_the_slot_has_as_well_is_approved_where_it_is_decided_on(tmp_path: Path) -> None:
    home = empty_home(tmp_path, review='"required"')
    write_summary(home, "a")
    editor = DeskClient(home, NOW)
    assert '<a href="/approve">Decide on it</a>' in editor.get("/publish").markup
    assert 'action="/publish"' not in editor.get("/publish").markup
