"""An issue that needs approval goes out by hand before its slot, though another waits for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homes import empty_home, write_summary
from web.desk.conftest import NOW
from web.desk.visiting import Visitor, desk_app

if TYPE_CHECKING:
    from pathlib import Path

LATER = "2026-11-28"  # before the slot


def test_what_the_slot_adds_does_not_keep_the_rest_from_going_out(tmp_path: Path) -> None:
    home = empty_home(tmp_path, review='"required"')
    write_summary(home, "a")
    write_summary(home, "b", LATER)
    editor = Visitor(desk_app(home, lambda: NOW))
    editor.send("/approve", {**editor.form("/approve", "/approve"), "by": "Ada"})
    screen = editor.read("/publish")
    assert "Ada approved the issue of the next slot, and this is another" in screen
    form = editor.form("/publish", "/publish")
    editor.send("/publish", {**form, "by": ""})
    assert editor.code == 409
    assert "is published" in editor.send("/publish", {**form, "by": "Bo"})
    assert "approved by Bo" in editor.read("/issues/1")
    # The approval was of this draft alone: what the slot adds waits for its own.
    assert "nobody has approved it" in editor.read("/")
    editor.send("/publish", {**form, "by": "Bo"})
    assert editor.code == 409


def test_what_the_slot_has_as_well_is_approved_where_it_is_decided_on(tmp_path: Path) -> None:
    home = empty_home(tmp_path, review='"required"')
    write_summary(home, "a")
    editor = Visitor(desk_app(home, lambda: NOW))
    assert '<a href="/approve">Decide on it</a>' in editor.read("/publish")
    assert 'action="/publish"' not in editor.read("/publish")
