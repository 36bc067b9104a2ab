"""What a command would change in a file, or has changed, for people."""

from __future__ import annotations

from difflib import unified_diff

from msnewsletter.disk.save import text_of
from msnewsletter.text import without_controls


def file_diff(before: bytes | None, after: bytes, path: str, *, change: str) -> tuple[str, ...]:
    """The lines of a unified diff, with nothing that a terminal obeys.

    Args:
        before: what the file holds; None: it does not exist.
        after: what it would hold.
        path: the file's.
        change: what the other text is: `proposed`.
    """
    lines = unified_diff(
        text_of(before or b"").splitlines(),
        text_of(after).splitlines(),
        f"{path} (now)" if before is not None else "/dev/null",
        f"{path} ({change})",
        lineterm="",
    )
    return tuple(map(without_controls, lines))
