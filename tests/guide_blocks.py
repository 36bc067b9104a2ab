"""The fenced blocks of the tutorial and the guides, and their commands, run as a reader would."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forks import forked

if TYPE_CHECKING:
    import subprocess

COMMANDS = "sh"  # the language of blocks that are typed into a terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fenced block: its page, the heading above it, its language, and its lines."""

    page: str
    heading: str
    language: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The block as a file."""
        return "".join(f"{line}\n" for line in self.lines)


def blocks_of(page: Path) -> list[Block]:
    """The blocks of a page, in order; those within a list are moved to the margin."""
    found: list[Block] = []
    heading, fence = "", ""
    language, lines = "", []
    for line in page.read_text().splitlines():
        bare = line.strip()
        if fence and bare == "```":
            found.append(
                Block(page=page.name, heading=heading, language=language, lines=tuple(lines))
            )
            fence = ""
        elif fence:
            lines.append(line.removeprefix(fence.partition("`")[0]))
        elif bare.startswith("```"):
            fence, language, lines = line, bare[3:], []
        elif line.startswith("#"):
            heading = line.lstrip("# ")
    return found


def typed(line: str, folder: Path, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A line as it is typed in this folder: the program, and perhaps a file that it reads.

    `home`: where the program finds the newsletter; None: in the folder itself.
    """
    given, _, name = line.partition(" < ")
    program, *words = shlex.split(given, comments=True)
    assert program == "msnewsletter", line

    def before() -> None:
        os.chdir(folder)
        sys.stdin = (folder / name.strip() if name else Path(os.devnull)).open()

    return forked(["--home", str(home or folder), *words], before=before)
