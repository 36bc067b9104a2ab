"""The line of a file that holds some words: for messages about texts that were read long before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.errors import BadValueError
from msnewsletter.regular_file import read_regular
from msnewsletter.sources.clean_text import numbered
from msnewsletter.sources.formats import SIZE_LIMIT

if TYPE_CHECKING:
    from pathlib import Path


def line_with(path: Path, words: str) -> int | None:
    """The number, from 1, of the first line with these words; None: none has them as they are.

    A file that cannot be read, or is larger than a source may be, has none.
    """
    try:
        text = read_regular(path, limit=SIZE_LIMIT).decode(errors="replace")
    except (OSError, BadValueError):
        return None
    return next((line.number for line in numbered(text) if words in line.text), None)
