"""The process of one call of a plugin: runs our side of the call, and says what the plugin gave.

It says JSON, a line each, on a pipe of its own: what a plugin prints goes to the standard error. It
ends, with what the plugin started, when the process that began it is gone. On Linux the kernel does
that, whatever the plugin does; elsewhere a thread, once the plugin lets it run.
"""

from __future__ import annotations

import fcntl
import json
import os
import pickle
import select
import signal
import struct
import sys
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread
from typing import IO, TYPE_CHECKING, Any, Final

from msnewsletter.errors import NewsletterError, printable

if TYPE_CHECKING:
    from collections.abc import Callable

# Before each piece that the parent writes: its length in bytes.
LENGTH: Final = struct.Struct(">Q")


class Channel:
    """What a call says to the process that began it, and asks it."""

    def __init__(self, said: IO[str], answers: SimpleQueue[bytes]) -> None:
        self._said, self._answers = said, answers
        self._asking, self._saying = Lock(), Lock()  # a plugin may have threads

    def give(self, value: object) -> None:
        """Say one value of JSON."""
        self._say("gives", value)

    def ask(self, question: object) -> Any:  # noqa: ANN401  (whatever the parent answers)
        """The parent's answer; raises what it answers with, where that is an error."""
        with self._asking:
            self._say("asks", question)
            answer = pickle.loads(self._answers.get())  # noqa: S301  (the parent's own bytes)
        if isinstance(answer, NewsletterError):
            raise answer
        return answer

    def _say(self, what: str, value: object) -> None:
        line = json.dumps([what, value])
        with self._saying:
            self._said.write(line + "\n")
            self._said.flush()

    def work(self, request: bytes) -> None:
        """Load the plugin, do what is asked for, and say how that ended."""
        call: Callable[..., None]
        call, plugin, arguments = pickle.loads(request)  # noqa: S301  (the parent's own bytes)
        try:
            function = plugin.load()
            self._say("begins", None)
            call(self, plugin, function, *arguments)
        except NewsletterError as error:
            # A plugin may have made it of anything.
            said = (error.place, error.problem, error.remedy)
            self._say("fails", [printable(str(part)) for part in said])
        else:
            self._say("ends", None)


def main(life: int) -> None:
    """Read the request on the standard input, and answer on the standard output.

    `life`: the end of a pipe whose other end the parent holds as long as it lives.
    """
    os.set_inheritable(life, False)  # noqa: FBT003  (it has no name)
    _end_without_parent(life)
    given = os.dup(0)
    said = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    try:
        request = _piece(given)
    except EOFError:  # it is gone already
        return
    answers: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(given, answers), daemon=True).start()
    with said:
        Channel(said, answers).work(request)


def _end_without_parent(life: int) -> None:
    """Let the kernel end our group once nobody holds the other end of the pipe.

    A thread could not, while a function in C keeps the interpreter to itself (fcntl(2), F_SETSIG).
    """
    if sys.platform != "linux":
        return
    with suppress(OSError):  # it is some other kernel that says so: the thread is left
        fcntl.fcntl(life, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(life, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(life, fcntl.F_SETFL, fcntl.fcntl(life, fcntl.F_GETFL) | os.O_ASYNC)
    hung_up = select.poll()
    hung_up.register(life, 0)
    if hung_up.poll(0):  # before we asked for that
        os.killpg(0, signal.SIGKILL)


def _listen(given: int, answers: SimpleQueue[bytes]) -> None:
    """Pass on what the parent answers; without a parent end, and all that the plugin started."""
    try:
        while True:
            answers.put(_piece(given))
    except EOFError:
        os.killpg(0, signal.SIGKILL)


def _piece(given: int) -> bytes:
    [length] = LENGTH.unpack(_exactly(given, LENGTH.size))
    return _exactly(given, length)


def _exactly(given: int, size: int) -> bytes:
    read = bytearray()
    while len(read) < size:
        part = os.read(given, min(size - len(read), 1 << 20))
        if not part:
            raise EOFError
        read += part
    return bytes(read)
