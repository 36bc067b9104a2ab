"""Writes single header fields of a message, folded and encoded. Pure.

Every value becomes one logical line whatever it held: no input can begin a field of its own.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from msnewsletter.render.xml_text import legal

if TYPE_CHECKING:
    from collections.abc import Callable

# RFC 5322, section 2.1.1, less room for a comma.
_LINE = 76
# RFC 2047, section 2: 75 characters an encoded word; less the longest field name used with one.
_ENCODED = 52
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_PLAIN = re.compile(r"[\x20-\x7e]*")
# RFC 2047, section 5 (3): what may stand for itself everywhere; and the space, written `_`.
_Q_PLAIN = frozenset(b" ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")


def verbatim(name: str, *words: str) -> str:
    """A field of ASCII words, broken only between them; for addresses, ids and URLs.

    RFC 2047, section 5: no encoded words there.
    """
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) <= _LINE or lines[-1] == f"{name}:":
            lines[-1] += f" {word}"
        else:
            lines.append(f" {word}")
    return "\r\n".join(lines)


def unstructured(name: str, text: str) -> str:
    """A field of free text, such as Subject."""
    line = _one_line(text)
    if _is_plain(line):
        return verbatim(name, *line.split())
    return verbatim(name, *_encoded_words(line))


def mailbox(name: str, display: str, address: str) -> str:
    """A field with one named address, such as From."""
    line = _one_line(display)
    if not line:
        return verbatim(name, address)
    phrase = _phrase(line) or _encoded_words(line)
    return verbatim(name, *phrase, f"<{address}>")


def identified(name: str, description: str, identifier: str) -> str:
    """A field with a described identifier, such as List-Id; never with encoded words."""
    return verbatim(name, *_phrase(_one_line(description)), f"<{identifier}>")


def _one_line(text: str) -> str:
    return " ".join(legal(text).split())


def _is_plain(line: str) -> bool:
    # "=?" would be read as an encoded word; a longer word could not be folded.
    longest = max(map(len, line.split()), default=0)
    return bool(_PLAIN.fullmatch(line)) and "=?" not in line and longest < _ENCODED


def _phrase(line: str) -> list[str]:
    """RFC 5322, section 3.2.5: words, or one quoted string; nothing where ASCII is not enough."""
    if not _is_plain(line):
        return []
    if not _ATOMS.fullmatch(line):
        escaped = line.replace("\\", "\\\\").replace('"', '\\"')
        line = f'"{escaped}"'
    return line.split()


def _encoded_words(line: str) -> list[str]:
    """RFC 2047 words, each of whole characters; the shorter of its two encodings."""
    octets = line.encode()
    plain = sum(byte in _Q_PLAIN for byte in octets)
    if plain + 3 * (len(octets) - plain) <= len(octets) * 4 / 3:
        return [f"=?utf-8?q?{_q(piece)}?=" for piece in _pieces(line, _q)]
    return [f"=?utf-8?b?{_b(piece)}?=" for piece in _pieces(line, _b)]


def _pieces(line: str, encode: Callable[[str], str]) -> list[str]:
    pieces = [""]
    for character in line:
        if len(encode(pieces[-1] + character)) > _ENCODED:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _q(text: str) -> str:
    return "".join(
        chr(byte).replace(" ", "_") if byte in _Q_PLAIN else f"={byte:02X}"
        for byte in text.encode()
    )


def _b(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
