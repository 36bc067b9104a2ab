"""What is drawn hangs on nothing but the test that draws; an order of its seed can be repeated."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import chance

if TYPE_CHECKING:
    import pytest


def drawn(root: Path, file: Path, *words: str, **variables: str) -> str:
    """What a run of pytest draws in tests/drawing.py, after what else it collects and runs."""
    usual = {
        name: value
        for name, value in os.environ.items()
        if name not in {"HYPOTHESIS_PROFILE", "TEST_SEED", "TEST_ORDER", "CI"}
        and not name.startswith("PYTEST_")
    }
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *words, "tests/drawing.py"],
        cwd=root,
        env=usual | {"DRAWN": str(file)} | variables,
        capture_output=True,
        check=True,
    )
    return file.read_text()


def test_the_same_is_drawn_whatever_ran_before_and_wherever_it_runs(
    root: Path, tmp_path: Path
) -> None:
    usual = drawn(root, tmp_path / "alone")
    assert len(usual) > 1000
    # Others of the program's modules first, tests that draw among them, and through a worker.
    others = ("tests/render/test_xml_text.py", "tests/render/test_sentences.py")
    assert drawn(root, tmp_path / "after", *others, "-n", "1", CI="true") == usual


def test_exploring_draws_something_else_each_time(root: Path, tmp_path: Path) -> None:
    one, other = (
        drawn(root, tmp_path / name, HYPOTHESIS_PROFILE="explore", CI="true")
        for name in ("one", "other")
    )
    assert one != other


def test_a_seed_is_fixed_until_a_run_brings_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_SEED", raising=False)
    assert (chance.seed(3), chance.told()) == (3, None)
    monkeypatch.setenv("TEST_SEED", "4711")
    assert chance.seed(3) == chance.seed(3) != chance.seed(4)
    assert "SEED=4711" in str(chance.told())


def test_a_random_order_keeps_files_together_and_can_be_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [
        SimpleNamespace(nodeid=f"{file}::{test}", path=Path(file))
        for file in "abcdef"
        for test in range(9)
    ]
    monkeypatch.delenv("TEST_ORDER", raising=False)
    usual = list(found)
    chance.in_order(usual)  # type: ignore[arg-type]
    assert usual == found
    monkeypatch.setenv("TEST_ORDER", "random")
    monkeypatch.setenv("TEST_SEED", "4711")
    one, other = list(found), found[::-1]
    chance.in_order(one)  # type: ignore[arg-type]
    chance.in_order(other)  # type: ignore[arg-type]
    assert one == other != found
    files = [item.path for item in one]
    assert len(list(dict.fromkeys(files))) == 6
    assert all(len(set(files[at : at + 9])) == 1 for at in range(0, 54, 9))
