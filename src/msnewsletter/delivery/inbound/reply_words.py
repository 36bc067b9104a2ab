"""What servers say beside, or against, the code that they give. Pure.

Codes lie: GoDaddy says 5.1.1 for "too many recipients this hour" (sisimai/p5-sisimai#236), Charter
5.1.0 for "sender rejected" (#395), Orange 5.2.0 for spam (#189), postfix 5.0.0 for all that had no
code (#312). So words can take back that an address is dead, and say it only where the code says
nothing. Where both are found, the address lives.
"""

from __future__ import annotations

import re
from typing import Final

from msnewsletter.delivery.inbound.status_codes import (
    EnhancedCode,
    code_in_diagnostic,
    kind_of,
    parse_code,
    severity,
)
from msnewsletter.subscribers.bounces import BounceKind

# All in small letters, with single spaces; what stands for whole words stands between spaces.
# Said of us: our addresses, our mail, our rate.
_OF_US: Final = (
    "too many",
    "rate limit",
    "sender rejected",
    "sender denied",
    "sender address",
    "sender domain",
    "domain of sender",
    "blacklist",
    "blocklist",
    "block list",
    "blocked",
    "spam",
    "spamhaus",
    "ofr_506",  # Orange
    "reputation",
    "dmarc",
    "dkim",
    "spf",
    "policy",
    "relaying denied",
    "content rejected",
    "message rejected",
    "mail rejete",
    "greylist",
    "block listed",
    "blocklisted",
    "blacklisted",
)
# Said of us, or of an address that is not there: Exchange Online means either.
_OF_EITHER: Final = ("access denied",)
# Said of a mailbox that exists.
_LIVES: Final = (
    "quota",
    "mailbox full",
    "mailbox is full",
    "mailbox voll",
    "postfach voll",
    "is full",
    "storage",
    "disabled",
    "inactive",
    "suspended",
    "temporarily",
    "try again later",
    "receiving mail too quickly",
)
# Said of an address that nobody has.
_NOBODY: Final = (
    "user unknown",
    "unknown user",
    "unknown recipient",
    "recipient unknown",
    "unknown address",
    "no such user",
    "no such recipient",
    "no such mailbox",
    "no such address",
    "no mailbox here by that name",
    "user not found",
    "recipient not found",
    "recipientnotfound",
    "mailbox not found",
    "address not found",
    "account not found",
    "user doesn't exist",
    "does not exist",
    "doesn't have a yahoo",
    "invalid recipient",
    "invalid mailbox",
    "mailbox unknown",
    "empfaenger unbekannt",
    "empfänger unbekannt",
)

# Outlook.com calls an address that nobody has a fault of the protocol.
_COUNTED: Final = ("mailbox unavailable", *_NOBODY)

# A relay that is called mx10.mailspamprotection.com says nothing of spam, nor does a link.
_NAMES: Final = re.compile(r"https?://\S+|[a-z0-9-]++(?:\.[a-z0-9-]++)++|\[[^\]]{0,200}\]")
_NO_LETTER: Final = re.compile(r"[^\w']+")
# Subjects of X.Y.0 that leave open whether anybody is there.
_OPEN_SUBJECTS: Final = frozenset({0, 1, 2})
_PROTOCOL: Final = EnhancedCode(5, 5, 0)
_PERMANENT: Final = 500
# Replies that concern the mailbox or the transaction (RFC 5321, section 4.2.3).
_PERMANENT_REPLY: Final = re.compile(r"(?<![0-9.])55[0-4](?![0-9.])")


def judged(status: EnhancedCode | None, said: str) -> tuple[EnhancedCode | None, BounceKind]:
    """The code that counts, and what it and the words mean for the address.

    Args:
        status: the code of the report; None: it has none.
        said: what the server said, with the code that it gave, if any.
    """
    code = _code_that_counts(status, code_in_diagnostic(said))
    return code, _by_words(code, said)


def kind_of_reply(code: int, enhanced: str | None, text: str) -> BounceKind:
    """What a refusal means for the address: of code and words that differ, the milder.

    Args:
        code: the reply code.
        enhanced: the enhanced code (RFC 3463); None: it has none.
        text: what the server said beside; "": not known.
    """
    status = parse_code(enhanced) if enhanced else None
    if code < _PERMANENT:
        return kind_of(status) if status else BounceKind.SOFT
    _, kind = judged(status, f"{code} {text}")
    if status is None or status.is_generic:
        return kind  # nothing but the words tells
    return min(kind, kind_of(status), key=severity)


def _code_that_counts(
    status: EnhancedCode | None, given: EnhancedCode | None
) -> EnhancedCode | None:
    """Of a report's code and that of the server itself: the telling one, else the milder one."""
    if status is None or given is None:
        return given or status
    if status.is_generic != given.is_generic:
        return given if status.is_generic else status
    return min(status, given, key=lambda code: severity(kind_of(code)))


def _is_open(code: EnhancedCode | None, said: str) -> bool:
    if code is None:
        return _PERMANENT_REPLY.search(said) is not None
    return code.is_permanent and code.is_generic and code.subject in _OPEN_SUBJECTS


def _by_words(code: EnhancedCode | None, said: str) -> BounceKind:
    kind, is_open = kind_of(code) if code else BounceKind.SOFT, _is_open(code, said)
    low = said.lower()
    # With the names: "RESOLVER.ADR.RecipientNotFound".
    words, without_names = _words(low), _words(_NAMES.sub(" ", low))
    if code == _PROTOCOL and _has(words, _COUNTED):
        kind = BounceKind.SOFT
    if kind is BounceKind.OURS or _has(without_names, _OF_US):
        return BounceKind.OURS
    if _has(without_names, _OF_EITHER) and (is_open or kind is BounceKind.DEAD):
        return BounceKind.OURS
    if _has(without_names, _LIVES):
        return BounceKind.SOFT
    return BounceKind.DEAD if is_open and _has(words, _NOBODY) else kind


def _words(text: str) -> str:
    return f" {_NO_LETTER.sub(' ', text)} "


def _has(words: str, phrases: tuple[str, ...]) -> bool:
    return any(f" {phrase} " in words for phrase in phrases)
