"""The program in a process of its own, forked from the tests' so that it need not start anew.

It is quicker by the second that Python needs to load all. What a start is about (signals, races,
servers, what is imported when) is tested with processes that are started.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from msnewsletter.cli import main
from msnewsletter.home import Home
from msnewsletter.publisher.init_home import init_samples
from msnewsletter.publisher.publish import publish

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn


def forked(
    words: Sequence[str], *, before: Callable[[], object] | None = None
) -> subprocess.CompletedProcess[str]:
    """How the program ends with these words, and what it says; `before` runs in its process."""
    _warm()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = os.fork()
        if child == 0:
            _run(words, before, out, err)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(
            words, os.waitstatus_to_exitcode(status), out.read(), err.read()
        )


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
    child = os.fork()
    if child == 0:
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        try:
            work()
        except BaseException:  # noqa: BLE001  (said as Python does it; a child never returns)
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return status == 0


def _run(
    words: Sequence[str], before: Callable[[], object] | None, out: TextIO, err: TextIO
) -> NoReturn:
    code = 1
    try:
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        if before:
            before()
        main([*words], prog_name="msnewsletter")
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:  # noqa: BLE001  (said as Python does it; a child never returns)
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
