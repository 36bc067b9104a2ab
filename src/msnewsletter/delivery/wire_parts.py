"""A mailmerge.eml as it goes over the wire: its dots are stuffed once for all readers. Pure.

RFC 5321, section 4.5.2: a line that begins with a dot gets another one. Fields begin no line, and
their values hold no line break, so that filling them in is joining bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.render.mail.mailmerge import FIELDS

if TYPE_CHECKING:
    from msnewsletter.render.mail.mailmerge import MergeParts

# RFC 5321, section 2.3.8: never alone. Servers differ in what a lone one means, and in that
# difference a second message can be hidden.
_LONE = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_VALUE = re.compile(rb"[!-~]+")


@dataclass(frozen=True, slots=True)
class WireParts:
    """The parts of a message, with places for the values of one reader."""

    parts: tuple[bytes, ...]
    places: tuple[tuple[int, int], ...]

    def filled(self, *, address: str, message_id: str, token: str) -> tuple[bytes, ...]:
        """The parts for one reader, to be joined; the texts among them are shared by all readers.

        Raises ValueError where a value is not printable ASCII without spaces.
        """
        values = tuple(map(_checked, (address, message_id, token)))
        parts = list(self.parts)
        for part, field in self.places:
            parts[part] = values[field]
        return tuple(parts)


def _checked(value: str) -> bytes:
    # No error shows the value: it may be an address.
    data = value.encode("ascii", "replace")
    if not value.isascii() or not _VALUE.fullmatch(data):
        raise ValueError("a merge value holds more than printable ASCII without spaces")
    return data


def wire_parts(merge: MergeParts) -> WireParts:
    """Stuff the dots; raises ValueError where a line would not be one to every server."""
    parts = list(merge.parts)
    fields = dict(merge.places)
    line_start = True
    for index, part in enumerate(parts):
        if index in fields:
            # A token never begins with a dot; an address or the left side of a Message-ID might.
            if line_start and FIELDS[fields[index]] != "token":
                raise ValueError("a merge field stands at the beginning of a line")
            line_start = False
            continue
        if _LONE.search(part):
            raise ValueError("a line of the message does not end in CRLF")
        stuffed = part.replace(b"\r\n.", b"\r\n..")
        parts[index] = b"." + stuffed if line_start and part.startswith(b".") else stuffed
        line_start = part.endswith(b"\r\n") or (line_start and not part)
    if not line_start:
        parts.append(b"\r\n")
    return WireParts(parts=tuple(parts), places=merge.places)
