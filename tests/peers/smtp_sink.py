"""Postfix's smtp-sink, which takes mail and keeps none, and smtp-source, which makes much of it.

The pair is what a sender's speed is measured against. Neither needs root, or anything of postfix's.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from free_ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

_SINK, _SOURCE = Path("/usr/sbin/smtp-sink"), Path("/usr/sbin/smtp-source")
_BACKLOG = "512"


@contextmanager
def smtp_sink() -> Iterator[int]:
    """Run a sink, and give its port."""
    _need(_SINK)
    port = free_port()
    # As root it wants to be told as whom else to run.
    user = [] if os.getuid() else ["-u", "nobody"]
    process = subprocess.Popen([_SINK, *user, f"127.0.0.1:{port}", _BACKLOG])
    try:
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            with suppress(subprocess.TimeoutExpired):
                pytest.fail(f"smtp-sink ended with {process.wait(timeout=0.02)}")
        yield port
    finally:
        process.terminate()
        process.wait()


def smtp_source(
    port: int, messages: int, *, size: int = 41_000, sessions: int = 10, to: str = "a@example.org"
) -> None:
    """Have it send so many messages of so many bytes, over so many connections that it keeps."""
    _need(_SOURCE)
    counts = ["-m", str(messages), "-l", str(size), "-s", str(sessions)]
    addresses = ["-f", "news@example.org", "-t", to]
    subprocess.run([_SOURCE, "-d", *counts, *addresses, f"127.0.0.1:{port}"], check=True)


def _need(program: Path) -> None:
    if program.exists():
        return
    told = "needs postfix; tools/setup-judges.sh installs it as root on Debian"
    if os.getuid() == 0 and shutil.which("apt-get"):
        pytest.fail(told)
    pytest.skip(told)
