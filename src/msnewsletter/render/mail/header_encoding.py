"""Writes single header fields of a message, folded and encoded. Pure.

Every value becomes one logical line whatever it held: no input can begin a field of its own.
"""

from __future__ import annotations

import re
from email.charset import Charset
from itertools import repeat

from msnewsletter.render.xml_text import legal

# RFC 5322, section 2.1.1, less room for a comma.
_LINE = 76
# RFC 2047, section 2: 75 characters an encoded word; less the longest field name used with one.
_ENCODED = 52
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_PLAIN = re.compile(r"[\x20-\x7e]*")


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
    line = unfolded(text)
    if _is_plain(line):
        return verbatim(name, *line.split())
    return verbatim(name, *_encoded_words(line))


def mailbox(name: str, display: str, address: str) -> str:
    """A field with one named address, such as From."""
    line = unfolded(display)
    if not line:
        return verbatim(name, address)
    phrase = _phrase(line) or _encoded_words(line)
    return verbatim(name, *phrase, f"<{address}>")


def identified(name: str, description: str, identifier: str) -> str:
    """A field with a described identifier, such as List-Id; never with encoded words."""
    return verbatim(name, *_phrase(unfolded(description)), f"<{identifier}>")


def unfolded(text: str) -> str:
    """The text on one logical line, without what mail cannot carry."""
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
    lengths = repeat(_ENCODED + len("=?utf-8?q??="))
    return [word for word in Charset("utf-8").header_encode_lines(line, lengths) if word]
