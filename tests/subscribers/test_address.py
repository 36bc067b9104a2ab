"""Addresses are parsed once, kept as typed, told apart by their normal form, and never repeated."""

from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.errors import BadValueError
from msnewsletter.subscribers.address import parse_address


@pytest.mark.parametrize(
    ("typed", "mailbox", "key"),
    [
        ("ada@example.org", "ada@example.org", "ada@example.org"),
        ("  Ada.L@Example.ORG\n", "Ada.L@example.org", "ada.l@example.org"),
        ("ada+ms@bücher.example", "ada+ms@xn--bcher-kva.example", "ada+ms@xn--bcher-kva.example"),
        ("o'neill@example.org", "o'neill@example.org", "o'neill@example.org"),
    ],
)
def test_an_address_is_kept_as_typed_and_sent_in_ascii(typed: str, mailbox: str, key: str) -> None:
    found = parse_address(typed)
    assert (found.typed, found.mailbox, found.key) == (typed.strip(), mailbox, key)
    assert found.domain == key.split("@")[1]


@pytest.mark.parametrize(
    "typed",
    [
        *("", "ada", "ada@", "@example.org", "ada@@example.org", "ada@localhost"),
        *("ada@example.org\nBcc: eve@example.org", "Ada <ada@example.org>", "a@b.org, c@d.org"),
        *(
            "dörte@example.org",
            f"{'a' * 65}@example.org",
            f"a@{'b' * 64}.org",
            "a" * 10_000 + "@b.c",
        ),
        *("ada@exa mple.org", "ada@-example.org", "ada\x00@example.org", "ada@example.org\u200b"),
    ],
)
def test_what_is_no_address_is_refused_without_being_repeated(typed: str) -> None:
    with pytest.raises(BadValueError) as refused:
        parse_address(typed)
    assert "ada" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_two_spellings_of_one_mailbox_are_equal_and_no_repr_shows_it() -> None:
    one, other = parse_address("Ada@Example.org"), parse_address("ada@example.ORG")
    assert one == other
    assert hash(one) == hash(other)
    assert "ada" not in repr(one).lower()
    assert one.forgotten_as(b"key") == other.forgotten_as(b"key") != one.forgotten_as(b"another")


@given(
    local=st.text(alphabet="abzAZ09_.+-", min_size=1, max_size=66),
    domain=st.lists(st.text(alphabet="azAZ09-", min_size=1, max_size=8), min_size=1, max_size=4),
)
def test_an_address_in_ascii_is_what_the_library_makes_of_it(local: str, domain: list[str]) -> None:
    typed = f"{local}@{'.'.join(domain)}"
    options = {"check_deliverability": False, "test_environment": True, "strict": True}
    try:
        expected = validate_email(typed, **options).ascii_email
    except EmailNotValidError:
        with pytest.raises(BadValueError):
            parse_address(typed)
    else:
        found = parse_address(typed)
        assert (found.typed, found.mailbox) == (typed, expected)
        assert found.key == found.mailbox.lower()


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        found = parse_address(text)
    except BadValueError:
        return
    assert found.mailbox.isascii()
    assert found.mailbox.isprintable()
    assert not {" ", "<", ">", ","} & set(found.mailbox)
    assert parse_address(found.mailbox) == found
