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

DRAWING = """
import importlib, sys
from hypothesis import given, settings
from hypothesis import strategies as st
import chance
settings.load_profile(chance.PROFILE)
for name in sys.argv[1:]:
    importlib.import_module(name)
drawn = []
@given(st.integers(), st.text(), st.floats())
def draw(number, text, real):
    drawn.append((number, text, real))
draw()
print(ascii(drawn))
"""


def drawn(root: Path, *modules: str, **variables: str) -> str:
    """What a new process draws that has loaded these modules."""
    usual = {
        name: value
        for name, value in os.environ.items()
        if name not in {"HYPOTHESIS_PROFILE", "TEST_SEED", "CI"}
    }
    return subprocess.run(
        [sys.executable, "-c", DRAWING, *modules],
        env=usual | {"PYTHONPATH": f"{root}/tests:{root}/src"} | variables,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_the_same_is_drawn_whatever_is_loaded_and_wherever_it_runs(root: Path) -> None:
    usual = drawn(root)
    assert len(usual) > 1000
    assert drawn(root, "msnewsletter.cli.main", "msnewsletter.publisher", CI="true") == usual


def test_exploring_draws_something_else_each_time(root: Path) -> None:
    assert drawn(root, HYPOTHESIS_PROFILE="explore", CI="true") != drawn(
        root, HYPOTHESIS_PROFILE="explore", CI="true"
    )


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
