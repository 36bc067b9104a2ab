"""The wheel of this checkout, and the programs that the black-box tests judge."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from typing import TYPE_CHECKING

import pytest

from release_builds import bare, build

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(root, tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="session")
def sdist(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(root, tmp_path_factory.mktemp("sdist"), "sdist")


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel, and with what this one has for its dependencies: no network.

    A line of a .pth file brings in a folder, but not the .pth files in it: this checkout, if it is
    installed here as it lies, stays out.
    """
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    options = ["--quiet", "--no-index", "--no-deps", "--no-compile"]
    subprocess.run([*pip, "install", *options, str(wheel)], check=True, env=bare())
    [packages] = folder.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


@pytest.fixture(scope="session", params=["checkout", "wheel"])
def program(request: pytest.FixtureRequest) -> tuple[list[str], dict[str, str]]:
    """How the program is called, and its environment.

    It is this checkout and the installed wheel in turn, or the one that TEST_PROGRAM names.
    """
    if named := os.environ.get("TEST_PROGRAM"):
        if request.param == "checkout":
            pytest.skip("TEST_PROGRAM names another program")
        found = shutil.which(named)
        assert found, f"TEST_PROGRAM: there is no program {named!r}"
        return [found], bare()
    if request.param == "wheel":
        installed: Path = request.getfixturevalue("installed")
        return [str(installed / "bin" / "msnewsletter")], bare()
    return [sys.executable, "-m", "msnewsletter"], dict(os.environ)
