"""Handing mail to real servers: what arrives, and what is said when it cannot."""

from __future__ import annotations

import dataclasses
import logging
import socket
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates import server_context, trust
from chance import examples
from mailservers import PASSWORD, USER, mail_server, scripted_server
from msnewsletter.delivery.smtp import Server, connected
from msnewsletter.errors import DeliveryError
from patience import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

SENDER, READER = "notes@example.org", "reader@example.net"
MESSAGE = b"Subject: Hello\r\n\r\n.\r\n..two dots\r\nFrom here\r\n=C3=A9\r\n"
GREETED = ("220 mail.test ready", "250 mail.test")
TAKING = (*GREETED, "250 sender OK", "250 recipient OK")


def at(port: int, **more: object) -> Server:
    return dataclasses.replace(
        Server(host="127.0.0.1", port=port, security="none", timeout=PATIENCE), **more
    )


def send(server: Server, *, to: str = READER) -> None:
    with connected(server) as connection:
        connection.send(MESSAGE, sender=SENDER, to=to)


def refusal(server: Server) -> str:
    with pytest.raises(DeliveryError) as caught:
        send(server)
    return str(caught.value)


# ── what arrives ─────────────────────────────────────────────────────────────────────────────────


def test_a_message_arrives_byte_for_byte_in_an_envelope_of_its_own() -> None:
    with mail_server() as box, connected(at(box.port)) as connection:
        for reader in (READER, "other@example.net"):
            connection.send(MESSAGE, sender=SENDER, to=reader)
    assert [letter.message for letter in box.letters] == [MESSAGE, MESSAGE]
    assert [letter.to for letter in box.letters] == [[READER], ["other@example.net"]]
    assert {letter.sender for letter in box.letters} == {SENDER}


@settings(max_examples=examples(30))
@given(
    lines=st.lists(
        st.one_of(
            st.sampled_from([b".", b"..", b".From", b"From x", b""]),
            st.text(st.characters(codec="ascii", exclude_categories=["Cc"])).map(str.encode),
        )
    )
)
def test_any_lines_arrive_as_they_were(lines: list[bytes]) -> None:
    message = b"Subject: Hello\r\n\r\n" + b"".join(line + b"\r\n" for line in lines)
    with mail_server() as box:
        with connected(at(box.port)) as connection:
            connection.send(message, sender=SENDER, to=READER)
        assert [letter.message for letter in box.letters] == [message]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encryption_with_a_trusted_certificate_and_a_login(
    security: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(monkeypatch, tmp_path)
    with mail_server(security=security, context=server_context("localhost"), login=True) as box:
        send(at(box.port, host="localhost", security=security, user=USER, password=PASSWORD))
    assert [(letter.encrypted, letter.user) for letter in box.letters] == [(True, USER)]
    assert box.letters[0].message == MESSAGE


def test_what_was_taken_counts_though_the_server_goes_without_a_goodbye() -> None:
    with scripted_server(*TAKING, "354 go on", "250 taken") as port:
        send(at(port))


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────


def test_a_refused_recipient_does_not_keep_the_next_from_getting_theirs() -> None:
    with mail_server() as box, connected(at(box.port)) as connection:
        box.answers[f"RCPT {READER}"] = f"550 5.1.1 <{READER}>: no such user here"
        with pytest.raises(DeliveryError) as caught:
            connection.send(MESSAGE, sender=SENDER, to=READER)
        connection.send(MESSAGE, sender=SENDER, to="other@example.net")
    assert str(caught.value) == (
        f"127.0.0.1:{box.port}: it refuses the address "
        "(550 5.1.1 (address) no such user here); check the address"
    )
    assert [letter.to for letter in box.letters] == [["other@example.net"]]


def test_data_that_is_refused_does_not_keep_the_next_from_being_sent() -> None:
    refused = (*TAKING, "554 5.7.1 no DATA for you", "250 reset")
    with (
        scripted_server(
            *refused, "250 sender OK", "250 recipient OK", "354 go on", "250 taken"
        ) as port,
        connected(at(port)) as connection,
    ):
        with pytest.raises(DeliveryError, match="it refuses the message \\(554"):
            connection.send(MESSAGE, sender=SENDER, to=READER)
        connection.send(MESSAGE, sender=SENDER, to="other@example.net")


@pytest.mark.parametrize(
    ("when", "answer", "said"),
    [
        (f"MAIL {SENDER}", "550 not you", "the sender (550 not you); check mail.from_address"),
        (f"MAIL {SENDER}", "530 5.7.0 log in", "530 5.7.0 log in); set smtp.user and MSNEWS"),
        (f"RCPT {READER}", "451 greylisted", "the address (451 greylisted); try again later"),
        ("DATA", "552 5.3.4 too big", "the message (552 5.3.4 too big); ask whoever runs"),
        ("DATA", "452 4.3.1 disk full", "the message (452 4.3.1 disk full); try again later"),
    ],
)
def test_what_a_server_refuses_is_one_line_with_its_own_words(
    when: str, answer: str, said: str
) -> None:
    with mail_server() as box:
        box.answers[when] = answer
        assert said in refusal(at(box.port))
    assert not box.letters


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.1.1 User anna.smith unknown",
        "550 5.1.1 anna.smith%40example.net unknown",
        "550 5.1.1 see https://mx.example.net/why?user=Anna.Smith",
        "550 5.1.1 <anna.smith@example.net>... unknown",
    ],
)
def test_no_server_s_words_name_the_recipient(answer: str) -> None:
    with mail_server() as box, connected(at(box.port)) as connection:
        box.answers["RCPT anna.smith@example.net"] = answer
        with pytest.raises(DeliveryError) as caught:
            connection.send(MESSAGE, sender=SENDER, to="anna.smith@example.net")
    assert "550 5.1.1" in str(caught.value)
    assert "anna" not in str(caught.value).casefold()


