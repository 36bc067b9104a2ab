"""Golden files: bytes that were looked at once and may change only on purpose.

`GOLDEN=1 pytest ...` (or `make golden`) rewrites them; the diff is then reviewed.
"""

from __future__ import annotations

import difflib
import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_SHOWN = 40  # lines of a difference that help


def check(path: Path, actual: bytes) -> None:
    """Fail with a diff unless the golden file holds exactly these bytes."""
    if os.environ.get("GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(actual)
        return
    if not path.is_file():
        pytest.fail(f"{path} does not exist; GOLDEN=1 writes it")
    expected = path.read_bytes()
    if actual == expected:
        return
    lines = difflib.unified_diff(
        expected.decode(errors="backslashreplace").splitlines(),
        actual.decode(errors="backslashreplace").splitlines(),
        f"{path.name} (golden)",
        f"{path.name} (now)",
        lineterm="",
    )
    shown = "\n".join(line for line, _ in zip(lines, range(_SHOWN), strict=False))
    pytest.fail(f"{path} differs; GOLDEN=1 rewrites it\n{shown or 'only in line ends'}")
