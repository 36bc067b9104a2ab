"""The envelope sender of each delivery, by which its bounce is known. Pure.

`bounces+<delivery>.<hash>@news.example`: the delivery's id, and an HMAC of it that only we can make
(variable envelope return path). No mail address of a reader is in it. Its letters are those of
base32 in lower case, because servers on the way may change the case of a local part.
"""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# Octets of a local part (RFC 5321, section 4.5.3.1.1).
_LOCAL_PART: Final = 64
# Of SHA-256: 80 bits, 16 letters of base32. RFC 2104, section 5, asks for 80 bits at least.
_HASH_BYTES: Final = 10
# Ids are positive and fit into 64 bits, as in both databases.
_MOST: Final = 2**63 - 1
# Addresses of this form that are compared in one message; a bounce has a handful.
_CANDIDATES: Final = 100
_KEY_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class VerpFinding:
    """What the addresses of a message say of a delivery.

    Attributes:
        delivery: the id of the delivery whose hash is right; None: there is none.
        forged: an address has our form and domain, and a hash that is not ours.
    """

    delivery: int | None = None
    forged: bool = False


@dataclass(frozen=True, slots=True)
class Verp:
    """Envelope senders of one newsletter.

    Args:
        address: the mailbox that bounces go to, with nothing after a `+`, in ASCII.
        key: 16 secret bytes or more; another key makes all earlier addresses invalid.

    Raises:
        ValueError: the address leaves no room for an id, or the key is short.
    """

    address: str
    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) < _KEY_BYTES:
            raise ValueError(f"the key must have {_KEY_BYTES} bytes at least")
        local, at, domain = self.address.rpartition("@")
        if not (local and at and domain) or not self.address.isascii():
            raise ValueError("is no mail address in ASCII")
        longest = len(local) + len(f"+{_MOST}.") + len(_hash(1, self.key))
        if longest > _LOCAL_PART:
            most = _LOCAL_PART - (longest - len(local))
            raise ValueError(f"may have {most} characters before the @ at most")

    def make(self, delivery: int) -> str:
        """The envelope sender of one delivery, a positive id; raises ValueError for another."""
        if not 0 < delivery <= _MOST:
            raise ValueError("the id of a delivery is positive and fits into 64 bits")
        local, _, domain = self.address.rpartition("@")
        return f"{local}+{delivery}.{_hash(delivery, self.key)}@{domain}"

    def find(self, texts: Iterable[str]) -> VerpFinding:
        """The first delivery that any of the texts names with a hash that is ours.

        The domain may be another one: forwarders rewrite addresses (SRS), newsletters move. It
        counts only for what is forged, and not merely foreign.
        """
        local, _, domain = self.address.rpartition("@")
        form = re.compile(
            re.escape(local) + r'\+([1-9][0-9]{0,18})\.([a-z2-7]{16})"?@([a-z0-9.-]{0,255})',
            re.IGNORECASE | re.ASCII,
        )
        forged, left = False, _CANDIDATES
        for text in texts:
            for found in form.finditer(text):
                if left == 0:
                    return VerpFinding(forged=forged)
                left -= 1
                if (delivery := self._verified(found[1], found[2])) is not None:
                    return VerpFinding(delivery=delivery)
                forged = forged or found[3].lower() == domain.lower()
        return VerpFinding(forged=forged)

    def _verified(self, digits: str, said: str) -> int | None:
        delivery = int(digits)
        if delivery > _MOST:
            return None
        right = hmac.compare_digest(said.lower(), _hash(delivery, self.key))
        return delivery if right else None


def _hash(delivery: int, key: bytes) -> str:
    # The prefix keeps this use of the key apart from any other.
    # Not hmac.digest, which lets other threads go first however little there is to do.
    digest = hmac.new(key, b"verp:%d" % delivery, "sha256").digest()[:_HASH_BYTES]
    return base64.b32encode(digest).decode("ascii").lower()
