"""Processes that are killed before a statement of the database, and what they leave."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def killed_before(numbers: Iterable[int], work: Callable[[], None]) -> Iterator[int]:
    """Do the work in a process that is killed before its n-th statement, for each of the numbers.

    Ends with the first one that comes to its end.
    """
    for number in numbers:
        child = os.fork()
        if child == 0:
            _kill_before(number)
            code = 1
            try:
                work()
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        if code == 0:
            return
        assert code == -signal.SIGKILL
        yield number


def _kill_before(number: int) -> None:
    left = number

    def tick(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(sa.Engine, "before_cursor_execute", tick)
    sa.event.listen(sa.Engine, "commit", tick)
