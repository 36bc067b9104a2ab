"""The wheel carries all that a home needs: settings, note, samples and templates."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING

from homes import TOLD, command, empty_home

if TYPE_CHECKING:
    from pathlib import Path


def test_a_home_from_the_wheel_publishes_at_once(tmp_path: Path, root: Path) -> None:
    [wheel] = built(root, tmp_path, "wheel")
    unpacked = tmp_path / "unpacked"
    shutil.unpack_archive(wheel, unpacked, "zip")
    for words in (
        ["init", "--samples", "home"],
        ["--home", "home", "publish", "--at", "2026-11-23T08:00"],
    ):
        subprocess.run(
            [sys.executable, "-m", "msnewsletter", *words],
            cwd=tmp_path,
            # Before the checkout's own folder, which an editable installation puts at the end.
            env={"PYTHONPATH": str(unpacked)},
            check=True,
            capture_output=True,
        )
    assert (tmp_path / "home" / "outbox" / "new" / "0001" / "digest.eml").exists()
    assert "Welcome." in (tmp_path / "home" / "outbox" / "new" / "0001" / "digest.txt").read_text()
    packaged = unpacked / "msnewsletter" / "_home"
    samples = {path.name for path in (packaged / "summaries").iterdir()}
    assert samples == {path.name for path in (root / "summaries").iterdir()}
    # Records of what somebody published from the checkout never get into it.
    assert {path.name for path in (packaged / "issues").iterdir()} == {"README.md", "next.md"}


def test_the_source_archive_holds_what_building_and_testing_need(
    tmp_path: Path, root: Path
) -> None:
    [archive] = built(root, tmp_path, "sdist")
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    for name in ("issues/next.md", "issues/README.md", "newsletter.toml", "CONTRIBUTING.md"):
        assert name in names
    for folder in ("src", "templates", "summaries", "tests", "docs", "deploy", "tools"):
        assert any(name.startswith(f"{folder}/") for name in names), folder


def test_a_home_that_lost_its_settings_loses_nothing_else_to_init(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    home.settings.unlink()
    home.records.mkdir()
    mine = home.records / "next.md"
    mine.write_text("---\nissue: 7\n---\nMine.\n")
    assert command(home, "init", *TOLD, str(tmp_path)).returncode == 0
    assert mine.read_text().endswith("Mine.\n")
    assert home.settings.exists()
    assert (home.records / "README.md").exists()


def built(root: Path, folder: Path, what: str) -> list[Path]:
    """What hatchling builds of this repository."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", what, "-d", str(folder)]
    subprocess.run(build, cwd=root, check=True, capture_output=True)
    return [*folder.glob("*.whl"), *folder.glob("*.tar.gz")]
