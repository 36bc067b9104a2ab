"""The wheel holds the program, its types, its home and its licence; each build is the same."""

from __future__ import annotations

import os
import re
import subprocess
import tarfile
from email.parser import HeaderParser
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from release_builds import build

if TYPE_CHECKING:
    from pathlib import Path

# Where the wheel has what is elsewhere in the checkout.
HOME = ("templates", "summaries", "issues/README.md", "issues/next.md", "newsletter.toml")


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with ZipFile(wheel) as opened:
        return set(opened.namelist())


def listed(root: Path, *below: str) -> set[str]:
    """The files of the checkout, but for those that git ignores."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *below]
    done = subprocess.run(words, cwd=root, check=True, capture_output=True, text=True)
    return {name for name in done.stdout.splitlines() if (root / name).is_file()}


def test_it_holds_the_package_and_the_sample_home_and_nothing_else(
    root: Path, names: set[str]
) -> None:
    package = {name.removeprefix("src/") for name in listed(root, "src/msnewsletter")}
    home = {f"msnewsletter/_home/{name}" for name in listed(root, *HOME)}
    assert {name for name in names if ".dist-info/" not in name} == package | home


def test_it_holds_what_installers_type_checkers_and_lawyers_look_for(names: set[str]) -> None:
    about = {name.partition("/")[2] for name in names if ".dist-info/" in name}
    assert about == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
    assert "msnewsletter/py.typed" in names


def test_it_holds_no_test_no_database_and_no_cache(names: set[str]) -> None:
    stray = re.compile(r"(^|/)(tests?|var|outbox|node_modules|__pycache__)/|\.(db|pyc|eml|lock)$")
    assert [name for name in names if stray.search(name)] == []


def test_it_is_for_every_machine_and_says_its_version_and_licence(wheel: Path, root: Path) -> None:
    with ZipFile(wheel) as opened:
        [path] = [name for name in opened.namelist() if name.endswith(".dist-info/METADATA")]
        about = HeaderParser().parsestr(opened.read(path).decode())
    assert wheel.name == f"msnewsletter-{about['Version']}-py3-none-any.whl"
    assert f'version = "{about["Version"]}"' in (root / "pyproject.toml").read_text()
    assert about["License-Expression"] == "MIT"
    assert about["Requires-Python"] == ">=3.11"


def test_the_source_archive_builds_the_same_wheel_byte_for_byte_elsewhere_and_at_another_time(
    sdist: Path, wheel: Path, tmp_path: Path
) -> None:
    with tarfile.open(sdist) as opened:
        opened.extractall(tmp_path / "source", filter="data")
    [source] = (tmp_path / "source").iterdir()
    for path in source.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        if path.is_file():
            path.chmod(0o600)
    again = build(source, tmp_path / "again", "wheel")
    assert again.name == wheel.name
    assert again.read_bytes() == wheel.read_bytes()


def test_the_source_archive_has_no_file_that_git_does_not_have(sdist: Path, root: Path) -> None:
    with tarfile.open(sdist) as opened:
        names = {one.name.partition("/")[2] for one in opened.getmembers() if one.isfile()}
    assert names - {"PKG-INFO"} <= listed(root)
    assert {"SECURITY.md", "LICENSE", "tools/setup.sh", "tests/conftest.py"} <= names
