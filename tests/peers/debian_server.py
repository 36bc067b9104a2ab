"""What Debian's servers have in common, of which tests run instances of their own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path


def need_root(name: str) -> None:
    """Skip the test for anybody but root: the server changes users."""
    if os.getuid():
        pytest.skip(f"{name} needs root: it changes users")


def need_programs(packages: str, *programs: Path | str) -> None:
    """Skip the test without these; fail it where the setup should have installed them."""
    if all(map(shutil.which, programs)):
        return
    told = f"needs {packages}; tools/setup-judges.sh installs what judges need as root on Debian"
    if os.getuid() == 0 and shutil.which("apt-get"):
        pytest.fail(told)
    pytest.skip(told)


@contextmanager
def running_server(
    words: Sequence[Path | str], folder: Path, port: int, *, log: Callable[[], str] = str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the end of the block; it begins when the server greets at its port.

    `folder` gets what it says on its way out (`errors`); `log`: returns what else it said.
    """
    with (folder / "errors").open("wb") as errors:
        process = subprocess.Popen(words, stdout=errors, stderr=errors, start_new_session=True)
    try:
        while not _greets(port):
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.02)
                told = (folder / "errors").read_text()
                pytest.fail(f"{words[0]} ended: {told}{log()}")
        yield process
    finally:
        process.terminate()
        process.wait()


def _greets(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)) as one:
        one.recv(1)
        return True
    return False
