"""A terminal in memory: what the program writes to one, and what then stands on its screen."""

from __future__ import annotations

import os
import pty
from contextlib import suppress
from typing import TYPE_CHECKING

import pyte

from forks import forked

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence

COLUMNS, LINES = 120, 60
STDOUT, STDERR = 1, 2


class Terminal:
    """A terminal. What is written to it waits there, a few thousand bytes of it at most."""

    def __init__(self) -> None:
        self._device, self.end = pty.openpty()

    def written(self) -> bytes:
        """All that was written; it is at its end then."""
        os.close(self.end)
        found = b""
        # Linux says "input/output error" where nobody can write any more.
        with os.fdopen(self._device, "rb", buffering=0) as device, suppress(OSError):
            while some := device.read(1 << 16):
                found += some
        return found


def screen(written: bytes) -> str:
    """What stands on a screen, without the blanks at the ends of lines."""
    shown = pyte.Screen(COLUMNS, LINES)
    pyte.ByteStream(shown).feed(written)
    return "\n".join(line.rstrip() for line in shown.display).rstrip()


def on_terminal(
    words: Sequence[str], *streams: int, before: Callable[[], object] = lambda: None
) -> tuple[subprocess.CompletedProcess[str], bytes]:
    """How the program ends with these of its streams on a terminal, and what that got."""
    terminal = Terminal()

    def prepare() -> None:
        for stream in streams:
            os.dup2(terminal.end, stream)
        before()

    done = forked(words, before=prepare)
    return done, terminal.written()
