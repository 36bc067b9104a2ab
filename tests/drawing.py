"""Draws for test_chance.py, which compares runs of it; no test of the program."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

DRAWN: list[tuple[int, str, float]] = []


@given(st.integers(), st.text(), st.floats())
def draw(number: int, text: str, real: float) -> None:
    DRAWN.append((number, text, real))


def test_drawing() -> None:
    draw()
    Path(os.environ["DRAWN"]).write_text(ascii(DRAWN))
