"""Plugins for tests: real distributions on the path, with the entry points that they name."""

from __future__ import annotations

import os
import shutil
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from workers import until

if TYPE_CHECKING:
    import pytest

    from msnewsletter.home import Home

EXAMPLES = Path(__file__).parents[1] / "examples" / "plugins"


def install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a folder of installed distributions on the path, here and for what is started."""
    folder.mkdir(exist_ok=True)
    monkeypatch.syspath_prepend(str(folder))


def unload(*names: str) -> None:
    """Let modules be imported anew: each test has a folder of its own."""
    for name in names:
        sys.modules.pop(name, None)


def add_example(folder: Path, name: str) -> None:
    """Install an example, as pip would: its module, and what its pyproject.toml says."""
    source = EXAMPLES / name
    project = tomllib.loads((source / "pyproject.toml").read_text())["project"]
    for module in source.glob("*.py"):
        shutil.copyfile(module, folder / module.name)
        unload(module.stem)
    [(group, points)] = project["entry-points"].items()
    for point, target in points.items():
        add_distribution(folder, project["name"], group, f"{point} = {target}")


def add_plugin(folder: Path, module: str, group: str, point: str, code: str) -> None:
    """Install a distribution of one module, whose function is called `work`."""
    (folder / f"{module}.py").write_text(code)
    unload(module)
    add_distribution(folder, module.replace("_", "-"), group, f"{point} = {module}:work")


def add_distribution(folder: Path, name: str, group: str, point: str) -> None:
    """Write what makes a distribution known, in version 1.0."""
    info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    (info / "METADATA").write_text(metadata)
    (info / "entry_points.txt").write_text(f"[{group}]\n{point}\n")


def open_gate(home: Home, number: int) -> None:
    """Let a gated plugin go on with an issue, once it waits."""

    def opened() -> bool:
        try:
            os.close(os.open(home.root / f"gate{number}", os.O_WRONLY | os.O_NONBLOCK))
        except OSError:  # nobody reads yet
            return False
        return True

    until(opened)
