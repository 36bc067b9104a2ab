"""Folders on the command line: an empty name, as an unset variable of a shell gives, is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import command, empty_home, tree
from msnewsletter.home import Home

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "words",
    [
        ["init", ""],
        ["--home", "", "publish"],
        ["--home", "", "init", "x"],
        ["restore", "a.zip", ""],
    ],
    ids=" ".join,
)
def test_an_empty_name_of_a_folder_is_not_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    home = empty_home(tmp_path / "home")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    done = command(home, *words)
    assert done.returncode == 2
    assert "it is empty; name a folder" in done.stderr
    assert not tree(tmp_path / "here")


def test_a_dot_is_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert command(Home(tmp_path), "init", "--samples", ".").returncode == 0
    assert command(Home(tmp_path), "--home", ".", "publish").returncode == 0
