"""The servers of the examples as processes of their own, at free ports."""

from __future__ import annotations

import re
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from workers import until

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@contextmanager
def at_work(program: Sequence[str | Path]) -> Iterator[int]:
    """A server that says its port in its first line, until the block ends; that port."""
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        try:
            assert process.stdout
            found = re.search(r"port (\d+)", process.stdout.readline())
            assert found
            yield int(found[1])
        finally:
            process.terminate()


def came(folder: Path, count: int) -> list[Path]:
    """The mails in a folder, in their order, once there are as many; waits for them."""
    until(lambda: len(list(folder.glob("*.eml"))) >= count)
    return sorted(folder.glob("*.eml"))
