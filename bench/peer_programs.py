"""Where the peers are: npm's packages, the newsletters from PyPI, and Debian's programs.

Nothing of them is in the project's own environment. What is missing is named, with how to get it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from measure import PeerMissingError

HERE = Path(__file__).parent
PYTHON = HERE.parent / ".venv" / "bench-peers" / "bin" / "python"
REQUIREMENTS = HERE / "peers" / "requirements.txt"


def debian(program: str, package: str) -> str:
    """The path of a program.

    Raises:
        PeerMissingError: it is not installed.
    """
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if found is None:
        raise PeerMissingError(f"{program} is not installed: apt-get install {package}")
    return found


def npm(package: str) -> Path:
    """The folder whose node_modules has the package; installs what package.json names, once.

    Raises:
        PeerMissingError: there is no npm, or it cannot install.
    """
    if not (HERE / "node_modules" / package).is_dir():
        if not shutil.which("npm"):
            raise PeerMissingError(f"{package} needs npm: apt-get install npm")
        words = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"]
        if subprocess.run(
            [*words, "--ignore-scripts"], cwd=HERE, capture_output=True, check=False
        ).returncode:
            raise PeerMissingError(f"npm cannot install {package}: run npm install in bench/")
    return HERE


def python(module: str) -> str:
    """The Python whose environment has the newsletters; makes the environment, once.

    Raises:
        PeerMissingError: it cannot be made, or the module does not load there.
    """
    stamp = PYTHON.parents[1] / "installed.txt"
    wanted = REQUIREMENTS.read_text()
    if not stamp.is_file() or stamp.read_text() != wanted:
        _make(PYTHON.parents[1])
        stamp.write_text(wanted)
    if subprocess.run(
        [PYTHON, "-c", f"import {module}"], capture_output=True, check=False
    ).returncode:
        raise PeerMissingError(f"{module} does not load in {PYTHON.parents[1].name}")
    return str(PYTHON)


def _make(folder: Path) -> None:
    steps = (
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [str(PYTHON), "-m", "pip", "install", "--quiet", "--requirement", str(REQUIREMENTS)],
    )
    for words in steps:
        if subprocess.run(words, capture_output=True, check=False).returncode:
            raise PeerMissingError(f"the newsletters cannot be installed: {' '.join(words[:4])}")


def version(module: str) -> str:
    """The version that the requirements name."""
    lines = REQUIREMENTS.read_text().splitlines()
    return next(line.partition("==")[2] for line in lines if line.startswith(f"{module}=="))
