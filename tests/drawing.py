"""No test of the program: test_chance.py runs it alone and after others, and compares what it drew."""

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
