"""Lists what the program installs, with its licences, and refuses those that are not allowed here.

Run by `make licences`. Reads the metadata of what is installed beside it; asks no network.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.metadata import Distribution

# All that a user may install; `dev` is for those who change the program.
EXTRAS = frozenset({"postgres", "cluster", "import", "s3", "chromium"})
# SPDX's names. Whoever has an MIT program may add these to it and pass all of it on. The LGPL is
# here because the packages that have it are imported as they are: their user can replace them.
ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CNRI-Python",
        "HPND",
        "ISC",
        "LGPL-2.1-or-later",
        "LGPL-3.0-only",
        "LGPL-3.0-or-later",
        "MIT",
        "MIT-0",
        "MPL-2.0",
        "PSF-2.0",
        "Unlicense",
        "ZPL-2.1",
        "Zlib",
    }
)
# What packages write that have no License-Expression (PEP 639), as SPDX names it.
SPDX = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd-2-clause": "BSD-2-Clause",
    "bsd-3-clause": "BSD-3-Clause",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only",
    "gnu lesser general public license v3 or later (lgplv3+)": "LGPL-3.0-or-later",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mit": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "the unlicense (unlicense)": "Unlicense",
    "zlib": "Zlib",
}
# Read by a person, since the metadata names none of SPDX's.
READ = {"dkimpy": "Zlib"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A package that the program installs.

    Attributes:
        licence: an SPDX expression, or what the package says where it is none; "": it says nothing.
        needed_by: the extra that brings it; "": the program itself.
    """

    name: str
    version: str
    licence: str
    needed_by: str

    @property
    def is_allowed(self) -> bool:
        """Whether one of the alternatives that the licence offers is allowed as a whole."""
        choices = re.split(r"\s+OR\s+", self.licence.replace("(", "").replace(")", ""))
        return any(set(re.split(r"\s+AND\s+", one)) <= ALLOWED for one in choices)


def parts() -> tuple[Part, ...]:
    """What the program and its extras install, by name; what is not installed here is left out."""
    found: dict[str, Part] = {}
    for extra in ("", *sorted(EXTRAS)):
        for one in _needed_by("msnewsletter", extra):
            name = canonicalize_name(one.metadata["Name"])
            found.setdefault(
                name,
                Part(name=name, version=one.version, licence=licence_of(one), needed_by=extra),
            )
    del found["msnewsletter"]
    return tuple(found[name] for name in sorted(found))


def licence_of(package: Distribution) -> str:
    """What a package says of its licence, in SPDX's words where they are known."""
    if read := READ.get(package.metadata["Name"]):
        return read
    if expression := package.metadata.get("License-Expression"):
        return str(expression)
    classified = [
        one.rpartition(" :: ")[2]
        for one in package.metadata.get_all("Classifier", [])
        if one.startswith("License ::")
    ]
    # A whole licence in the field begins with its name.
    written = (package.metadata.get("License") or "").strip().partition("\n")[0]
    said = classified if classified and classified != ["OSI Approved"] else [written]
    return " AND ".join(dict.fromkeys(SPDX.get(one.lower(), one) for one in said))


def _needed_by(name: str, extra: str) -> Iterator[Distribution]:
    """A package that is installed, and all that it needs, each once or more."""
    waiting, seen = [(name, extra)], set()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        try:
            package = distribution(one[0])
        except PackageNotFoundError:  # an extra that is not installed, or for another machine
            continue
        yield package
        waiting += _requirements(package.requires or (), one[1])


def _requirements(lines: Iterable[str], extra: str) -> Iterator[tuple[str, str]]:
    for line in lines:
        needed = Requirement(line)
        if needed.marker is None or needed.marker.evaluate({"extra": extra}):
            yield from ((needed.name, more) for more in ("", *needed.extras))


def main() -> int:
    """Print the table; 1 if a licence is not allowed."""
    found = parts()
    print("| package | version | licence | needed by |\n|---|---|---|---|")  # noqa: T201
    for one in found:
        by = f"`{one.needed_by}`" if one.needed_by else "the program"
        print(f"| {one.name} | {one.version} | {one.licence} | {by} |")  # noqa: T201
    refused = [one for one in found if not one.is_allowed]
    for one in refused:
        said = f"{one.name} {one.version}: the licence {one.licence!r} is not allowed"
        remedy = "read it, then add it to ALLOWED in tools/licences.py or do without the package"
        print(f"{said}; {remedy}", file=sys.stderr)  # noqa: T201
    return int(bool(refused))


if __name__ == "__main__":
    sys.exit(main())
