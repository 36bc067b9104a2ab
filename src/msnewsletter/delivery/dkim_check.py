"""Whether a received mail's DKIM signatures are valid, and cover what one-click rests on.

RFC 8058, section 4: List-Unsubscribe and List-Unsubscribe-Post have to be covered, else no provider
shows its button. Asks the name server for the keys, unless one is given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import dkim

from msnewsletter.errors import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    DnsFunction = Callable[..., bytes | None]

# A mail has one for each that signed it; of hostile ones we look at the first few.
_MOST: Final = 10
_SECONDS: Final = 5
_NEEDED: Final = {
    "from": "From",
    "subject": "Subject",
    "list-unsubscribe": "List-Unsubscribe",
    "list-unsubscribe-post": "List-Unsubscribe-Post",
}
_SIGNATURE: Final = re.compile(
    rb"^DKIM-Signature[ \t]*:((?:[^\r\n]|\r\n[ \t])*)\r\n", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimSignature:
    """A signature of a mail.

    Attributes:
        domain: who signed.
        selector: of the key.
        valid: it is the signature of just this mail; None: its key was not found.
        missing: the headers that it should cover, and does not.
    """

    domain: str
    selector: str
    valid: bool | None
    missing: tuple[str, ...]


def dkim_signatures(message: bytes, *, key: bytes | None = None) -> tuple[DkimSignature, ...]:
    """The signatures of a mail, in order.

    Args:
        message: as it was received; its lines may end in LF.
        key: the TXT record of the key; None: the name server is asked.
    """
    data = re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    return tuple(_signatures(data, key))


def _signatures(message: bytes, key: bytes | None) -> Iterator[DkimSignature]:
    head = message.partition(b"\r\n\r\n")[0] + b"\r\n"
    for index, found in enumerate(_SIGNATURE.findall(head)[:_MOST]):
        pairs = (part.partition("=") for part in found.decode("ascii", "replace").split(";"))
        tags = {name.strip(): "".join(value.split()) for name, _, value in pairs}
        covered = {one.lower() for one in tags.get("h", "").split(":")}
        yield DkimSignature(
            domain=printable(tags.get("d", "?"))[:100],
            selector=printable(tags.get("s", "?"))[:100],
            valid=_valid(message, index, key),
            missing=tuple(shown for name, shown in _NEEDED.items() if name not in covered),
        )


def _valid(message: bytes, index: int, key: bytes | None) -> bool | None:
    asked: list[bytes | None] = []

    def record(name: bytes, timeout: int = _SECONDS) -> bytes | None:
        found = key if key is not None else dkim.get_txt(name, timeout)
        asked.append(found)
        return found

    try:
        return bool(dkim.DKIM(message, timeout=_SECONDS).verify(index, dnsfunc=record))
    # What it raises of hostile signatures and of name servers is in no document.
    except Exception:  # noqa: BLE001
        # Without a key nobody can tell; one that was found, and fails, is another matter.
        return False if any(asked) else None
