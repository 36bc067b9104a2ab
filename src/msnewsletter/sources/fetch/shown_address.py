"""Web addresses as they may be shown and logged: without what lets anybody in. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

_LONGEST = 300
_MASK = "***"
# A parameter's name is read as words: `api_key`, `apiKey` and `X-Amz-Signature` hold a secret,
# `keyword` does not.
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_SECRET = frozenset(
    {
        "token",
        "key",
        "apikey",
        "sig",
        "signature",
        "auth",
        "authorization",
        "secret",
        "password",
        "passwd",
        "pass",
        "pwd",
        "session",
        "sessionid",
        "sid",
        "jwt",
        "credential",
        "credentials",
        "accesstoken",
        "code",
        "hmac",
        "ticket",
    }
)
_PARAMETER = re.compile(r"([^&;=]*)=([^&;]*)")


def shown_address(address: str) -> str:
    """A web address for people: no user, password or fragment, secret parameters masked.

    At most 300 characters. What is no web address is returned as it is, as long.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return _cut(address.rpartition("@")[2])
    host = parts.netloc.rpartition("@")[2]
    query = _PARAMETER.sub(_masked, parts.query)
    return _cut(urlunsplit((parts.scheme, host, parts.path, query, "")))


def holds_secret(address: str) -> bool:
    """Whether a web address holds what lets anybody in, so that readers must not get it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "@" in address
    return "@" in parts.netloc or _PARAMETER.sub(_masked, parts.query) != parts.query


def _masked(found: re.Match[str]) -> str:
    words = {word.lower() for word in _WORDS.findall(found[1])}
    return f"{found[1]}={_MASK}" if words & _SECRET and found[2] else found[0]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
