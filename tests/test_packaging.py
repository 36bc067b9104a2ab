"""The wheel carries all that a home needs: settings, samples and templates."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def test_a_home_from_the_wheel_publishes_at_once(tmp_path: Path, root: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=root, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    unpacked = tmp_path / "unpacked"
    zipfile.ZipFile(wheel).extractall(unpacked)
    for words in (["init", "home"], ["--home", "home", "publish", "--at", "2026-11-23T08:00"]):
        subprocess.run(
            [sys.executable, "-m", "msnewsletter", *words],
            cwd=tmp_path,
            # Before the checkout's own folder, which an editable installation puts at the end.
            env={"PYTHONPATH": str(unpacked)},
            check=True,
            capture_output=True,
        )
    assert (tmp_path / "home" / "outbox" / "new" / "0001" / "digest.eml").exists()
    packaged = {path.name for path in (unpacked / "msnewsletter" / "_home" / "summaries").iterdir()}
    assert packaged == {path.name for path in (root / "summaries").iterdir()}
