"""Which addresses a source may have, against Python's own tables and RFCs' examples."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.sources.fetch.public_address import allowed_address

FOURS = st.ip_addresses(v=4)
SIXES = st.ip_addresses(v=6)
# Near the edges of what counts, where drawing alone seldom comes.
EDGES = st.sampled_from(
    [
        *("9.255.255.255", "10.0.0.0", "11.0.0.0", "100.63.255.255", "100.64.0.0"),
        *("100.127.255.255", "100.128.0.0", "126.255.255.255", "127.0.0.1", "128.0.0.0"),
        *("169.253.255.255", "169.254.169.254", "169.255.0.0", "172.15.255.255", "172.16.0.1"),
        *("172.31.255.255", "172.32.0.0", "192.167.255.255", "192.168.1.1", "192.169.0.0"),
        *("223.255.255.255", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
        *("0.0.0.1", "0.255.255.255", "1.0.0.0", "1.1.1.1", "8.8.8.8"),
    ]
).map(IPv4Address)


def public_address(text: str) -> bool:
    return allowed_address(text, private=False)


@given(FOURS | EDGES)
def test_a_public_ipv4_address_is_global_and_no_multicast(address: IPv4Address) -> None:
    if public_address(str(address)):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@given(FOURS | EDGES)
def test_what_python_calls_global_is_public_unless_it_is_of_a_protocol(
    address: IPv4Address,
) -> None:
    of_protocol = str(address).startswith(("192.0.0.", "192.88.99."))
    if address.is_global and not address.is_multicast and not of_protocol:
        assert public_address(str(address))


@given(SIXES)
def test_a_public_ipv6_address_is_global_unicast(address: IPv6Address) -> None:
    if public_address(str(address)):
        assert address.is_global or address.ipv4_mapped or address in IPv6Network("64:ff9b::/96")
        assert not address.is_multicast
        assert not address.is_link_local


@given(FOURS | EDGES)
def test_an_address_that_carries_another_is_no_more_public_than_that(address: IPv4Address) -> None:
    carried = int(address)
    for text in (
        f"::ffff:{address}",
        str(IPv6Address(int(IPv6Address("64:ff9b::")) + carried)),
        str(IPv6Address((0x2002 << 112) + (carried << 80) + 1)),
        str(IPv6Address(int(IPv6Address("2a01:4f8::5efe:0:0")) + carried)),
    ):
        assert public_address(text) == public_address(str(address)), text


@given(FOURS | EDGES)
def test_what_wraps_addresses_for_good_or_for_no_use_is_not_public(address: IPv4Address) -> None:
    carried = int(address)
    for prefix in ("::", "::ffff:0:0:0", "64:ff9b:1::", "2001::", "fe80::", "fec0::"):
        assert not public_address(str(IPv6Address(int(IPv6Address(prefix)) + carried)))


@given(FOURS | SIXES | EDGES)
def test_private_adds_only_addresses_of_one_s_own(address: IPv4Address | IPv6Address) -> None:
    text = str(address)
    if public_address(text):
        assert allowed_address(text, private=True)
        assert allowed_address(text, private=False)
    elif allowed_address(text, private=True):
        mapped = isinstance(address, IPv6Address) and address.ipv4_mapped
        assert not (mapped or address).is_multicast
        assert not (mapped or address).is_link_local
        assert not (mapped or address).is_unspecified


@pytest.mark.parametrize(
    "text",
    [
        *("127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.0.1", "100.64.0.1", "::1", "fd00::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"),
        *("64:ff9b:1::a00:1", "64:ff9b:1::808:808"),
    ],
)
def test_one_s_own_addresses_are_allowed_with_private_alone(text: str) -> None:
    assert not allowed_address(text, private=False)
    assert allowed_address(text, private=True)


@pytest.mark.parametrize(
    "text",
    [
        *("0.0.0.1", "0.1.2.3", "169.254.169.254", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        str(IPv4Address(0)),
        *(
            "::",
            "fe80::1",
            "fe80::1%eth0",
            "ff02::1",
            "::ffff:169.254.169.254",
            "::ffff:0.0.0.1",
            "::ffff:0:0",
        ),
        *("64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "2001:0:53aa:64c::1", "2001:db8::1"),
        # Given to nobody, or given back (the 6bone); segment routing; site-local; discard.
        *("3ffe::1", "3fff::1", "3000::1", "2d00::1", "2e00::1", "5f00::1", "fec0::1", "100::1"),
        # Through what translates or tunnels, to a link-local or unspecified address.
        *("64:ff9b:1::a9fe:a9fe", "64:ff9b:1::", "fd00::5efe:a9fe:a9fe", "fd00::200:5efe:0:1"),
        *("2130706433", "0x7f000001", "017700000001", "127.1", "0x7f.1", "localhost", ""),
        *("2606:4700::1111%eth0", "1.1.1.1 ", "1.1.1.1/32", "[::1]"),
    ],
)
def test_what_no_server_of_a_source_has_is_never_allowed(text: str) -> None:
    assert not allowed_address(text, private=False)
    assert not allowed_address(text, private=True)


@pytest.mark.parametrize(
    "text", ["1.1.1.1", "2606:4700:4700::1111", "2a01:4f8::1", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_servers_on_the_internet_are_public(text: str) -> None:
    assert ip_address(text)
    assert public_address(text)
