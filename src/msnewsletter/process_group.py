"""A process that we started in a session of its own, and all that it started: ends them together.

A Ctrl-C for us is not for them. One that leaves the group on purpose, as a daemon does, is not
followed.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

_LOOK: Final = 0.02  # seconds between two looks at a process that is about to end
GRACE: Final = 2.0  # seconds between SIGTERM and SIGKILL


class ProcessGroup:
    """The group of a process that was started with `start_new_session=True`.

    Args:
        process: its first one.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def has_ended(self) -> bool:
        """Whether the first one has; it is not waited for, so that its group keeps its number."""
        if self._process.returncode is not None:
            return True
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._process.pid, options) is not None

    def wait(self, *, until: float, meanwhile: Callable[[float], object] = time.sleep) -> bool:
        """Wait for the end of the first one; whether it came.

        Args:
            until: by the monotonic clock.
            meanwhile: waits for so many seconds.
        """
        while not self.has_ended():
            if monotonic() >= until:
                return False
            meanwhile(_LOOK)
        return True

    def end(self, *, gently: bool, meanwhile: Callable[[float], object] = time.sleep) -> int:
        """End all of it, and wait for the first one, which is no zombie then; its code.

        Args:
            gently: where it has not ended, ask it to, and give it a moment.
            meanwhile: waits for so many seconds.
        """
        if self._process.returncode is None:
            if gently and not self.has_ended():
                self._signal(signal.SIGTERM)
                self.wait(until=monotonic() + GRACE, meanwhile=meanwhile)
            self._signal(signal.SIGKILL)
        return self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)
