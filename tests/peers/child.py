"""A server of the tests in a process of its own: one that the kills of a test do not meet."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TESTS = Path(__file__).parents[1]


class Child:
    """The process, seen from the test: each thing that it is told, it answers with one."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def ask(self, told: object) -> Any:
        """Tell it something that can be pickled; return its answer, made of JSON."""
        assert self._process.stdin
        assert self._process.stdout
        pickle.dump(told, self._process.stdin)
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the process ended with {self._process.wait()}; its traceback is above"
        return json.loads(line)


@contextmanager
def child(module: str) -> Iterator[Child]:
    """Run the `main` of a module; it ends with the block, or with a test run that is killed."""
    paths = [str(_TESTS), *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(
        [sys.executable, "-c", f"from {module} import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        # A signal to the group of the test's own process is not for the server.
        start_new_session=True,
    )
    try:
        yield Child(process)
    finally:
        assert process.stdin
        assert process.stdout
        process.stdin.close()
        process.wait()
        process.stdout.close()


def answer_parent(answer: Callable[[Any], object]) -> None:
    """In the process: answer all that it is told, and return when the parent is gone."""
    while True:
        try:
            told = pickle.load(sys.stdin.buffer)  # noqa: S301  (from our own parent)
        except EOFError:
            return
        sys.stdout.write(json.dumps(answer(told)) + "\n")
        sys.stdout.flush()
