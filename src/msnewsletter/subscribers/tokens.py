"""Tokens: opaque names for a subscriber in links, each good for one purpose. Pure.

A token says who (by a random handle) and when it was made, and is signed with a secret of the
subscribers' database, for one purpose; itsdangerous makes and checks it. The secret is of one
newsletter alone, and its id is not in it: links go on to work when a person edits that. A token
holds no address and no word about health, at most 64 characters of the URL-safe alphabet, and is
read whole: lower-casing or cutting it breaks it.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from itsdangerous import BadSignature, TimestampSigner
from itsdangerous.encoding import base64_encode, want_bytes

from msnewsletter.errors import BadValueError

LONGEST_TOKEN: Final = 64
_SIGNERS: Final = 16


class Purpose(StrEnum):
    """What a token is good for."""

    CONFIRM = "confirm"
    PREFERENCES = "preferences"
    UNSUBSCRIBE = "unsubscribe"
    COME_BACK = "come back"  # to take back having left, a moment later
    FORM = "form"  # of a page that anybody may ask for: it names nobody, and says when


# A mail may lie for years before its reader leaves, and must let them: that has no end.
LIFETIMES: Final = {
    Purpose.CONFIRM: timedelta(days=3),
    Purpose.PREFERENCES: timedelta(days=1),
    Purpose.UNSUBSCRIBE: None,
    Purpose.COME_BACK: timedelta(hours=1),
    Purpose.FORM: timedelta(days=1),
}

# How far ahead of the clock a token may have been made: the clock may be set back a little between
# a page and its form.
_AHEAD: Final = {Purpose.FORM: timedelta(minutes=5)}


class TokenFault(StrEnum):
    """Why a token is not good."""

    FORGED = "forged"  # or cut, altered, for another purpose, of another database
    EXPIRED = "expired"


class BadTokenError(BadValueError):
    """A token that is not good; `fault` says why."""

    def __init__(self, fault: TokenFault) -> None:
        problem = "it has expired" if fault is TokenFault.EXPIRED else "it is not one of ours"
        super().__init__(f"the link does not work: {problem}", "ask for a new one")
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedToken:
    """What a good token says.

    Attributes:
        handle: of the subscriber that it names.
        made: when it was made, aware UTC, in whole seconds.
    """

    handle: str
    made: datetime


class Tokens:
    """Makes and reads the tokens of one newsletter.

    Args:
        secret: the key of the subscribers' database; tokens of another are not good here.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        # Of one mailing all tokens have one time: its signer is made once.
        self._signer = lru_cache(_SIGNERS)(self._signer_at)

    def make(self, purpose: Purpose, handle: str, *, at: datetime) -> str:
        """A token for a subscriber's handle, made at that instant (aware)."""
        return self._signer(purpose, int(at.timestamp())).sign(handle).decode("ascii")

    def read(self, purpose: Purpose, token: str, *, now: datetime) -> str:
        """The handle that a token names; `now` is aware. Raises BadTokenError."""
        return self.opened(purpose, token, now=now).handle

    def opened(self, purpose: Purpose, token: str, *, now: datetime) -> OpenedToken:
        """What a token says; `now` is aware. Raises BadTokenError."""
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise BadTokenError(TokenFault.FORGED)
        try:
            value, made = self._signer(purpose, int(now.timestamp())).unsign(
                token, return_timestamp=True
            )
        except BadSignature:
            raise BadTokenError(TokenFault.FORGED) from None
        handle = value.decode("ascii")
        # Base64 can be written in more than one way: a token in one alone.
        if self.make(purpose, handle, at=made) != token:
            raise BadTokenError(TokenFault.FORGED)
        lifetime = LIFETIMES[purpose]
        earliest = -_AHEAD.get(purpose, timedelta())
        if lifetime is not None and not earliest <= _whole(now) - made <= lifetime:
            raise BadTokenError(TokenFault.EXPIRED)
        return OpenedToken(handle=handle, made=made)

    def _signer_at(self, purpose: Purpose, at: int) -> _SignerAt:
        return _SignerAt(self._secret, f"msnewsletter {purpose}", at)


class _SignerAt(TimestampSigner):
    """A signer to whom the time is an argument, in whole seconds."""

    def __init__(self, secret: bytes, salt: str, at: int) -> None:
        # 12 characters of a handle, 6 of time, 43 of HMAC-SHA-256, two dots: 63.
        super().__init__(secret, salt=salt, digest_method=hashlib.sha256)
        self._at = at
        # What all tokens of one time have in common, done once.
        self._stamp = super().sign(b"").rpartition(self.sep)[0]
        self._mac = hmac.new(self.derive_key(), digestmod=hashlib.sha256)

    def get_timestamp(self) -> int:
        return self._at

    def sign(self, value: str | bytes) -> bytes:
        """As the base does it, in a third of the time."""
        signed = want_bytes(value) + self._stamp
        mac = self._mac.copy()
        mac.update(signed)
        return signed + self.sep + base64_encode(mac.digest())


def _whole(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
