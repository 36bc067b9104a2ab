"""A message that came back, read within bounds of time and memory, whatever it is. Pure.

The standard library's parser takes time with the square of some messages: a header of 10 MB, a
thousand parts in each other. So a message is cut before it is parsed: its length, its lines, the
length of each header, its nesting. What a report has to say stands before all of that.
"""

from __future__ import annotations

import binascii
import codecs
import re
from contextlib import suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from email.parser import Parser
from email.policy import compat32
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import BadValueError
from msnewsletter.sources.html.html_piece import lines_of_html

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

# Bytes that are looked at: the digest has 100,000 at most, and reports return it at their end.
READ_LIMIT: Final = 262_144
_LINES: Final = 10_000
# Bytes of a line with the lines that continue it: what RFC 5322 calls a header field.
_FIELD: Final = 4_000
# Reports have three or four parts of parts.
_NESTED: Final = 20
# Characters of a part that are looked at.
_TEXT: Final = 100_000

_MULTIPART: Final = re.compile(rb"multipart/", re.IGNORECASE)
# Messages in messages stay text: what we need of them is their head, and they may be encoded.
_MESSAGE_TYPE: Final = re.compile(rb"(?im)^(content-type:[ \t]{0,9}(?:\n[ \t]{1,9})?)message/")
_FIELD_LINE: Final = re.compile(r"([!-9;-~]{1,80})[ \t]*:(.*)", re.DOTALL)

# Encodings that take time in proportion, by the name that Python gives them. Others do not:
# punycode and idna take the square.
_CHARSETS: Final = re.compile(
    r"ascii|utf-(?:8|16(?:-[bl]e)?)|iso8859-\d+|cp125\d|cp437|cp850|cp932|cp949|koi8-[ru]|mac-roman"
    r"|gb2312|gbk|gb18030|big5|shift_jis|euc_(?:jp|kr)|iso2022_(?:jp|kr)"
)

Fields = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePart:
    """A part without parts of its own.

    Attributes:
        kind: its type in small letters, `message/` written as `text/x-`.
        text: what it holds, decoded.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundedMessage:
    """What was read of a message.

    Attributes:
        headers: the values of each header by its name in small letters, in order, unfolded; RFC
            2047's encoded words are as they were.
        kind: its type in small letters.
        parts: those without parts of their own, in order.
    """

    headers: Fields
    kind: str
    parts: tuple[MessagePart, ...]

    def first(self, name: str) -> str:
        """The first value of a header; empty where there is none."""
        return next(iter(self.headers.get(name, ())), "")

    @property
    def human_text(self) -> str:
        """What a person reads: the first plain text that is not empty, else the HTML as lines."""
        for kind in ("text/plain", "text/html"):
            for part in self.parts:
                if part.kind == kind and part.text.strip():
                    return part.text if kind == "text/plain" else _seen(part.text)
        return ""


def parse_bounded(message: bytes) -> BoundedMessage:
    """Read a message as far as the bounds allow; raises ValueError where it is none."""
    text = _cut(message).decode("latin-1")
    try:
        parsed = Parser(policy=compat32).parsestr(text)
        return BoundedMessage(
            headers=_gathered((name, str(value)) for name, value in parsed.raw_items()),
            kind=parsed.get_content_type(),
            parts=tuple(_parts(parsed)),
        )
    # What the library raises on hostile input is in no document.
    except Exception as error:
        raise ValueError("no parser reads it") from error


def fields_of(text: str) -> Iterator[Fields]:
    """The groups of header fields in a text, parted by empty lines (RFC 3464, section 2.1)."""
    group: list[tuple[str, str]] = []
    for line in [*text.splitlines(), ""]:
        if not line.strip():
            if group:
                yield _gathered(group)
            group = []
        elif line[0] in " \t" and group:
            name, value = group[-1]
            if len(value) < _FIELD:
                group[-1] = (name, f"{value} {line.strip()}")
        elif found := _FIELD_LINE.match(line):
            group.append((found[1], found[2]))


def decoded_header(value: str) -> str:
    """A header's value with its encoded words read (RFC 2047); as it is where they cannot be."""
    with suppress(ValueError, LookupError, MessageError):
        return "".join(
            part if isinstance(part, str) else _decoded(part, charset)
            for part, charset in decode_header(value[:_FIELD])
        )
    return value


def _cut(message: bytes) -> bytes:
    """The beginning of a message within all bounds; what was one line may be shorter."""
    start = message[:READ_LIMIT].replace(b"\0", b"").lstrip(b"\r\n\t ")
    kept: list[bytes] = []
    room = _FIELD
    for ended in start.splitlines()[:_LINES]:
        line = ended + b"\n"  # whatever ended it
        room = room if line[:1] in (b" ", b"\t") else _FIELD
        piece = line if len(line) <= room else line[:room] + b"\n"
        if room > 0:
            kept.append(piece)
        room -= len(piece)
    cut = _MESSAGE_TYPE.sub(rb"\1text/x-", b"".join(kept))
    for count, found in enumerate(_MULTIPART.finditer(cut), start=1):
        if count > _NESTED:
            return cut[: found.start()]
    return cut


def _gathered(pairs: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> Fields:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name.lower(), []).append(" ".join(value.split()))
    return {name: tuple(values) for name, values in found.items()}


def _parts(parsed: Message) -> Iterator[MessagePart]:
    for part in parsed.walk():
        payload = part.get_payload()
        if isinstance(payload, str):
            yield MessagePart(kind=part.get_content_type(), text=_text(part, payload))


def _text(part: Message, payload: str) -> str:
    raw = payload.encode("latin-1", "replace")
    match str(part.get("content-transfer-encoding", "")).strip().lower():
        case "base64":
            raw = _from_base64(raw)
        case "quoted-printable":
            raw = binascii.a2b_qp(raw)
        case _:
            pass
    charset = part.get_content_charset() or ""
    return _decoded(raw[: 4 * _TEXT], charset).replace("\0", "")[:_TEXT]


def _from_base64(raw: bytes) -> bytes:
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    # A cut message ends anywhere; a single letter left over is no byte.
    letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _decoded(raw: bytes, charset: str | None) -> str:
    name = "utf-8"
    with suppress(LookupError, ValueError):
        name = codecs.lookup(charset or name).name
    return raw.decode(name if _CHARSETS.fullmatch(name) else "utf-8", "replace")


def _seen(html: str) -> str:
    with suppress(BadValueError):
        return "\n".join(line.text for line in lines_of_html(html))
    return ""
