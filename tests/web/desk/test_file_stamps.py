"""What changed is seen whatever changed; what is as it was, is not read again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from msnewsletter.web.desk.file_stamps import FileStamps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def written_anew(path: Path) -> None:
    kept = path.stat()
    path.write_text("a longer text")
    os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))


def exchanged(path: Path) -> None:
    kept = path.stat()
    other = path.with_name("other")
    other.write_text(path.read_text())
    os.utime(other, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    other.replace(path)


def exchanged_for_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


CHANGES: list[Callable[[Path], object]] = [
    written_anew,
    exchanged,
    exchanged_for_a_folder,
    lambda path: path.unlink(),
    lambda path: path.with_name("moved").mkdir() or path.rename(path.with_name("moved") / "a"),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "place" / "below" / "a.md"
    path.parent.mkdir(parents=True)
    path.write_text("a text")
    return path


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_changed_is_not_as_it_was(
    file: Path, tmp_path: Path, change: Callable[[Path], object]
) -> None:
    stamps = FileStamps.taken([tmp_path / "place"])
    assert stamps.still_hold([str(file)])
    change(file)
    assert not stamps.still_hold([str(file)])
    assert FileStamps.taken([tmp_path / "place"]).still_hold([str(file)])


def test_one_changed_file_among_others_is_enough(file: Path) -> None:
    other = file.with_name("b.md")
    stamps = FileStamps.taken([file.parent])
    other.write_text("new")
    assert stamps.still_hold([str(file)])
    assert not stamps.still_hold([str(file), str(other)])


def test_what_came_and_went_changed_nothing(file: Path) -> None:
    assert FileStamps.taken([file.parent]).still_hold([str(file.with_name(".a.md.tmp"))])


def test_a_folder_that_went_away_with_its_files_is_a_change(file: Path, tmp_path: Path) -> None:
    stamps = FileStamps.taken([tmp_path / "place"])
    file.unlink()
    file.parent.rmdir()
    assert not stamps.still_hold([str(file.parent)])


def test_a_single_file_that_is_not_there_yet_is_a_place_too(tmp_path: Path) -> None:
    path = tmp_path / "glossary.md"
    stamps = FileStamps.taken([path])
    assert stamps.still_hold([str(path)])
    path.touch()
    assert not stamps.still_hold([str(path)])


def test_of_what_was_not_looked_at_nothing_is_known(file: Path, tmp_path: Path) -> None:
    stamps = FileStamps.taken([tmp_path / "place"])
    assert not stamps.still_hold([str(tmp_path / "elsewhere.lock")])
    # What is behind a link to a folder was not looked at.
    (tmp_path / "place" / "linked").symlink_to(tmp_path / "other")
    assert not stamps.still_hold([str(tmp_path / "place" / "linked" / "b.md")])
    assert not FileStamps().still_hold([str(file)])
