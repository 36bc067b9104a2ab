"""The network that a request comes from: as far as our own proxies say it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.subscribers.door_network import (
    hashed_network,
    hashed_request,
    is_among,
    is_loopback_peer,
    is_near,
    network_of,
)

PROXIES = ("127.0.0.0/8", "10.0.0.5/32", "2001:db8:ff::/48")


@pytest.mark.parametrize(
    ("peer", "forwarded", "network"),
    [
        ("192.0.2.77", "", "192.0.2.0/24"),
        ("192.0.2.77", "203.0.113.1", "192.0.2.0/24"),
        ("127.0.0.1", "203.0.113.1", "203.0.113.0/24"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.1", "203.0.113.0/24"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.1, 10.0.0.5", "203.0.113.0/24"),
        ("127.0.0.1", "", "127.0.0.0/24"),
        ("127.0.0.1", "nonsense", "127.0.0.0/24"),
        ("127.0.0.1", "203.0.113.1, nonsense, 10.0.0.5", "10.0.0.0/24"),
        ("::ffff:192.0.2.1", "", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "", "2001:db8:1:2::/64"),
        ("2001:db8:ff::1", "fe80::1%eth0", "fe80::/64"),
        (None, "203.0.113.1", "unknown"),
    ],
)
def test_a_network_is_that_of_the_last_hop_that_is_not_ours(
    peer: str | None, forwarded: str, network: str
) -> None:
    assert network_of(peer, forwarded, PROXIES) == network


@given(peer=st.text(max_size=20), forwarded=st.text(max_size=200))
def test_nothing_that_is_sent_makes_it_fail(peer: str, forwarded: str) -> None:
    assert network_of(peer, forwarded, PROXIES)
    assert network_of("127.0.0.1", forwarded, PROXIES)


@given(forwarded=st.text(max_size=200))
def test_who_is_no_proxy_cannot_change_its_network(forwarded: str) -> None:
    assert network_of("192.0.2.1", forwarded, PROXIES) == "192.0.2.0/24"


def test_hashes_need_the_key_and_tell_kinds_apart() -> None:
    made = {
        hashed_request("sign up", "a@example.org", b"one"),
        hashed_request("link", "a@example.org", b"one"),
        hashed_request("sign up", "a@example.org", b"two"),
        hashed_network("192.0.2.0/24", b"one"),
        hashed_network("192.0.2.0/24", b"two"),
    }
    assert len(made) == 5


def test_loopback_is_this_machine() -> None:
    peers = ("127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.1", "", None)
    assert [is_loopback_peer(peer) for peer in peers] == [True, True, True, False, False, False]


def test_a_server_of_ours_is_near_and_may_be_named() -> None:
    peers = ("127.0.0.1", "10.0.0.5", "fd00::1", "8.8.8.8", "", None)
    assert [is_near(peer) for peer in peers] == [True, True, True, False, False, False]
    assert [is_among(peer, PROXIES) for peer in peers] == [True, True, False, False, False, False]
