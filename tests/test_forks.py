"""A forked child ends whatever happens in it: one that went on would be a second pytest."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forks import child_of, forked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FULL = "/dev/full"
WENT_ON = 99


@contextmanager
def going_on_is_seen() -> Iterator[None]:
    """An error comes out of here in a child alone: then that goes on."""
    try:
        yield
    except BaseException:  # noqa: BLE001  (whatever it is)
        os._exit(WENT_ON)


def fails_and_cannot_say_so() -> None:
    sys.stderr = open(FULL, "w", buffering=1)  # noqa: PTH123, SIM115  (the child's, to its end)
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("work", "code"),
    [
        (lambda: None, 0),
        (sys.exit, 0),
        (lambda: sys.exit(7), 7),
        (lambda: sys.exit("why"), 1),
        (fails_and_cannot_say_so, 1),
    ],
)
def test_a_child_ends_with_the_code_of_its_work(work: Callable[[], object], code: int) -> None:
    with going_on_is_seen():
        child = child_of(work)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == code


@pytest.mark.parametrize("number", [1, 2])
def test_a_program_that_can_write_nothing_ends(number: int) -> None:
    def full() -> None:
        os.dup2(os.open(FULL, os.O_WRONLY), number)

    with going_on_is_seen():
        refused = forked(["--no-such-option"], before=full)
        told = forked(["--version"], before=full)
    assert refused.returncode in {1, 2}
    assert told.returncode == (1 if number == 1 else 0)


def test_nothing_else_of_the_tests_forks() -> None:
    here = Path(__file__)
    files = [path for path in here.parent.rglob("*.py") if path != here]
    assert [path.name for path in files if "os.fork()" in path.read_text()] == ["forks.py"]
