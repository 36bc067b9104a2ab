"""Web addresses as identities: one form for all the ways in which one page is addressed. Pure.

Owns which parts of an address say nothing of which page it is.
"""

from __future__ import annotations

import posixpath
import re
from hashlib import sha256
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

# Of a summary's key: see sources/fields.py.
_KEY_LIMIT = 200
# What campaigns, social networks and mail programs add; no site tells pages apart by them.
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|twclid|yclid|igshid|mc_[ce]id|_ga|_gl|"
    r"_hsenc|_hsmi|mkt_tok|ref|ref_src|source|cmpid|s_cid|spm",
    re.IGNORECASE,
)
# An address as `identity_of` returns it, more than a site's front page, to which many entries lead;
# a URI whose scheme makes it unique (RFC 4151, RFC 8141); a UUID (RFC 9562).
_WORLDWIDE = re.compile(
    r"[^\s/?#:]+(?:\.[^\s/?#:.]+(?::[0-9]+)?|:[0-9]+)[/?]\S|(?:tag|urn|doi|info):\S+"
    r"|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z"
)
_PORTS = {"http": 80, "https": 443}


def identity_of(address: str) -> str:
    """The page that an absolute web address means, as `example.org/research/gut`.

    Without scheme, default port, fragment, parameters of campaigns and final slash; the host in
    lower case, other parameters sorted. What is no web address is returned as it is, stripped.
    """
    address = address.strip()
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return address
    if parts.scheme.lower() not in _PORTS or not parts.hostname:
        return address
    host = parts.hostname.rstrip(".")
    if port and port != _PORTS[parts.scheme.lower()]:
        host = f"{host}:{port}"
    path = quote(unquote(posixpath.normpath(parts.path or "/")), safe="/:@!$&'()*+,;=~")
    asked = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(name)
    )
    query = f"?{urlencode(asked)}" if asked else ""
    return f"{host}/{path.strip('/')}".rstrip("/") + query


def is_worldwide(identity: str) -> bool:
    """Whether an identity means the same whoever names it: an address, a URI, a UUID.

    The number of an entry, or the name of a file, is another's in another source.
    """
    return _WORLDWIDE.match(identity) is not None


def key_of_identity(identity: str) -> str:
    """The key of a fetched summary: its identity, or, where that is too long, a part and a hash."""
    if len(identity) <= _KEY_LIMIT:
        return identity
    digest = sha256(identity.encode(errors="replace")).hexdigest()[:32]
    return f"{identity[: _KEY_LIMIT - 33]}~{digest}"
