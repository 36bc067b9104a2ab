"""Envelope senders that only we can make, and that survive the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbound_corpus import VERP
from msnewsletter.delivery.inbound.verp import Verp, VerpFinding

IDS = st.integers(1, 2**63 - 1)


@given(IDS, st.sampled_from([str, str.upper, str.lower, str.title]))
def test_what_was_made_is_read_whatever_case_it_comes_in(delivery: int, case: object) -> None:
    assert callable(case)
    said = f"rfc822;<{case(VERP.make(delivery))}>"
    assert VERP.find([said]) == VerpFinding(delivery=delivery)


@given(IDS)
def test_the_local_part_keeps_within_64_octets(delivery: int) -> None:
    verp = Verp(f"{'b' * 27}@news.example", VERP.key)
    local, _, _ = verp.make(delivery).partition("@")
    assert len(local) <= 64


@given(IDS, IDS)
def test_the_hash_of_one_delivery_is_none_of_another(one: int, other: int) -> None:
    said = VERP.make(one).replace(f"+{one}.", f"+{other}.")
    assert VERP.find([said]).delivery == (one if one == other else None)


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert VERP.find([text]).delivery is None


def test_a_wrong_hash_at_our_domain_is_forged_and_elsewhere_foreign() -> None:
    assert VERP.find([f"bounces+7.{'a' * 16}@news.example"]) == VerpFinding(forged=True)
    assert VERP.find([f"bounces+7.{'a' * 16}@other.example"]) == VerpFinding()


def test_an_address_that_forwarders_have_rewritten_is_read() -> None:
    local = VERP.make(7).partition("@")[0]
    for said in (
        f"SRS0=aB1c=XY=news.example={local}@forwarder.example",
        f"prvs=1234abcdef={VERP.make(7)}",
        f'"{local}"@news.example',
    ):
        assert VERP.find([said]) == VerpFinding(delivery=7)


def test_a_right_hash_counts_after_wrong_ones() -> None:
    wrong = f"bounces+7.{'a' * 16}@news.example "
    assert VERP.find([wrong * 3, VERP.make(8)]) == VerpFinding(delivery=8)


def test_no_more_addresses_than_a_hundred_are_compared() -> None:
    wrong = f"bounces+7.{'a' * 16}@news.example "
    assert VERP.find([wrong * 100, VERP.make(8)]) == VerpFinding(forged=True)


def test_a_number_beyond_64_bits_is_no_delivery() -> None:
    assert VERP.find([f"bounces+{2**63}.{'a' * 16}@news.example"]).delivery is None
    for wrong in (0, -1, 2**63):
        with pytest.raises(ValueError, match="positive"):
            VERP.make(wrong)


def test_a_key_that_is_short_and_an_address_without_room_are_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Verp("bounces@news.example", b"short")
    with pytest.raises(ValueError, match="27 characters before the @"):
        Verp(f"{'b' * 28}@news.example", VERP.key)
    for wrong in ("bounces", "@news.example", "bounces@", "bünces@news.example"):
        with pytest.raises(ValueError, match="no mail address"):
            Verp(wrong, VERP.key)


def test_the_key_is_never_shown() -> None:
    assert "key" not in repr(VERP)
