"""Processes that are killed before a statement of the database, and what they leave."""

from __future__ import annotations

import os
import signal
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa

from forks import child_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def killed_before(numbers: Iterable[int], work: Callable[[], None]) -> Iterator[int]:
    """Do the work in a process that is killed before its n-th statement, for each of the numbers.

    Ends with the first one that comes to its end.
    """
    for number in numbers:
        _, status = os.waitpid(child_of(partial(_killed, number, work)), 0)
        code = os.waitstatus_to_exitcode(status)
        if code == 0:
            return
        assert code == -signal.SIGKILL
        yield number


def _killed(number: int, work: Callable[[], object]) -> None:
    _kill_before(number)
    work()


def _kill_before(number: int) -> None:
    left = number

    def tick(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(sa.Engine, "before_cursor_execute", tick)
    sa.event.listen(sa.Engine, "commit", tick)
