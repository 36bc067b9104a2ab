"""What hatchling builds of a checkout, or of a source archive that was unpacked."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def build(source: Path, folder: Path, what: str) -> Path:
    """The file that is built; `what`: `wheel` or `sdist`; the folder has nothing else in it."""
    words = [sys.executable, "-m", "hatchling", "build", "-t", what, "-d", str(folder)]
    subprocess.run(words, cwd=source, check=True, capture_output=True)
    [made] = folder.iterdir()
    return made


def bare() -> dict[str, str]:
    """The environment without what would lead to this checkout."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
