"""Standard output that takes nothing: one line, an exit code that is not 0, and an end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from forks import forked
from homes import empty_home
from patience import PATIENCE

SAID = (
    "msnewsletter: standard output: it cannot be written (No space left on device); make room "
    "where it goes, or send it elsewhere\n"
)


def to_full_disk() -> None:
    os.dup2(os.open("/dev/full", os.O_WRONLY), 1)


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        ["status", "--help"],
        ["completion", "bash"],
        ["status"],
        ["check", "--json"],
        ["subscribers", "export", "-"],
        ["init", "--samples", "new"],
    ],
    ids=" ".join,
)
def test_a_full_disk_behind_standard_output_is_one_line(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(empty_home(tmp_path).root)
    done = forked(words, before=to_full_disk)
    assert (done.returncode, done.stderr) == (1, SAID)


def test_a_demo_whose_output_is_not_taken_ends_and_leaves_nothing(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "msnewsletter", "demo"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=PATIENCE,
            env=os.environ | {"TMPDIR": str(tmp_path)},
        )
    assert (done.returncode, done.stderr) == (1, SAID)
    assert not [*tmp_path.iterdir()]


def test_a_reader_that_has_enough_is_told_nothing(tmp_path: Path) -> None:
    def to_closed_pipe() -> None:
        reader, writer = os.pipe()
        os.close(reader)
        os.dup2(writer, 1)

    done = forked(["--home", str(empty_home(tmp_path).root), "status"], before=to_closed_pipe)
    assert (done.returncode, done.stderr) == (1, "")
