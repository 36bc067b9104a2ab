"""Writes a module that imports every public name that the program has when it runs.

Run by `make check`. mypy, which sees the program as its users' tools do, then has to know each of
them: where the two disagree, an import that works would be marked as a mistake, or a mistake would
not.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

import msnewsletter


def public_names(module: str) -> list[str]:
    """What a module makes public: `__all__`, or the classes and functions that it defines."""
    loaded = importlib.import_module(module)
    own = (
        name
        for name, value in vars(loaded).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module
    )
    return sorted(getattr(loaded, "__all__", own))


def main(path: Path) -> None:
    """Write the module."""
    lines = []
    for one in pkgutil.walk_packages(msnewsletter.__path__, "msnewsletter."):
        if "migrations" in one.name or one.name.endswith("__main__"):
            continue
        names = public_names(one.name)
        lines += [f"from {one.name} import {name} as n{len(lines)}_{name}" for name in names]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    print(f"{len(lines)} public names are what mypy sees")  # noqa: T201


main(Path(sys.argv[1]))
