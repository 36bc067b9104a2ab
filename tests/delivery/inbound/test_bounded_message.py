"""A message that comes back costs little time and memory, whatever it is."""

from __future__ import annotations

import base64
import time
import tracemalloc

import pytest

from inbound_corpus import DELIVERY, VERP, read
from msnewsletter.delivery.inbound.bounded_message import (
    READ_LIMIT,
    decoded_header,
    fields_of,
    parse_bounded,
)
from msnewsletter.delivery.inbound.inbound_kinds import Bounce, Unknown, UnknownReason
from msnewsletter.subscribers.bounces import BounceKind

HEAD = (
    f"Return-Path: <>\nTo: {VERP.make(DELIVERY)}\nFrom: MAILER-DAEMON@x.example\n"
    "MIME-Version: 1.0\n"
).encode()
REPORT = b"Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n"
SECONDS = 2.0  # of a core that is ten times as slow as ours
MEGABYTES = 20


def nested(depth: int, kind: str = "mixed") -> bytes:
    return HEAD + b"".join(
        f'Content-Type: multipart/{kind}; boundary="b{level}"\n\n--b{level}\n'.encode()
        for level in range(depth)
    )


BOMBS = {
    "a hundred megabytes": HEAD + b"\n" + b"x" * 100_000_000,
    "a thousand parts in each other": nested(1000) + b"\n",
    "a thousand digests in each other": nested(1000, "digest") + b"\n",
    "a thousand messages in each other": HEAD + b"Content-Type: message/rfc822\n\n" * 1000,
    "a million headers": HEAD + b"".join(b"X%d: a\n" % one for one in range(1_000_000)) + b"\n",
    "a million of one header": HEAD + b"To: a@b.example\n" * 1_000_000 + b"\n",
    "a header of 10 MB": HEAD + b"Subject: " + b"a" * 10_000_000 + b"\n\n",
    "a header in a million lines": HEAD + b"Subject: a" + b"\n a" * 1_000_000 + b"\n\n",
    "quotes and semicolons": (
        HEAD + (b'Content-Type: multipart/mixed; a="' + b';"' * 1990 + b"\n\n--b\n") * 60
    ),
    "parentheses in From": b"From: " + b"(" * 4000 + b"\nTo: " + b"(<" * 2000 + b"\n\n",
    "a million parts": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\n\n"
    + b"--b\n\nx\n" * 10**6,
    "a million recipients": HEAD + b"Content-Type: message/delivery-status\n\n" + REPORT * 10**6,
    "base64": HEAD + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(b"x" * 10**7),
    "quoted-printable": HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=41" * 10**6,
    "HTML": HEAD + b"Content-Type: text/html\n\n" + b"<a<a" * 1_000_000,
    "encoded words": HEAD + b"Subject: " + b"=?utf-8?q?a?= " * 10_000 + b"\n\n",
    "at signs": HEAD + b"\n550 5.1.1 " + b"a@" * 1_000_000,
    "forged addresses": b"To: x@y\n\n" + b"bounces+1.aaaaaaaaaaaaaaaa@news.example " * 100_000,
    "lines that flufl.bounce knows": HEAD
    + b"\nThe following addresses had\n"
    + b"a <a@b c\n" * 10**5,
    "punycode": HEAD + b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" * 100_000,
    "a number of 4,000 digits": HEAD + b"Content-Type: text/plain; a*" + b"1" * 4000 + b"*=x\n\nx",
    "NULs": b"\0" * 1_000_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_costs_little_time_and_memory(bomb: str) -> None:
    began = time.process_time()
    read(BOMBS[bomb])
    assert time.process_time() - began < SECONDS
    tracemalloc.start()
    read(BOMBS[bomb])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < MEGABYTES * 1_000_000


@pytest.mark.parametrize("filler", [b"x" * 998, b"<b>", b"\n"])
def test_a_report_is_read_however_long_the_mail_is_that_it_returns(filler: bytes) -> None:
    message = (
        HEAD
        + b"Content-Type: multipart/report; boundary=b\n\n"
        + b"--b\nContent-Type: message/delivery-status\n\n"
        + REPORT
        + b"--b\nContent-Type: message/rfc822\n\n"
        + filler * (5 * READ_LIMIT // len(filler))
    )
    found = read(message)
    assert isinstance(found, Bounce)
    assert found.kind is BounceKind.DEAD


def test_a_report_is_read_though_what_it_returns_is_nested_a_thousand_deep() -> None:
    returned = nested(1000).removeprefix(HEAD)
    message = (
        HEAD
        + b"Content-Type: multipart/report; boundary=r\n\n"
        + b"--r\nContent-Type: message/delivery-status\n\n"
        + REPORT
        + b"--r\n"
        + returned
    )
    assert isinstance(read(message), Bounce)


@pytest.mark.parametrize("nothing", [b"", b"\n\n", b"\0\0", b"no header\n\nat all"])
def test_what_is_no_mail_is_said_to_be_unreadable(nothing: bytes) -> None:
    assert read(nothing) == Unknown(UnknownReason.UNREADABLE)


def test_plain_text_comes_before_html_and_html_is_read_as_lines() -> None:
    html = b"Content-Type: text/html\n\n<p>One<br>two</p>\n"
    both = (
        b"Content-Type: multipart/alternative; boundary=b\n\n--b\n"
        + html
        + b"--b\n\nplain\n--b--\n"
    )
    assert parse_bounded(both).human_text.strip() == "plain"
    assert parse_bounded(html).human_text.split() == ["One", "two"]


def test_encoded_words_are_read_and_wrong_ones_left() -> None:
    assert decoded_header("=?utf-8?B?QWJtZWxkZW4=?=") == "Abmelden"
    assert decoded_header("=?no-such?q?caf=E9?=") == "caf\ufffd"
    assert decoded_header("=?utf-8?B?a?=") == "=?utf-8?B?a?="


def test_fields_are_gathered_by_group_with_continued_lines() -> None:
    text = "A: 1\n continued\na: 2\nnothing\n\n\nB : 3\n"
    assert list(fields_of(text)) == [{"a": ("1 continued", "2")}, {"b": ("3",)}]
