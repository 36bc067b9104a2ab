"""The network that a request comes from, and keyed hashes of what the door counts. Pure."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

# What one customer of a provider has: RFC 6177 gives a site a /64 at least; a /24 is the smallest
# that is routed.
_PREFIXES: Final = {4: 24, 6: 64}
# A client may send as many as it likes.
_MOST_HOPS: Final = 20
_UNKNOWN: Final = "unknown"

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def network_of(peer: str | None, forwarded: str, proxies: Sequence[str]) -> str:
    """The network of who asks, e.g. `192.0.2.0/24`; `unknown` where nobody can tell.

    Args:
        peer: the address at the other end of the connection; None: it has none.
        forwarded: X-Forwarded-For, which counts only as far as our own proxies wrote it.
        proxies: their networks.
    """
    trusted = [ipaddress.ip_network(one) for one in proxies]
    here = _parsed(peer or "")
    if here is None or not _among(here, trusted):
        return _network(here)
    hops = forwarded.split(",")[-_MOST_HOPS:]
    for hop in reversed(hops):
        found = _parsed(hop)
        if found is None:
            break
        here = found
        if not _among(here, trusted):
            break
    return _network(here)


def is_loopback_peer(peer: str | None) -> bool:
    """Whether the other end of the connection is on this machine."""
    here = _parsed(peer or "")
    return here is not None and here.is_loopback


def is_near(peer: str | None) -> bool:
    """Whether the other end is on this machine or in its own network: probably a server of ours."""
    here = _parsed(peer or "")
    return here is not None and (here.is_loopback or here.is_private)


def is_among(peer: str | None, networks: Sequence[str]) -> bool:
    """Whether the other end of the connection is in one of these networks."""
    here = _parsed(peer or "")
    return here is not None and _among(here, [ipaddress.ip_network(one) for one in networks])


def hashed_network(network: str, secret: bytes) -> str:
    """A network as the database knows it: 64 hexadecimal digits."""
    return hmac.new(secret, f"door network {network}".encode(), hashlib.sha256).hexdigest()


def hashed_request(kind: str, key: str, secret: bytes) -> str:
    """An address, by its key, for which something is asked: 64 hexadecimal digits."""
    return hmac.new(secret, f"door {kind} {key}".encode(), hashlib.sha256).hexdigest()


def _parsed(text: str) -> _Address | None:
    try:
        found = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _among(address: _Address, networks: Sequence[_Network]) -> bool:
    return any(address in network for network in networks)


def _network(address: _Address | None) -> str:
    if address is None:
        return _UNKNOWN
    return str(ipaddress.ip_network((address, _PREFIXES[address.version]), strict=False))
