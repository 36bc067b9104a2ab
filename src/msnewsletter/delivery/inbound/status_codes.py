"""Enhanced status codes, and what each means for an address. Pure.

RFC 3463 defines them; IANA keeps the registry ("SMTP Enhanced Status Codes"). Only an address that
cannot exist is dead at once. Whatever concerns the message, the sender or the servers is ours to
correct, however permanent it is called: suppressing readers for it would lose them all at once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from msnewsletter.subscribers.bounces import BounceKind

if TYPE_CHECKING:
    from collections.abc import Mapping


# From what leaves an address as it is to what suppresses it.
_MILDEST_FIRST: Final = (BounceKind.OURS, BounceKind.SOFT, BounceKind.DEAD)


class EnhancedCode(NamedTuple):
    """`5.1.1` as numbers (RFC 3463, section 2)."""

    status: int
    subject: int
    detail: int

    def __str__(self) -> str:
        return f"{self.status}.{self.subject}.{self.detail}"

    @property
    def is_permanent(self) -> bool:
        """Whether the server says that trying again will not help."""
        return self.status == _PERMANENT

    @property
    def is_generic(self) -> bool:
        """Whether it says no more than where the trouble lies: X.Y.0 is "other or undefined"."""
        return self.detail == 0


_TEMPORARY, _PERMANENT = 4, 5

# Of a permanent failure, by subject (RFC 3463, sections 3.1 to 3.8).
_BY_SUBJECT: Final[Mapping[int, BounceKind]] = {
    0: BounceKind.SOFT,  # undefined: postfix says it for every reply without a code
    1: BounceKind.SOFT,  # address
    2: BounceKind.SOFT,  # mailbox: full, disabled, not accepting
    3: BounceKind.OURS,  # mail system
    4: BounceKind.SOFT,  # network and routing
    5: BounceKind.OURS,  # protocol
    6: BounceKind.OURS,  # content
    7: BounceKind.OURS,  # security and policy
}
# Where the detail says something else than its subject.
_BY_DETAIL: Final[Mapping[tuple[int, int], BounceKind]] = {
    (1, 1): BounceKind.DEAD,  # bad mailbox
    (1, 2): BounceKind.DEAD,  # bad system: the domain is not there
    (1, 3): BounceKind.DEAD,  # bad syntax: it never was an address
    (1, 6): BounceKind.DEAD,  # moved, and nobody says where to
    (1, 10): BounceKind.DEAD,  # the domain takes no mail (RFC 7505); Exchange: recipient not found
    (1, 7): BounceKind.OURS,  # the sender's address has bad syntax
    (1, 8): BounceKind.OURS,  # the sender's system is bad
    (1, 9): BounceKind.OURS,  # relayed to a server that does not comply
    (1, 90): BounceKind.OURS,  # Exchange Online: we have sent too much today
    (2, 1): BounceKind.SOFT,  # disabled, says the RFC, perhaps for a while; Gmail: also too busy
    (2, 3): BounceKind.OURS,  # our mail is too long for it
    (4, 1): BounceKind.SOFT,  # Exchange Online: no such address, or a domain that is set up wrongly
}
# Of a temporary failure: greylisting and reputation say nothing of the address.
_TEMPORARY_OURS: Final = frozenset({7})

# Not part of an IP address or a version with more numbers.
_CODE: Final = re.compile(r"(?<![0-9.])([245])\.([0-9]{1,3})\.([0-9]{1,3})(?!\.?[0-9])")
# In running text a code counts only after a reply (RFC 5321, section 4.2) or as qmail writes it.
_IN_TEXT: Final = re.compile(
    r"(?:(?<![0-9.])[45][0-9]{2}[\s#('\"-]{1,4}|#)([45])\.([0-9]{1,3})\.([0-9]{1,3})(?!\.?[0-9])"
)


def kind_of(code: EnhancedCode) -> BounceKind:
    """What a code of class 4 or 5 means for the address, on the word of the code alone."""
    if code.status == _TEMPORARY:
        return BounceKind.OURS if code.subject in _TEMPORARY_OURS else BounceKind.SOFT
    by_subject = _BY_SUBJECT.get(code.subject, BounceKind.SOFT)
    return _BY_DETAIL.get((code.subject, code.detail), by_subject)


def severity(kind: BounceKind) -> int:
    """For comparing kinds: the higher, the more follows for the address."""
    return _MILDEST_FIRST.index(kind)


def parse_code(text: str) -> EnhancedCode | None:
    """The code at which a Status field begins; comments may follow (RFC 3464, section 2.3.4)."""
    found = _CODE.match(text.strip())
    return _code(found) if found else None


def code_in_diagnostic(text: str) -> EnhancedCode | None:
    """The first failure's code in what a server said; one that says more comes before X.Y.0."""
    return _most_telling([_code(found) for found in _CODE.finditer(text) if found[1] != "2"])


def code_in_text(text: str) -> EnhancedCode | None:
    """The same in text for people, where 5.1.1 may also be the number of a chapter."""
    return _most_telling([_code(found) for found in _IN_TEXT.finditer(text)])


def _most_telling(codes: list[EnhancedCode]) -> EnhancedCode | None:
    telling = [code for code in codes if not code.is_generic]
    return next(iter(telling or codes), None)


def _code(found: re.Match[str]) -> EnhancedCode:
    return EnhancedCode(int(found[1]), int(found[2]), int(found[3]))
