"""The program itself: verbs under the names that they had before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import command, empty_home

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("words", "now"),
    [
        (["schedule"], "run"),
        (["schedule", "--once"], "run"),
        (["settle", "3", "--was-sent"], "resolve"),
        (["settle", "--help"], "resolve"),
    ],
)
def test_an_old_verb_says_in_one_line_what_it_is_called_now(
    tmp_path: Path, words: list[str], now: str
) -> None:
    done = command(empty_home(tmp_path), *words)
    said = f"msnewsletter: '{words[0]}' is called '{now}' now\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_help_lists_no_old_verb(tmp_path: Path) -> None:
    said = command(empty_home(tmp_path), "--help").stdout
    verbs = [line.split()[0] for line in said.partition("Commands:")[2].splitlines() if line]
    assert "run" in verbs
    assert not {"schedule", "settle"} & set(verbs)