def test_a_long_answer_is_shortened_to_one_line() -> None:
    long = "\r\n".join(["550-please see our policy"] * 20 + ["550 goodbye"])
    with scripted_server(*GREETED, long, "250 reset") as port:
        text = refusal(at(port))
    assert "please see our policy please see" in text
    assert len(text) < 350
    assert text.isprintable()


# ── logins ───────────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_password_is_one_line_that_does_not_show_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(monkeypatch, tmp_path)
    context = server_context("localhost")
    with mail_server(security="starttls", context=context, login=True) as box:
        server = at(
            box.port, host="localhost", security="starttls", user=USER, password=f"{PASSWORD}?"
        )
        text = refusal(server)
    assert "it refuses user and password (535 5.7.8 Authentication credentials invalid)" in text
    assert text.endswith("check smtp.user and MSNEWSLETTER_SMTP_PASSWORD")
    assert PASSWORD not in text + repr(server)


def test_a_server_that_wants_a_login_says_so_before_it_takes_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(monkeypatch, tmp_path)
    context = server_context("localhost")
    with mail_server(security="starttls", context=context, login=True) as box:
        text = refusal(at(box.port, host="localhost", security="starttls"))
    assert "set smtp.user and MSNEWSLETTER_SMTP_PASSWORD" in text


def test_a_server_that_offers_no_login_gets_no_password() -> None:
    with scripted_server(*GREETED) as port:
        assert "it does not offer AUTH; leave out smtp.user" in refusal(
            at(port, user=USER, password=PASSWORD)
        )


@pytest.mark.parametrize(
    ("offer", "answers"),
    [
        ("AUTH XOAUTH2", ()),
        ("AUTH CRAM-MD5", ("334 this is no base64!",)),
        ("AUTH PLAIN", ("334 more", "235")),
    ],
)
def test_a_login_that_nobody_understands_is_one_line(offer: str, answers: tuple[str, ...]) -> None:
    with scripted_server(GREETED[0], f"250-mail.test\r\n250 {offer}", *answers) as port:
        text = refusal(at(port, user=USER, password=PASSWORD))
    assert text.startswith(f"127.0.0.1:{port}: ")
    assert PASSWORD not in text


# ── trust ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_nobody_we_trust_is_refused_before_any_password(security: str) -> None:
    with mail_server(security=security, context=server_context("localhost"), login=True) as box:
        text = refusal(
            at(box.port, host="localhost", security=security, user=USER, password=PASSWORD)
        )
    assert "its certificate cannot be trusted (unable to get local issuer certificate)" in text
    assert "SSL_CERT_FILE" in text
    assert not box.letters


