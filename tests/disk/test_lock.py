"""Locks on files of a home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from msnewsletter.disk.lock import held_lock, take_file_lock
from msnewsletter.errors import BusyError
from msnewsletter.home import Home

if TYPE_CHECKING:
    from pathlib import Path


def test_a_lock_is_held_while_the_block_runs_and_free_after_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    path = home.push_lock
    with held_lock(home, path, "somebody pushes", "wait"):
        with (
            pytest.raises(BusyError, match=r"var/push\.lock: somebody pushes; wait$"),
            held_lock(home, path, "somebody pushes", "wait"),
        ):
            pytest.fail("two hold one lock")
        assert take_file_lock(home, path)[1] is False
    with pytest.raises(RuntimeError), held_lock(home, path, "somebody pushes", "wait"):
        raise RuntimeError("what fails frees it, too")
    assert take_file_lock(home, path)[1] is True
