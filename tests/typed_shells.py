"""Shells at a terminal, to which a person types."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
from pathlib import Path

from patience import PATIENCE
from terminals import screen

# How a shell is started without anybody's settings, and what it needs to be told first.
SHELLS = {
    "bash": (("bash", "--noprofile", "--norc", "-i"), "bind 'set enable-bracketed-paste off'"),
    "zsh": (("zsh", "-f", "-i"), "unsetopt prompt_sp; autoload -U compinit; compinit -u -D"),
}

# What a shell tells its terminal besides its text, as ECMA-48 has it.
_CONTROL = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]")


def environment(home: Path) -> dict[str, str]:
    """Ours, with the program in the search path, and a prompt that nothing else looks like.

    home: what `~` stands for.
    """
    program = str(Path(sys.executable).parent)
    return os.environ | {
        "PATH": f"{program}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "TERM": "dumb",
        "PS1": "READY>",
        "PROMPT": "READY>",
        "PS2": "MORE>",  # zsh has its name for it, too
        "PROMPT2": "MORE>",
    }


class TypedShell:
    """A shell at a terminal, to which a person types when it is ready. It completes our commands.

    A function stands for the program, so that a line says its words; the Tab key asks the program.

    before: a line before it has our script; loaded: one that gives it the script in another way.

    Attributes:
        folder: where it is at work, which is its `~`, too.
    """

    def __init__(self, name: str, folder: Path, *, before: str = ":", loaded: str = "") -> None:
        self.folder = folder
        self._terminal, end = pty.openpty()
        self._pipe, into = os.pipe()
        self._into = into  # the shell has it under the same number
        self._shown = b""
        words, first = SHELLS[name]
        self._process = subprocess.Popen(
            words,
            stdin=end,
            stdout=end,
            stderr=end,
            cwd=folder,
            env=environment(folder),
            pass_fds=[into],
            start_new_session=True,
        )
        os.close(end)
        os.close(into)
        while not self._prompts(b"READY>"):
            self._read_on()
        self.type(f"{first}\n{before}")
        self.type(loaded or f'eval "$(msnewsletter completion {name})"')
        self.type("msnewsletter() { printf '%s\\0' \"$@\"; }")

    def words(self, typed: str) -> list[str]:
        """The program's words in a line, as the shell makes them of what is typed."""
        return self.output(typed).split("\0")[:-1]

    def output(self, typed: str) -> str:
        """What a command writes that is typed, with the Tab key in it."""
        self._type(f"{typed} >&{self._into}; printf '\\4' >&{self._into}\n")
        return self._output

    def type(self, typed: str) -> str:
        """What its terminal shows of lines that are typed, and of what they write."""
        self._type(f"{typed}\nprintf '\\4' >&{self._into}\n")
        return screen(self._shown)

    def _type(self, text: str) -> None:
        self._shown, said = b"", b""
        os.write(self._terminal, text.encode())
        # The line is at an end, and then the prompt comes. Before, it may be shown several times.
        while not said.endswith(b"\4"):
            if self._read_on():
                said += os.read(self._pipe, 1 << 16)
            assert not self._prompts(b"MORE>"), f"a quote is open: {self._shown!r}"
        while select.select([self._terminal], [], [], 0)[0] or not self._prompts(b"READY>"):
            self._read_on()
        self._output = said[:-1].decode()

    def _prompts(self, prompt: bytes) -> bool:
        return _CONTROL.sub(b"", self._shown).endswith(prompt)

    def _read_on(self) -> bool:
        """Take what the terminal shows next; whether there is output as well."""
        ready, _, _ = select.select([self._terminal, self._pipe], [], [], PATIENCE)
        assert ready, f"it says nothing more: {self._shown!r}"
        if self._terminal in ready:
            self._shown += os.read(self._terminal, 1 << 16)
        return self._pipe in ready

    def leave(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)
        os.close(self._pipe)
