"""Web addresses as identities: one form for all the ways in which one page is addressed. Pure.

Owns which parts of an address say nothing of which page it is. In doubt a part stays: two forms of
one page are two summaries, of which the second waits because it says the same; two pages in one
form would be one summary, and readers would never get the other.
"""

from __future__ import annotations

import re
from contextlib import suppress
from hashlib import sha256
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit

# Characters of a web address or an id that a source may name: sitemaps allow 2,048 (sitemaps.org),
# and longer ones are refused by many servers.
ADDRESS_LIMIT = 2_048
# Of a summary's key: see sources/fields.py.
_KEY_LIMIT = 200
# What campaigns, social networks and mail programs add; no site tells pages apart by them. Not
# `ref` and `source`: links carry them too, but on some sites they say which document is meant.
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|twclid|yclid|igshid|mc_[ce]id|_ga|_gl|"
    r"_hsenc|_hsmi|mkt_tok|ref_src|cmpid|s_cid|spm",
    re.IGNORECASE,
)
# An address as `identity_of` returns it, more than a site's front page, to which many entries lead;
# a URI whose scheme makes it unique (RFC 4151, RFC 8141); a UUID (RFC 9562).
_WORLDWIDE = re.compile(
    r"[^\s/?#:]+(?:\.[^\s/?#:.]+(?::[0-9]+)?|:[0-9]+)[/?]\S|(?:tag|urn|doi|info):\S+"
    r"|\[[0-9a-f:.]+\](?::[0-9]+)?[/?]\S|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z"
)
# RFC 3986, section 3.3: what stands for itself in a part of a path.
_SAFE = ":@!$&'()*+,;=~"
_RESERVED = f"{_SAFE}/?%[]"
_PORTS = {"http": 80, "https": 443}


def is_address(text: str) -> bool:
    """Whether this is a web address, and no file."""
    return text.lower().startswith(("https://", "http://"))


def identity_of(address: str) -> str:
    """The page that an absolute web address means, as `example.org/research/gut`.

    Without scheme, `www.`, user, default port, fragment, parameters of campaigns and final slash;
    the host in small letters (RFC 5890 for others than ASCII), other parameters sorted, and what
    need not be percent-encoded as itself. What is no web address is returned as it is, stripped.
    """
    address = address.strip()
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return address
    if parts.scheme not in _PORTS or not parts.hostname:
        return address
    host = _host(parts.hostname)
    if port and port != _PORTS[parts.scheme]:
        host = f"{host}:{port}"
    # As Latin-1 every byte is a character, so that bytes that are no UTF-8 stay what they are.
    encoded = quote(parts.query, safe=_RESERVED)
    asked = sorted(
        (name, value)
        for name, value in parse_qsl(encoded, keep_blank_values=True, encoding="latin-1")
        if not _TRACKING.fullmatch(name)
    )
    query = f"?{urlencode(asked, encoding='latin-1')}" if asked else ""
    return f"{host}/{_path(parts.path)}".rstrip("/") + query


def _host(name: str) -> str:
    name = name.rstrip(".")
    with suppress(UnicodeError):  # a name that no server can have
        name = name.encode("idna").decode()
    if ":" in name:
        return f"[{name}]"
    return name.removeprefix("www.") if name.count(".") > 1 else name


def _path(path: str) -> str:
    """A path without empty parts, `.` and `..`; an encoded slash parts nothing."""
    kept: list[str] = []
    for part in path.split("/"):
        decoded = unquote_to_bytes(part)
        if decoded == b"..":
            del kept[-1:]
        elif decoded not in (b"", b"."):
            kept.append(quote(decoded, safe=_SAFE))
    return "/".join(kept)


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
