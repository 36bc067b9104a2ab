"""Newsboat, a feed reader in the terminal: what it keeps of a feed, and what its user sees."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import sqlite3
import struct
import subprocess
import termios
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import pyte

from patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS, COLUMNS = 100, 400

CONFIG = """
articlelist-format "%i|%D|%t"
datetime-format "%Y-%m-%dT%H:%M:%S.000Z"
"""


class Kept(NamedTuple):
    """An entry in newsboat's cache."""

    id: str
    title: str
    link: str
    published: str
    author: str


class Newsboat:
    """Newsboat with one feed, in a folder of its own."""

    def __init__(self, program: str, folder: Path, url: str) -> None:
        (folder / "urls").write_text(f"{url}\n")
        (folder / "config").write_text(CONFIG)
        self._cache = folder / "cache.db"
        self._words = [program, "-u", folder / "urls", "-c", self._cache, "-C", folder / "config"]
        self._env = {
            "HOME": str(folder),
            "PATH": os.environ["PATH"],
            "TZ": "UTC",
            "LANG": "C.UTF-8",
            "TERM": "linux",
        }
        subprocess.run([*self._words, "-x", "reload"], check=True, env=self._env)

    def kept(self) -> list[Kept]:
        """What it keeps, in the order in which it reads it to show it (its src/cache.cpp)."""
        with contextlib.closing(sqlite3.connect(self._cache)) as cache:
            rows = cache.execute(
                "SELECT guid, title, url, pubDate, author FROM rss_item "
                "ORDER BY pubDate DESC, id DESC"
            ).fetchall()
        return [Kept(*row[:3], _shown(row[3]), row[4]) for row in rows]

    def shown(self, expected: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Date and title of the entries on its screen, from top to bottom.

        Looks until they are as expected, or nothing has changed for long.
        """
        with self._screen() as (screen, stream, terminal):
            os.write(terminal, b"\r")  # opens the first feed of the list
            while _rows(screen) != expected and _changes(terminal, PATIENCE):
                stream.feed(os.read(terminal, 65536))
        return _rows(screen)

    @contextlib.contextmanager
    def _screen(self) -> Iterator[tuple[pyte.Screen, pyte.ByteStream, int]]:
        ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        screen = pyte.Screen(COLUMNS, ROWS)
        with subprocess.Popen(
            self._words, stdin=its, stdout=its, stderr=its, env=self._env, start_new_session=True
        ) as running:
            os.close(its)
            try:
                yield screen, pyte.ByteStream(screen), ours
            finally:
                running.terminate()
                os.close(ours)


def _changes(terminal: int, seconds: float) -> bool:
    return bool(select.select([terminal], [], [], seconds)[0])


def _rows(screen: pyte.Screen) -> list[tuple[str, str]]:
    lines = [line.strip().split("|", 2) for line in screen.display]
    return [(line[1], line[2]) for line in lines if len(line) == 3]


def _shown(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, tz=UTC):%Y-%m-%dT%H:%M:%S.000Z}"
