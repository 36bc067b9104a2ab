"""Which IP addresses a source may have: those of the internet, and of one's own network if it says.

Pure. Python's `ipaddress` is asked for the parts of an address alone: what its `is_global` says has
changed from one release to the next, and it takes an address that carries another for public.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# The IANA IPv4 Special-Purpose Address Registry, multicast (RFC 5771) and what is reserved
# (RFC 1112, section 4): all that is not the address of a server on the internet.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
# This machine, and networks of one's own (RFC 1918, 6598). Not link-local addresses: on rented
# machines, what answers at 169.254.169.254 gives away their keys.
_OWN_4 = tuple(
    IPv4Network(block)
    for block in ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)
# All unicast addresses that IANA has given out are in here, but for what follows.
_GLOBAL_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # of protocols, Teredo among them
        "2001:db8::/32",
        # Given to nobody (IANA's IPv6 Global Unicast Address Assignments), or given back: the 6bone
        # (3ffe::/16, RFC 3701). Documentation (3fff::/20, RFC 9637) is in here.
        "2d00::/8",
        "2e00::/7",
        "3000::/4",
    )
)
# This machine, RFC 4193, and the local prefix of NAT64 (RFC 8215).
_OWN_6 = tuple(IPv6Network(block) for block in ("::1/128", "fc00::/7", "64:ff9b:1::/48"))
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
# ISATAP (RFC 5214): the third quarter of the address, the bit for "global" set or not.
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})
_LOW = 0xFFFFFFFF


def allowed_address(text: str, *, private: bool) -> bool:
    """Whether a source may have this IP address: that of a server on the internet.

    An IPv6 address that carries an IPv4 address is public if both are. What is no address in its
    one usual form (`2130706433`, `0x7f.1`, `fe80::1%eth0`, a name) is refused. With `private`,
    one's own addresses are allowed too; never link-local, multicast, unspecified and reserved ones.
    """
    address = _parsed(text)
    if address is None:
        return False
    return _is_public(address) or (private and _is_own(address))


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text) if "%" not in text else None
    except ValueError:
        return None


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in block for block in _NOT_PUBLIC_4)
    carried = _carried(address)
    if carried is not None and not _is_public(carried):
        return False
    if address in _MAPPED or address in _NAT64:
        return True
    return address in _GLOBAL_6 and not any(address in block for block in _NOT_PUBLIC_6)


def _is_own(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return any(address in block for block in _OWN_4)
    carried = _carried(address)
    if address in _MAPPED or address in _NAT64:
        return carried is not None and _is_own(carried)
    if carried is not None and not (_is_public(carried) or _is_own(carried)):
        return False  # what is sent there may go to where no source may be
    return any(address in block for block in _OWN_6)


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address to which what is sent to this one may go."""
    number = int(address)
    if address in _MAPPED or address in _NAT64 or address in _LOCAL_NAT64:
        return IPv4Address(number & _LOW)
    if address in _SIX_TO_FOUR:
        return IPv4Address(number >> 80 & _LOW)
    if number >> 32 & _LOW in _ISATAP:
        return IPv4Address(number & _LOW)
    return None
