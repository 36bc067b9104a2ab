"""Opendkim as the tests run it: what it signs, dkimpy verifies, without a name server."""

from __future__ import annotations

import re
import smtplib
from typing import TYPE_CHECKING

import dkim
import pytest

from patience import PATIENCE
from peers.opendkim import Signer, opendkim
from peers.postfix import postfix

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGE = (
    b"From: News <news@example.org>\r\nTo: a@example.org\r\nSubject: Hello\r\n"
    b"Date: Mon, 23 Nov 2026 08:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n"
    b"List-Unsubscribe: <https://example.org/u/1>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\n.dot\r\nFrom here\r\n\r\n"
)


@pytest.fixture(scope="module")
def signer() -> Iterator[Signer]:
    with opendkim() as made:
        yield made


def covered(message: bytes) -> list[str]:
    """The headers that the signature covers."""
    head = message.partition(b"\r\n\r\n")[0].decode()
    found = re.search(r"\bh=([^;]*)", head)
    assert found
    return re.sub(r"\s", "", found[1]).lower().split(":")


def test_a_signed_copy_verifies_until_it_is_changed(signer: Signer) -> None:
    signed = signer.sign(MESSAGE)
    assert signed.endswith(MESSAGE)
    assert dkim.verify(signed, dnsfunc=signer.dnsfunc)
    assert not dkim.verify(signed.replace(b"From here", b"From there"), dnsfunc=signer.dnsfunc)
    assert not dkim.verify(signed.replace(b"u/1", b"u/2"), dnsfunc=signer.dnsfunc)
    assert {"list-unsubscribe", "list-unsubscribe-post"} <= set(covered(signed))


def test_opendkim_s_own_choice_of_headers_leaves_one_click_out() -> None:
    with opendkim(one_click=False) as usual:
        assert "list-unsubscribe-post" not in covered(usual.sign(MESSAGE))


def test_another_domain_s_key_is_not_found(signer: Signer) -> None:
    assert signer.dnsfunc(b"tests._domainkey.example.org.")
    assert signer.dnsfunc(b"tests._domainkey.example.net.") is None


def test_mail_through_postfix_arrives_signed(signer: Signer) -> None:
    with signer.milter() as milter, postfix(milter=milter) as server:
        with smtplib.SMTP("127.0.0.1", server.port, timeout=PATIENCE) as smtp:
            smtp.sendmail("news@example.org", ["a@example.org"], MESSAGE)
        [arrived] = server.delivered()
    # The signature is the first header of the message as postfix took it.
    assert arrived.message.startswith(b"DKIM-Signature:")
    assert arrived.message.endswith(b"\r\n" + MESSAGE)
    received = arrived.received.replace(b"\n", b"\r\n")
    assert dkim.verify(received, dnsfunc=signer.dnsfunc)
