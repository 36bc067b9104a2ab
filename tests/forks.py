"""The program in a process of its own, forked from the tests' so that it need not start anew.

It is quicker by the second that Python needs to load all. What a start is about (signals, races,
servers, what is imported when) is tested with processes that are started.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

from msnewsletter.cli import main
from msnewsletter.home import Home
from msnewsletter.publisher.init_home import init_samples
from msnewsletter.publisher.publish import publish

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def forked(
    words: Sequence[str],
    *,
    before: Callable[[], object] | None = None,
    given: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """How the program ends with these words, and what it says.

    before: runs in its process; given: its standard input; None: that of the tests.
    """
    _warm()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = child_of(lambda: _run(words, before, out.fileno(), err.fileno(), given=given))
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(
            words, os.waitstatus_to_exitcode(status), out.read(), err.read()
        )


class ForkedProcess:
    """The program beside the tests, forked; what `subprocess.Popen` offers of one that is started.

    Attributes:
        pid: its number.
        returncode: as Popen has it; None: it has not been seen to end.
        stderr: what it says; None: it says it elsewhere.
    """

    def __init__(self, pid: int, stderr: IO[bytes] | None) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.stderr = stderr

    def poll(self) -> int | None:
        """Its exit code, or None while it goes on."""
        return self._waited(os.WNOHANG)

    def wait(self) -> int:
        """Its exit code, when it has ended."""
        code = self._waited(0)
        assert code is not None
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it was seen to end."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def _waited(self, how: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, how)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


def forked_off(
    words: Sequence[str], *, before: Callable[[], object], said: IO[bytes] | None = None
) -> ForkedProcess:
    """The program at work with these words; `before` runs in its process.

    said: where it says what it says; None: into the pipe `stderr`.
    """
    _warm()
    ours, theirs = os.pipe() if said is None else (None, said.fileno())
    child = child_of(lambda: _run(words, before, theirs, theirs))
    if ours is None:
        return ForkedProcess(child, None)
    os.close(theirs)
    return ForkedProcess(child, os.fdopen(ours, "rb"))


def may_fork() -> bool:
    """Whether this process may be forked: of several threads a fork would keep their locks."""
    return threading.active_count() == 1


@cache
def _warm() -> None:
    """Publish the samples once, in this process.

    What that loads, compiles and draws once is then in all that are forked; otherwise each that
    publishes needs half a second for it.
    """
    with tempfile.TemporaryDirectory() as made:
        home = Home(Path(made))
        init_samples(home)
        publish(home, at=datetime(2026, 11, 23, 7, tzinfo=UTC))


def ends_within(seconds: int, work: Callable[[], object]) -> bool:
    """Whether the work is done before it has computed for so long, in a process of its own."""

    def limited() -> None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        work()

    _, status = os.waitpid(child_of(limited), 0)
    return status == 0


def child_of(work: Callable[[], object]) -> int:
    """The number of a process that is forked from this one, does this work, and ends.

    It ends however the work ends, for a child that went on would be a second pytest. Its code is 0
    where the work returns, that of a SystemExit, and 1 after any other error, which it says if it
    can.
    """
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001  (said as Python does it)
        traceback.print_exc()
    finally:
        os._exit(code)


def _give(text: str) -> None:
    """Have this process read that text from its standard input."""
    with tempfile.TemporaryFile("w+") as file:
        file.write(text)
        file.seek(0)
        os.dup2(file.fileno(), 0)
    sys.stdin = os.fdopen(0)


def _run(
    words: Sequence[str],
    before: Callable[[], object] | None,
    out: int,
    err: int,
    *,
    given: str | None = None,
) -> None:
    """Be the program; `out` and `err` are files to write to, `given` is its standard input."""
    if given is not None:
        _give(given)
    os.dup2(out, 1)
    os.dup2(err, 2)
    # As Python has it: who is killed has said each line that was complete.
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w", buffering=1)
    try:
        if before:
            before()
        main([*words], prog_name="msnewsletter")
    finally:
        if sys.stdout:  # the program gives up one that takes nothing
            sys.stdout.flush()
        sys.stderr.flush()
