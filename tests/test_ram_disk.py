"""Tests have their files in memory where there is room."""

from __future__ import annotations

import os
import tempfile
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

import ram_disk

if TYPE_CHECKING:
    from pathlib import Path


def test_memory_is_chosen_where_there_is_room(tmp_path: Path) -> None:
    assert ram_disk.chosen_folder(tmp_path, room=1) == tmp_path
    assert ram_disk.chosen_folder(tmp_path, room=1 << 60) is None
    assert ram_disk.chosen_folder(tmp_path / "missing") is None


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has said where temporary files are."""
    monkeypatch.setenv("TMPDIR", "restored afterwards")
    monkeypatch.delenv("TMPDIR")
    monkeypatch.setattr(tempfile, "tempdir", None)


@pytest.mark.usefixtures("unset")
def test_temporary_files_and_those_of_other_processes_are_made_there(tmp_path: Path) -> None:
    ram_disk.use_memory(tmp_path, room=1)
    assert (tempfile.gettempdir(), os.environ["TMPDIR"]) == (str(tmp_path), str(tmp_path))


@pytest.mark.usefixtures("unset")
def test_whoever_names_a_folder_gets_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    ram_disk.use_memory(tmp_path / "another", room=1)
    assert tempfile.gettempdir() == str(tmp_path)


def test_a_disk_on_which_nothing_may_run_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = os.statvfs(tmp_path)
    closed = SimpleNamespace(f_flag=there.f_flag | os.ST_NOEXEC)
    monkeypatch.setattr(os, "statvfs", lambda _: closed)
    assert ram_disk.chosen_folder(tmp_path, room=0) is None
