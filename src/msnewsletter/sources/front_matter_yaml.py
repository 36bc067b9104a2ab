"""Front matter as we write it: YAML that a person can read, and that front_matter.py reads back.

Owns the quotes. Pure; knows no field, and keeps no comment.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# YAML 1.1, section 5.1: what a stream cannot hold, or takes for the end of a line or its mark.
_ESCAPED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
# Signs that mean nothing to YAML within a plain value that begins with a letter or digit.
_PLAIN_SIGNS = frozenset(" _.,;/()-+%'’“”–…&*!?=@<>|[]{}")
_NULLS = ("null", "~")


def scalar(text: str) -> str:
    """A value or name on one line: as it is where nobody can misread it, else in double quotes."""
    if _is_plain(text):
        return text
    short = "".join(_SHORT.get(character, character) for character in text)
    return f'"{_ESCAPED.sub(_escape, short)}"'


def field(name: str, text: str) -> list[str]:
    """The lines of a field with one text; several paragraphs are kept, indented."""
    lines = text.split("\n")
    whole = all(line.isprintable() and not line.endswith(" ") for line in lines)
    if len(lines) == 1 or not whole or not lines[0] or not lines[-1]:
        return [f"{name}: {scalar(text)}"]
    # The 2 says how far it is indented: a first line may begin with spaces of its own.
    return [f"{name}: |2-", *(f"  {line}" if line else "" for line in lines)]


def list_field(name: str, texts: Iterable[str]) -> list[str]:
    """The lines of a list, a text each; none of an empty one."""
    lines = [f"  - {scalar(text)}" for text in texts]
    return [f"{name}:", *lines] if lines else []


def named_field(name: str, texts: Iterable[tuple[str, str]]) -> list[str]:
    """The lines of a mapping, a name and its text each; none of an empty one."""
    lines = [f"  {scalar(key)}: {scalar(text)}" for key, text in texts]
    return [f"{name}:", *lines] if lines else []


def _is_plain(text: str) -> bool:
    return (
        text[:1].isalnum()
        and text[-1:] != " "
        and text not in _NULLS
        and text.isprintable()
        and all(sign.isalnum() or sign in _PLAIN_SIGNS for sign in text)
    )


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004  (YAML's own \x)
