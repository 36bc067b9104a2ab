"""A desk that is killed at any step of a save: the file is the old or the new one, whole."""

from __future__ import annotations

import os
import signal
from itertools import count
from typing import TYPE_CHECKING

import pytest

from forks import child_of
from homes import empty_home
from msnewsletter.disk import save as saving
from msnewsletter.disk.save import save, version_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from msnewsletter.home import Home

NEW = b"What the editor wrote.\n" * 5000


class Killing:
    """The module `os`, which kills this process once it has done so many calls."""

    def __init__(self, calls: int) -> None:
        self._left = calls

    def __getattr__(self, name: str) -> object:
        found = getattr(os, name)
        if not callable(found) or name in {"getpid", "kill"}:
            return found

        def call(*given: object, **named: object) -> object:
            done = found(*given, **named)
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return call


def is_killed(calls: int, do: Callable[[], None]) -> bool:
    """Do it in a process that is killed after so many calls; False: it came through."""

    def killed() -> None:
        saving.os = Killing(calls)  # type: ignore[assignment]
        do()

    _, status = os.waitpid(child_of(killed), 0)
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0
    return os.WIFSIGNALED(status)


def save_over(home: Home, path: Path, before: bytes | None, data: bytes = NEW) -> None:
    save(home, path, data, version=version_of(before), display=path.name)


@pytest.mark.parametrize("before", [b"What was there.\n", None], ids=["changed", "new"])
def test_nothing_is_cut_and_the_next_save_waits_for_nobody(
    tmp_path: Path, before: bytes | None
) -> None:
    home = empty_home(tmp_path)
    path = home.root / "summaries" / "a.md"
    found = set()
    for calls in count(1):
        path.unlink(missing_ok=True)
        if before is not None:
            path.write_bytes(before)
        killed = is_killed(calls, lambda: save_over(home, path, before))
        now = path.read_bytes() if path.exists() else None
        found.add(now)
        assert now in {before, NEW}, calls
        # Who starts again saves over what is there, and clears away what was left.
        save_over(home, path, now, b"Once more.\n")
        assert [one.name for one in path.parent.iterdir()] == ["a.md"], calls
        assert path.read_bytes() == b"Once more.\n"
        if not killed:
            break
    assert calls > 8, "it was killed at each step"
    assert found == {before, NEW}
