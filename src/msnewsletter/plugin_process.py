"""Calls a plugin in a process of its own, within a bound of time: a thread could not be ended.

Whatever the plugin does (it never returns, it kills itself, it fills memory) ends that process and
is one PluginError. What the process runs is plugin_child.py.
"""

from __future__ import annotations

import json
import math
import os
import pickle
import selectors
import subprocess
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Self

from msnewsletter.errors import NewsletterError, PluginError
from msnewsletter.plugin_child import LENGTH
from msnewsletter.process_group import GRACE, ProcessGroup
from msnewsletter.text import ending_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from msnewsletter.plugin_child import Channel
    from msnewsletter.plugins import Plugin

_CHUNK: Final = 65_536
_LINE: Final = 60_000_000  # bytes of one value: no document of a source has more
_LOADING: Final = 60.0  # seconds: packages of science need ten on a slow disk
_TIMES: Final = 20  # times the seconds of a call that is bound by its silence: for all of it
_REFUSED: Final = 100  # errors among the answers that are remembered: it may ask in vain for long
_SAID: Final = frozenset({"begins", "gives", "asks", "fails", "ends"})
# Seconds for a process whose function has returned: libraries have threads and files to close.
_CLOSING: Final = 5.0
_START: Final = (
    "import sys; sys.path[:] = {!r}; from msnewsletter.plugin_child import main; main({})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginCall:
    """A call of a plugin.

    Attributes:
        plugin: whose function is called.
        work: what the process runs: a function of a module of ours, given the Channel, the plugin,
            the plugin's function and `arguments`. It calls the plugin's function.
        arguments: data of ours.
        seconds: until the process is ended, once the plugin's function is loaded. The time in
            which we treat a value or answer a question does not count: whoever does that has to
            bound it, and how many there are.
        silent: the process may say nothing for these seconds, and have _TIMES as many in all.
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
        refused: deque[NewsletterError] = deque(maxlen=_REFUSED)
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

    def _answered(self, question: object, refused: deque[NewsletterError]) -> object:
        try:
            return self.answer(question) if self.answer else None
        except NewsletterError as error:
            refused.append(error)
            return error

    def _failure(self, said: list[str], refused: deque[NewsletterError]) -> NewsletterError:
        """What it fails with: the very error that it was answered with, for that knows more."""
        place, problem, remedy = said
        for error in refused:
            if (error.place, error.problem, error.remedy) == (place, problem, remedy):
                return error
        return PluginError(place, problem, remedy)


def longest_call(seconds: float) -> float:
    """Seconds from the start of a call's process until it is gone, at most.

    `seconds`: of a call that gives nothing, asks nothing and is not `silent`.
    """
    return _LOADING + seconds + _CLOSING + GRACE


def try_to_load(plugin: Plugin) -> None:
    """Load a plugin's function in a process of its own; raises PluginError."""
    for _ in PluginCall(plugin=plugin, work=_do_nothing, seconds=_LOADING).values():
        pass


def _do_nothing(channel: Channel, plugin: Plugin, function: Callable[..., Any]) -> None:
    """In the plugin's process: its function is loaded."""
    del channel, plugin, function


class _Process:
    """A process that runs a call."""

    def __init__(self, call: PluginCall) -> None:
        self._call = call
        self.has_ended = self._has_begun = self._is_late = False
        self.code = 0
        self._at_last = math.inf
        process, self._life = _started(call.plugin)
        self._group = ProcessGroup(process)
        stdin, stdout = process.stdin, process.stdout
        assert stdin is not None  # noqa: S101  (both were asked for)
        assert stdout is not None  # noqa: S101
        self._stdin, self._stdout = stdin, stdout
        self._heard, self._unsent = bytearray(), bytearray()
        self._selector = selectors.DefaultSelector()
        for pipe in (stdin, stdout):
            os.set_blocking(pipe.fileno(), False)
        self._selector.register(stdout, selectors.EVENT_READ)
        self._wait_anew(_LOADING)
        self.send((call.work, call.plugin, call.arguments))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.code = self._group.end(gently=True)
        self._selector.close()
        with suppress(BrokenPipeError):
            self._stdin.close()
        self._stdout.close()
        os.close(self._life)

    def send(self, thing: object) -> None:
        """Send an object of ours, while what it says is listened to."""
        data = pickle.dumps(thing)
        if not self._unsent:
            self._selector.register(self._stdin, selectors.EVENT_WRITE)
        self._unsent += LENGTH.pack(len(data)) + data

    def said(self) -> Iterator[tuple[str, Any]]:
        """What it says, until it closes its pipe; raises PluginError when it takes too long."""
        while (line := self._line()) is not None:
            what, value = self._read(line)
            if what == "begins":
                self._has_begun = True
                if self._call.silent:
                    self._at_last = monotonic() + _TIMES * self._call.seconds
                self._wait_anew(self._call.seconds)
                continue
            began = monotonic()
            yield what, value
            self._put_off(monotonic() - began)
            if self._call.silent:
                self._wait_anew(self._call.seconds)

    def _read(self, line: bytes) -> tuple[str, Any]:
        """What a line says; raises PluginError where the plugin wrote it, and not our side."""
        try:
            what, value = json.loads(line)
            is_ours = what in _SAID and (what != "fails" or [*map(type, value)] == [str] * 3)
        except (ValueError, TypeError, RecursionError):
            is_ours = False
        if not is_ours:
            raise self._call.plugin.fault("writes to what its process answers on, and was ended")
        return what, value

    def _put_off(self, seconds: float) -> None:
        """Do not count the time in which we worked: a request waits for its host's turn."""
        self._at_last += seconds
        self._until += seconds

    def _wait_anew(self, seconds: float) -> None:
        self._until = min(monotonic() + seconds, self._at_last)
        self._is_late = False

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
            if self._is_late:
                raise self._too_slow()
            self._is_late = True  # one last look: it may be us who were slow
        for key, _ in self._selector.select(max(left, 0)):
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
        """End it, now that it says nothing more; raises PluginError if it goes on without a word.

        One that has said how its work ended has done it: only threads may keep it here.
        """
        until = monotonic() + _CLOSING if self.has_ended else self._until
        if not self._group.wait(until=until) and not self.has_ended:
            raise self._too_slow()
        self.code = self._group.end(gently=True)

    def _too_slow(self) -> PluginError:
        if not self._has_begun:
            how = f"takes longer than {_LOADING:g} s to be loaded"
        elif self._call.silent and monotonic() >= self._at_last:
            how = f"takes longer than {_TIMES * self._call.seconds:g} s"
        elif self._call.silent:
            how = f"says nothing for {self._call.seconds:g} s"
        else:
            how = f"takes longer than {self._call.seconds:g} s"
        return self._call.plugin.fault(f"{how}, and was ended")


def _started(plugin: Plugin) -> tuple[subprocess.Popen[bytes], int]:
    """A process, and the end of a pipe that it lives by: it ends when nobody has that open."""
    theirs = ours = -1
    try:
        theirs, ours = os.pipe()
        # Found where this process finds it, whatever is the current folder.
        words = [sys.executable, "-c", _START.format(sys.path, theirs)]
        process = subprocess.Popen(  # noqa: S603  (this very program)
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=(theirs,),
            start_new_session=True,
        )
    except OSError as error:
        if ours >= 0:
            os.close(ours)
        raise plugin.fault(f"its process cannot be started ({error.strerror})") from None
    finally:
        if theirs >= 0:
            os.close(theirs)
    return process, ours
