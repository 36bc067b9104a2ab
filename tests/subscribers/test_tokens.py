"""A token names one subscriber, for one purpose, of one newsletter, for as long as it is good."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import TimestampSigner

from msnewsletter.subscribers.tokens import (
    LIFETIMES,
    LONGEST_TOKEN,
    BadTokenError,
    OpenedToken,
    Purpose,
    TokenFault,
    Tokens,
)

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
HANDLE = "aB3-_xyz0123"
TOKENS = Tokens(b"k" * 32)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_names_its_subscriber_and_fits_the_merge_field(purpose: Purpose) -> None:
    token = TOKENS.make(purpose, HANDLE, at=NOW)
    assert len(token) <= LONGEST_TOKEN
    assert TOKENS.read(purpose, token, now=NOW) == HANDLE


@pytest.mark.parametrize(
    "purpose", [one for one, lifetime in LIFETIMES.items() if lifetime is not None]
)
def test_a_token_expires(purpose: Purpose) -> None:
    token = TOKENS.make(purpose, HANDLE, at=NOW)
    lifetime = LIFETIMES[purpose]
    assert lifetime is not None
    assert TOKENS.read(purpose, token, now=NOW + lifetime) == HANDLE
    ahead = timedelta(minutes=5 if purpose is Purpose.FORM else 0, seconds=1)
    for late in (NOW + lifetime + timedelta(seconds=1), NOW - ahead):
        with pytest.raises(BadTokenError) as refused:
            TOKENS.read(purpose, token, now=late)
        assert refused.value.fault is TokenFault.EXPIRED


def test_a_form_outlives_a_clock_that_is_set_back_a_little() -> None:
    token = TOKENS.make(Purpose.FORM, "page", at=NOW)
    assert TOKENS.read(Purpose.FORM, token, now=NOW - timedelta(minutes=5)) == "page"


def test_the_way_off_the_list_never_expires() -> None:
    token = TOKENS.make(Purpose.UNSUBSCRIBE, HANDLE, at=NOW)
    assert TOKENS.read(Purpose.UNSUBSCRIBE, token, now=NOW + timedelta(days=10_000)) == HANDLE


def test_no_token_ends_in_what_a_mail_program_takes_for_the_end_of_a_sentence() -> None:
    # Of 256 bits the last character of base64 holds four: it is one of these sixteen.
    ends = {Tokens(bytes([n]) * 32).make(Purpose.CONFIRM, HANDLE, at=NOW)[-1] for n in range(200)}
    assert ends == set("AEIMQUYcgkosw048")


def test_tokens_of_another_newsletter_s_database_are_forged() -> None:
    token = Tokens(b"x" * 32).make(Purpose.UNSUBSCRIBE, HANDLE, at=NOW)
    with pytest.raises(BadTokenError) as refused:
        TOKENS.read(Purpose.UNSUBSCRIBE, token, now=NOW)
    assert refused.value.fault is TokenFault.FORGED


def test_a_token_is_good_for_its_purpose_alone() -> None:
    token = TOKENS.make(Purpose.UNSUBSCRIBE, HANDLE, at=NOW)
    with pytest.raises(BadTokenError):
        TOKENS.read(Purpose.PREFERENCES, token, now=NOW)


@given(st.data())
def test_a_token_that_was_cut_or_altered_is_forged(data: st.DataObject) -> None:
    token = TOKENS.make(Purpose.UNSUBSCRIBE, HANDLE, at=NOW)
    place = data.draw(st.integers(0, len(token)))
    changed = data.draw(
        st.sampled_from([token[:place], token[place:], token.lower(), token + "=", token * 9])
        | st.builds(lambda sign: token[:place] + sign + token[place + 1 :], st.characters())
        | st.text(max_size=80)
    )
    if changed != token:
        with pytest.raises(BadTokenError):
            TOKENS.read(Purpose.UNSUBSCRIBE, changed, now=NOW)


@given(purpose=st.sampled_from(Purpose), seconds=st.integers(0, 10**9))
def test_a_token_says_when_it_was_made(purpose: Purpose, seconds: int) -> None:
    made = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    token = TOKENS.make(purpose, HANDLE, at=made + timedelta(milliseconds=900))
    assert TOKENS.opened(purpose, token, now=made) == OpenedToken(handle=HANDLE, made=made)


@given(
    purpose=st.sampled_from(Purpose),
    handles=st.lists(st.from_regex(r"[A-Za-z0-9_-]{1,20}", fullmatch=True), min_size=1, max_size=3),
    seconds=st.integers(min_value=1, max_value=2**32),
)
def test_a_token_is_signed_as_itsdangerous_signs_it(
    purpose: Purpose, handles: list[str], seconds: int
) -> None:
    class Signer(TimestampSigner):
        def get_timestamp(self) -> int:
            return seconds

    signer = Signer(b"k" * 32, salt=f"msnewsletter {purpose}", digest_method=hashlib.sha256)
    for handle in handles:
        made = TOKENS.make(purpose, handle, at=datetime.fromtimestamp(seconds, UTC))
        assert made.encode() == signer.sign(handle)
