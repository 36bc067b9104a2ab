"""The line of a file that holds some words: for messages about texts that were read long before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.sources.clean_text import numbered
from msnewsletter.sources.formats import SIZE_LIMIT

if TYPE_CHECKING:
    from pathlib import Path


def line_with(path: Path, words: str) -> int | None:
    """The number, from 1, of the first line with these words; None: none has them as they are.

    A file that cannot be read has none; of a large one the beginning counts.
    """
    if not path.is_file():  # a pipe would let us wait for its writer
        return None
    try:
        with path.open("rb") as file:
            text = file.read(SIZE_LIMIT).decode(errors="replace")
    except OSError:
        return None
    return next((line.number for line in numbered(text) if words in line.text), None)