@pytest.mark.parametrize(
    ("names", "until", "why"),
    [
        (["mail.example.org"], None, "Hostname mismatch"),
        (["localhost"], datetime(2020, 1, 1, tzinfo=UTC), "certificate has expired"),
    ],
)
def test_a_certificate_for_another_host_or_another_time_is_refused(
    names: list[str],
    until: datetime | None,
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trust(monkeypatch, tmp_path)
    with mail_server(security="tls", context=server_context(*names, until=until)) as box:
        assert why in refusal(at(box.port, host="localhost", security="tls"))


def test_a_server_without_starttls_gets_nothing_in_clear() -> None:
    with mail_server() as box:
        assert "it does not offer STARTTLS" in refusal(at(box.port, security="starttls"))
    assert not box.letters


@pytest.mark.parametrize(
    ("served", "asked"), [("none", "tls"), ("tls", "none"), ("tls", "starttls")]
)
def test_the_wrong_kind_of_encryption_is_one_line_that_names_the_setting(
    served: str, asked: str
) -> None:
    context = server_context("localhost") if served == "tls" else None
    with mail_server(security=served, context=context) as box:
        # A server that waits for TLS says nothing; one that does not answers, however late.
        text = refusal(at(box.port, security=asked, timeout=0.3 if served == "tls" else PATIENCE))
    assert "smtp.security" in text


# ── the network ──────────────────────────────────────────────────────────────────────────────────


def test_an_unknown_host_is_one_line() -> None:
    # RFC 6761, section 6.4: no name below .invalid is ever found.
    assert refusal(at(2525, host="mail.invalid")) == (
        "mail.invalid:2525: there is no such host; check smtp.host, and the network"
    )


def test_a_port_where_nobody_listens_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert "nobody listens there" in refusal(at(port))


def test_a_server_that_never_greets_is_given_up() -> None:
    with scripted_server(then_hang=True) as port:
        assert "it does not answer within 0.2 s" in refusal(at(port, timeout=0.2))


def test_what_answers_and_is_no_mail_server_is_one_line() -> None:
    with scripted_server("HTTP/1.1 400 Bad Request") as port:
        assert "what answers there is no mail server" in refusal(at(port))


def test_a_server_that_turns_us_away_is_one_line() -> None:
    with scripted_server("554 no service for 127.0.0.1") as port:
        assert "it refuses to talk to us (554 no service for 127.0.0.1)" in refusal(at(port))


@pytest.mark.parametrize("answered", range(5))
def test_a_server_that_hangs_up_is_one_line_wherever_it_does(answered: int) -> None:
    said = (*TAKING, "354 go on")[:answered]
    with scripted_server(*said) as port:
        text = refusal(at(port))
    assert "closed the connection" in text


@pytest.mark.parametrize("data", [False, True])
def test_a_server_that_falls_silent_over_a_message_leaves_a_doubt_and_says_so(
    data: bool,  # noqa: FBT001
) -> None:
    said = (*TAKING, "354 go on") if data else TAKING
    with scripted_server(*said, then_hang=True) as port:
        # Long enough for what it does say, on a busy machine too.
        assert refusal(at(port, timeout=2)).endswith(
            "it did not answer within 2 s before it said that it has the message; "
            "check whether it arrived before you send it again"
        )


def test_after_a_broken_connection_the_next_address_is_not_tried() -> None:
    with scripted_server(*TAKING) as port, connected(at(port)) as connection:
        for reason in ("closed the connection", "it was not tried"):
            with pytest.raises(DeliveryError, match=reason):
                connection.send(MESSAGE, sender=SENDER, to=READER)


# ── whatever it says ─────────────────────────────────────────────────────────────────────────────


@settings(max_examples=examples(60))
@given(
    answers=st.lists(
        st.one_of(
            st.sampled_from([*TAKING, "354 go", "421 bye", "250-more", "250 AUTH PLAIN LOGIN"]),
            st.text(max_size=60),
        ),
        max_size=8,
    )
)
def test_nonsense_from_a_server_is_one_line_or_a_message_taken(answers: list[str]) -> None:
    with (
        scripted_server(
            *(answer.encode("utf-8", "replace").decode() for answer in answers)
        ) as port,
        suppress(DeliveryError),
    ):
        # Where it waits for us as we for it.
        send(at(port, user=USER, password=PASSWORD, timeout=0.3))


def test_nothing_of_it_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="msnewsletter"), mail_server() as box:
        box.answers[f"RCPT {READER}"] = f"550 <{READER}>?"
        assert READER not in refusal(at(box.port))
    assert not [record for record in caplog.records if record.name.startswith("msnewsletter")]
