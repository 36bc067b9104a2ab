"""Markdown: a page of parts, a table, and plain text that stays plain in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MADE: Final = "<!-- Made from the program by `make reference`: change what is said there. -->"
# What begins markup in a text that has none. A name in backquotes stays as it is.
_MARKUP: Final = re.compile(r"`[^`]*`|([\\*_<\[])")


def page(*parts: str) -> str:
    """A page of parts, with an empty line between two."""
    return "\n\n".join((_MADE, *(part.strip("\n") for part in parts if part))) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a cell may hold markup, and is put on one line."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def plain(text: str) -> str:
    """A text without markup, as Markdown that shows it."""
    return _MARKUP.sub(lambda found: f"\\{found[1]}" if found[1] else found[0], text)


def code(text: str) -> str:
    """A name in backquotes."""
    return f"`{text}`"


def one_line(text: str) -> str:
    """A text that was broken into lines, in one."""
    return " ".join(text.split())


def _cell(text: str) -> str:
    return one_line(text).replace("|", "\\|")
