"""Calls a plugin in a process of its own, within a bound of time: a thread could not be ended.

Whatever the plugin does (it never returns, it kills itself, it fills memory) ends that process and
is one PluginError. What the process runs is plugin_child.py.
"""

from __future__ import annotations

import json
import os
import pickle
import selectors
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Self

from msnewsletter.errors import NewsletterError, PluginError
from msnewsletter.plugin_child import LENGTH
from msnewsletter.text import ending_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from msnewsletter.plugin_child import Channel
    from msnewsletter.plugins import Plugin

_LOOK: Final = 0.02  # seconds between two looks at a process that is about to end
_GRACE: Final = 2.0  # seconds between SIGTERM and SIGKILL
_CHUNK: Final = 65_536
_LINE: Final = 60_000_000  # bytes of one value: no document of a source has more
_LOADING: Final = 60.0  # seconds: packages of science need ten on a slow disk
_START: Final = "import sys; sys.path[:] = {!r}; from msnewsletter.plugin_child import main; main()"


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginCall:
    """A call of a plugin.

    Attributes:
        plugin: whose function is called.
        work: what the process runs: a function of a module of ours, given the Channel, the plugin
            and `arguments`. It loads and calls the plugin's function.
        arguments: data of ours.
        seconds: until the process is ended.
        silent: these seconds count anew with each value and each question.
        answer: the answer to a question; a NewsletterError that it raises is raised in the process.
    """

    plugin: Plugin
    work: Callable[..., None]
    arguments: tuple[object, ...] = ()
    seconds: float
    silent: bool = False
    answer: Callable[[Any], object] | None = None

    def values(self) -> Generator[Any]:
        """What the work gives, one after the other.

        Raises PluginError where the plugin fails, after what it gave before; and the error that
        `answer` raised, where the plugin lets it pass.
        """
        refused: list[NewsletterError] = []
        with _Process(self) as process:
            for what, value in process.said():
                match what:
                    case "gives":
                        yield value
                    case "asks":
                        process.send(self._answered(value, refused))
                    case "fails":
                        raise self._failure(value, refused)
                    case _:
                        process.has_ended = True
                        break  # whom the plugin left behind may keep the pipe open
            process.end()
        if not process.has_ended:
            raise self.plugin.fault(f"its process {ending_of(process.code)} in the middle of it")

    def _answered(self, question: object, refused: list[NewsletterError]) -> object:
        try:
            return self.answer(question) if self.answer else None
        except NewsletterError as error:
            refused.append(error)
            return error

    def _failure(self, said: list[str], refused: list[NewsletterError]) -> NewsletterError:
        """What it fails with: the very error that it was answered with, for that knows more."""
        place, problem, remedy = said
        for error in refused:
            if (error.place, error.problem, error.remedy) == (place, problem, remedy):
                return error
        return PluginError(place, problem, remedy)


def try_to_load(plugin: Plugin) -> None:
    """Load a plugin's function in a process of its own; raises PluginError."""
    for _ in PluginCall(plugin=plugin, work=_load, arguments=(), seconds=_LOADING).values():
        pass


def _load(channel: Channel, plugin: Plugin) -> None:
    del channel
    plugin.load()


class _Process:
    """A process that runs a call."""

    def __init__(self, call: PluginCall) -> None:
        self._call = call
        self.has_ended = False
        self.code = 0
        # Found where this process finds it, whatever is the current folder.
        words = [sys.executable, "-c", _START.format(sys.path)]
        try:
            self._process = subprocess.Popen(  # noqa: S603  (this very program)
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        except OSError as error:
            raise call.plugin.fault(f"its process cannot be started ({error.strerror})") from None
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None  # noqa: S101  (both were asked for)
        assert stdout is not None  # noqa: S101
        self._stdin, self._stdout = stdin, stdout
        self._heard, self._unsent = bytearray(), bytearray()
        self._selector = selectors.DefaultSelector()
        for pipe in (stdin, stdout):
            os.set_blocking(pipe.fileno(), False)
        self._selector.register(stdout, selectors.EVENT_READ)
        self._until = monotonic() + call.seconds
        self.send((call.work, (call.plugin, *call.arguments)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._kill()
        self._selector.close()
        with suppress(BrokenPipeError):
            self._stdin.close()
        self._stdout.close()

    def send(self, thing: object) -> None:
        """Send an object of ours, while what it says is listened to."""
        data = pickle.dumps(thing)
        if not self._unsent:
            self._selector.register(self._stdin, selectors.EVENT_WRITE)
        self._unsent += LENGTH.pack(len(data)) + data

    def said(self) -> Iterator[tuple[str, Any]]:
        """What it says, until it closes its pipe; raises PluginError when it takes too long."""
        while True:
            if self._call.silent:
                self._until = monotonic() + self._call.seconds
            line = self._line()
            if line is None:
                return
            what, value = json.loads(line)
            yield what, value

    def _line(self) -> bytes | None:
        """The next line; None: there is none any more."""
        while (end := self._heard.find(b"\n")) < 0:
            if len(self._heard) > _LINE:
                raise self._call.plugin.fault("gives more than 60 MB at once, and was ended")
            if not self._pass_on():
                return None
        line = bytes(self._heard[:end])
        del self._heard[: end + 1]
        return line

    def _pass_on(self) -> bool:
        """Read and write what can be, once; whether its pipe is still open."""
        left = self._until - monotonic()
        if left <= 0:
            raise self._too_slow()
        for key, _ in self._selector.select(left):
            if key.fileobj is self._stdin:
                self._write()
                continue
            part = os.read(key.fd, _CHUNK)
            if not part:
                return False
            self._heard += part
        return True

    def _write(self) -> None:
        try:
            del self._unsent[: os.write(self._stdin.fileno(), self._unsent[: 16 * _CHUNK])]
        except BrokenPipeError:  # it is gone: what it said last is still to be read
            self._unsent.clear()
        if not self._unsent:
            self._selector.unregister(self._stdin)

    def end(self) -> None:
        """Wait for its end, now that it says nothing more; raises PluginError if it has none."""
        while not self._is_gone():
            if monotonic() >= self._until:
                raise self._too_slow()
            time.sleep(_LOOK)
        self._kill()

    def _too_slow(self) -> PluginError:
        seconds = f"{self._call.seconds:g} s"
        how = f"says nothing for {seconds}" if self._call.silent else f"takes longer than {seconds}"
        return self._call.plugin.fault(f"{how}, and was ended")

    def _kill(self) -> None:
        """End it and all that it started, and wait for it."""
        if self._process.returncode is not None:
            return
        if not self._is_gone():
            self._signal(signal.SIGTERM)
            until = monotonic() + _GRACE
            while not self._is_gone() and monotonic() < until:
                time.sleep(_LOOK)
        self._signal(signal.SIGKILL)
        self.code = self._process.wait()

    def _is_gone(self) -> bool:
        """Whether it has ended; it is not waited for, so that its group keeps its number."""
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._process.pid, options) is not None

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)
