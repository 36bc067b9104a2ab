"""Runs a program within bounds: of time, of what it prints; and ends all that it started."""

from __future__ import annotations

import os
import selectors
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from time import monotonic
from typing import TYPE_CHECKING, Final, Self

from msnewsletter.process_group import ProcessGroup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_LOOK: Final = 0.05  # seconds between two looks at a program that says nothing
_CHUNK: Final = 65_536
_LAST_WORDS: Final = 4_000  # bytes of the standard error that are kept, from its end


class Ending(Enum):
    """How a program came to its end."""

    ITSELF = "by itself"
    TOO_SLOW = "it took too long"
    TOO_MUCH = "it printed too much"
    STOPPED = "we were stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildOutput:
    """What became of a program.

    Attributes:
        printed: its standard output, up to the limit.
        last_words: the end of its standard error.
        code: its exit code; negative: the signal that ended it.
        ending: how it came to its end.
    """

    printed: bytes
    last_words: bytes
    code: int
    ending: Ending


@dataclass(slots=True)
class _Stops:
    """How often all programs were told to end: each ends that began before the last time."""

    count: int = 0


_STOPS: Final = _Stops()


def run(
    words: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    timeout: float,
    limit: int,
) -> ChildOutput:
    """Run a program, without a shell and with nothing on its standard input.

    Raises OSError where it cannot be started. Whatever else is raised here, the program is ended.

    Args:
        words: the program and its arguments.
        folder: where it runs.
        environment: all of its environment.
        timeout: seconds.
        limit: bytes of its standard output.
    """
    stops = _STOPS.count  # before it begins: it may be told to end while it does
    process = subprocess.Popen(  # noqa: S603  (the editors' own program, from their settings)
        list(words),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    with _Child(process, limit, stops) as child:
        ending = child.listen(until=monotonic() + timeout)
        child.end(gently=ending is not Ending.ITSELF)
        return ChildOutput(
            printed=bytes(child.printed[:limit]),
            last_words=bytes(child.last_words),
            code=process.returncode,
            ending=ending,
        )


def stop_all() -> None:
    """Let every program that runs now end soon; from any thread."""
    _STOPS.count += 1


class _Child:
    """A running program."""

    def __init__(self, process: subprocess.Popen[bytes], limit: int, stops: int) -> None:
        self._process, self._limit, self._stops = process, limit, stops
        self._group = ProcessGroup(process)
        self.printed, self.last_words = bytearray(), bytearray()
        self._selector = selectors.DefaultSelector()
        for pipe, kept in ((process.stdout, self.printed), (process.stderr, self.last_words)):
            assert pipe is not None  # noqa: S101  (both were asked for)
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe, selectors.EVENT_READ, kept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.end(gently=False)
        self._selector.close()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def listen(self, *, until: float) -> Ending:
        """Keep what it prints until it ends, or until one of its bounds."""
        while not self._group.has_ended():
            if _STOPS.count != self._stops:
                return Ending.STOPPED
            if monotonic() >= until:
                return Ending.TOO_SLOW
            self._hear(_LOOK)
            if len(self.printed) > self._limit:
                return Ending.TOO_MUCH
        # What it printed before it ended is in the pipes; what its children print now does not
        # count, and a pipe that they keep open holds nobody up.
        while self._hear(0):
            if len(self.printed) > self._limit:
                return Ending.TOO_MUCH
            if monotonic() >= until:
                return Ending.TOO_SLOW
        return Ending.ITSELF

    def end(self, *, gently: bool) -> None:
        """End it and its group, and wait for it."""
        self._group.end(gently=gently, meanwhile=self._hear_late)

    def _hear_late(self, wait: float) -> None:
        """Read on, for it may be waiting for that; what it says now is late."""
        self._hear(wait)
        del self.printed[self._limit :]

    def _hear(self, wait: float) -> bool:
        """Keep what was printed within `wait` seconds; whether there was something."""
        if not self._selector.get_map():
            _sleep(wait)
            return False
        heard = False
        for key, _ in self._selector.select(wait):
            with suppress(BlockingIOError):
                said = os.read(key.fd, _CHUNK)
                if not said:
                    self._selector.unregister(key.fileobj)
                    continue
                heard = True
                key.data.extend(said)
        del self.last_words[:-_LAST_WORDS]
        return heard


def _sleep(seconds: float) -> None:
    with selectors.DefaultSelector() as nothing:
        nothing.select(seconds)
