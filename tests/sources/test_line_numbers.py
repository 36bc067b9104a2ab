"""Words at fault are found again in the file that they were read from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from msnewsletter.sources.line_numbers import line_with

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_first_line_that_holds_them_counts(tmp_path: Path, end: str) -> None:
    path = tmp_path / "gut.md"
    path.write_bytes(end.join(["# Gut", "", "A {{ name }}.", "Again {{ name }}."]).encode())
    assert line_with(path, "{{ name }}") == 3


def test_what_is_nowhere_or_in_no_readable_file_has_no_line(tmp_path: Path) -> None:
    path = tmp_path / "gut.md"
    assert line_with(path, "gut") is None
    path.write_bytes(b"\xff gut\n")
    assert line_with(path, "eye") is None
    assert line_with(path, "gut") == 1
    assert line_with(tmp_path, "gut") is None
    os.mkfifo(tmp_path / "pipe.md")
    assert line_with(tmp_path / "pipe.md", "gut") is None
