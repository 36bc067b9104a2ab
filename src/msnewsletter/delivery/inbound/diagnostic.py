"""What a server said, fit to be kept: one line, no address in it. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.inbound.status_codes import code_in_text
from msnewsletter.errors import printable

if TYPE_CHECKING:
    from collections.abc import Collection

# Characters that are kept, and those that are looked at for it.
_KEPT, _READ = 300, 2_000
_ADDRESS = "(address)"
# An @ as servers and encodings write it: as it is, in full width, and with its number.
_AT: Final = re.compile(
    r"\S*(?:[@＠﹫]|=40|%40|&#64;|&commat;|\\u0040|\(at\)|\[at\])\S*", re.IGNORECASE
)
_SHORTEST = 3  # letters of a name that says whose it is
# A reply without an enhanced code, where a text quotes one.
_REPLY: Final = re.compile(
    r"(?:said|error|response|status|rejected|code|:)\W{0,20}([45][0-9]{2})(?![0-9.])", re.IGNORECASE
)
# Lines that are kept from that of the code on, and characters of it before the code.
_LINES, _BEFORE = 3, 80


def excerpt(text: str) -> str:
    """What stands around the first code of a failure in a text for people; empty: there is none.

    The rest is left out: servers greet people by name.
    """
    code, reply = code_in_text(text), _REPLY.search(text)
    if code is None and reply is None:
        return ""
    at = text.find(str(code)) if code else reply.start() if reply else 0
    start = max(text.rfind("\n", 0, at) + 1, at - _BEFORE)
    return "\n".join(text[start:].split("\n", _LINES)[:_LINES])


def scrubbed(text: str, *, recipients: Collection[str]) -> str:
    """The text on one printable line, cut, without anything that looks like an address.

    Servers also repeat the name alone ("no user erika here"): the words before the @ of the
    recipients go, too.
    """
    line = printable(" ".join(text[:_READ].split()))
    for name in _names(recipients):
        line = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", _ADDRESS, line, flags=re.IGNORECASE)
    line = _AT.sub(_ADDRESS, line)
    return line if len(line) <= _KEPT else line[: _KEPT - 1] + "…"


def _names(recipients: Collection[str]) -> list[str]:
    """What stands before the @, longest first, and the words of it."""
    whole = {recipient.rpartition("@")[0] or recipient for recipient in recipients}
    words = {word for name in whole for word in re.split(r"[^\w]+|_", name)}
    return sorted((name for name in whole | words if len(name) >= _SHORTEST), key=len)[::-1]
