"""Where the desk is, and where a key is asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.web.desk.access import ProxyLogin, address_at, policy_for

ALL = "0.0.0.0"  # noqa: S104  (nothing listens here)
PROXY = ProxyLogin(addresses=("10.0.0.5",))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_on_loopback_no_key_is_needed_unless_it_is_asked_for(host: str) -> None:
    assert policy_for(host=host, port=8025).key is None
    assert policy_for(host=host, port=8025, ask_key=True).key


def test_wherever_others_may_come_a_key_is_needed() -> None:
    assert policy_for(host=ALL, port=8025).key
    assert policy_for(host="127.0.0.1", port=8025, allowed=["desk.example.org"]).key
    assert policy_for(host="127.0.0.1", port=8025, proxy=PROXY).key, "with a login there or without"


def test_names_of_the_machine_count_where_others_may_come() -> None:
    remote = policy_for(host=ALL, port=8025, machine=["box", "box.example.org", "box"])
    assert remote.names == ("box", "box.example.org")
    assert remote.is_here("192.0.2.7:8025"), "and so does any address of it"
    assert not remote.is_here("evil.example:8025")
    assert policy_for(host="127.0.0.1", port=8025, machine=["box"]).names == ()


def test_each_key_is_another_one() -> None:
    assert len({policy_for(host="192.0.2.7", port=1).key for _ in range(20)}) == 20


def test_a_desk_keeps_its_cookies_name_and_no_other_desk_has_the_same() -> None:
    first = {"host": ALL, "port": 8025, "home": "/home/ada/letters", "machine": ["box"]}
    others = [{"port": 8026}, {"home": "/home/ada/others"}, {"machine": ["box2"]}]
    assert policy_for(**first).cookie == policy_for(**first).cookie
    assert len({policy_for(**first | change).cookie for change in ({}, *others)}) == 4


@pytest.mark.parametrize(
    ("host", "port", "address"),
    [
        ("localhost", 8025, "http://localhost:8025/"),
        ("::1", 8025, "http://[::1]:8025/"),
        ("desk.example.org", 80, "http://desk.example.org/"),
    ],
)
def test_an_address_is_one_to_be_pasted(host: str, port: int, address: str) -> None:
    assert address_at(host, port) == address


@given(st.text())
def test_no_host_that_a_stranger_makes_up_is_ours(host: str) -> None:
    assert not policy_for(host="127.0.0.1", port=8025).is_here(f"{host}.example")
