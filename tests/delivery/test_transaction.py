"""What a message's transaction is made of, by what the server offers."""

from __future__ import annotations

import dataclasses

import pytest

from msnewsletter.delivery.send_outcomes import Unfit, Unsendable
from msnewsletter.delivery.transaction import Outgoing, ServerOffers, Transaction, transaction

ALL = ServerOffers(pipelining=True, eight_bit=True, utf8=True, size=0)
NONE = ServerOffers(pipelining=False, eight_bit=False, utf8=False, size=None)
LETTER = Outgoing(id=7, sender="b@news.test", recipient="r@in.test", parts=(b"a\r\n", b"b\r\n"))


def mail(offers: ServerOffers, **more: object) -> bytes:
    made = transaction(dataclasses.replace(LETTER, **more), offers)
    assert isinstance(made, Transaction)
    return made.commands[0][1]


def test_a_server_that_offers_nothing_is_told_nothing_but_the_addresses() -> None:
    made = transaction(LETTER, NONE)
    assert isinstance(made, Transaction)
    assert [line for _, line in made.commands] == [
        b"MAIL FROM:<b@news.test>\r\n",
        b"RCPT TO:<r@in.test>\r\n",
        b"DATA\r\n",
    ]
    assert made.body == b"a\r\nb\r\n"


def test_size_and_body_are_said_where_they_are_offered_and_needed() -> None:
    assert mail(ALL) == b"MAIL FROM:<b@news.test> SIZE=6\r\n"
    assert mail(ALL, parts=(b"\xc3\xa9\r\n",)).endswith(b" SIZE=4 BODY=8BITMIME\r\n")
    assert mail(ALL, recipient="é@in.test").endswith(b" SIZE=6 SMTPUTF8\r\n")
    assert mail(ALL, sender="") == b"MAIL FROM:<> SIZE=6\r\n"


@pytest.mark.parametrize(
    ("offers", "more", "why"),
    [
        (NONE, {"recipient": "é@in.test"}, Unfit.NEEDS_SMTPUTF8),
        (NONE, {"parts": (b"\xc3\xa9\r\n",)}, Unfit.NEEDS_8BITMIME),
        (dataclasses.replace(ALL, size=5), {}, Unfit.TOO_LARGE),
        (ALL, {"recipient": ""}, Unfit.ADDRESS),
        (ALL, {"recipient": "r@in.test>\r\nRCPT TO:<x@in.test"}, Unfit.ADDRESS),
        (ALL, {"sender": "b@news.test> SIZE=1"}, Unfit.ADDRESS),
        (ALL, {"recipient": "r\x85@in.test"}, Unfit.ADDRESS),
        (ALL, {"recipient": "r" * 250 + "@in.test"}, Unfit.ADDRESS),
    ],
)
def test_what_the_server_could_not_take_is_not_sent(
    offers: ServerOffers, more: dict[str, object], why: Unfit
) -> None:
    assert transaction(dataclasses.replace(LETTER, **more), offers) == Unsendable(id=7, why=why)


def test_neither_a_delivery_nor_its_transaction_shows_an_address() -> None:
    assert "@" not in repr(LETTER) + repr(transaction(LETTER, ALL))


def test_a_domain_is_one_however_it_is_written() -> None:
    assert dataclasses.replace(LETTER, recipient="r@IN.Test").domain == "in.test"
