"""What each of the messages in the corpus is read as, and the rules behind it."""

from __future__ import annotations

import re

import pytest

from inbound_corpus import CORPUS, DELIVERY, OURS, TOKEN, VERP, read
from msnewsletter.delivery.inbound.inbound_kinds import (
    AutoReply,
    Bounce,
    Complaint,
    Inbound,
    StatusNotice,
    Unknown,
    UnknownReason,
    UnsubscribeRequest,
)
from msnewsletter.delivery.inbound.read_inbound import read_inbound
from msnewsletter.delivery.inbound.verp import Verp
from msnewsletter.subscribers.bounces import BounceKind

# What follows for the address with the code that decided; else what the message is.
EXPECTED = {
    "access-denied-5-7-1": "ours 5.7.1",
    "arf-auth-failure": "unknown other_report",
    "arf-comcast": "complaint token",
    "arf-forged": "unknown forged",
    "arf-jmrp-sparse": "complaint delivery token",
    "arf-not-spam": "unknown other_report",
    "arf-of-someone-else": "unknown foreign",
    "arf-without-original": "unknown no_original",
    "arf-yahoo": "complaint delivery token",
    "auto-reply-proton": "auto-reply",
    "auto-reply-quotes-our-mail": "auto-reply",
    "bare-cr-line-ends": "dead 5.1.1",
    "bounce-lists-code-in-our-text-only": "unknown unread",
    "bounce-of-someone-else": "unknown foreign",
    "broken-boundary": "dead 5.1.1",
    "charter-sender-rejected-as-5-1-0": "ours 5.1.0",
    "cisco-exchange-5-4-1": "soft 5.4.1",
    "cisco-unknown-user": "dead 5.0.0",
    "daemon-says-nothing": "unknown unread",
    "delivery-status-in-base64": "dead 5.1.1",
    "do-not-unsubscribe": "unknown person",
    "exchange-full": "soft 5.2.2",
    "exchange-html-only": "dead 5.1.1",
    "exchange-online-5-1-10": "dead 5.1.10",
    "exchange-online-5-4-1": "soft 5.4.1",
    "exchange-online-ndr": "dead 5.1.10",
    "exchange-restricted-group": "ours 5.7.124",
    "exim-delayed": "notice delayed",
    "exim-dsn-no-route": "soft 5.0.0",
    "exim-unknown-user": "dead 5.1.1",
    "forged-hash": "unknown forged",
    "gmail-disabled": "soft 5.2.1",
    "gmail-over-quota": "soft 5.2.2",
    "gmail-rate": "ours 4.7.28",
    "gmail-unauthenticated": "ours 5.7.26",
    "gmail-unknown-user": "dead 5.1.1",
    "gmx-blocked": "ours 5.0.0",
    "gmx-unknown-user": "soft 5.0.0",
    "godaddy-rate-as-5-1-1": "ours 5.1.1",
    "icloud-over-quota": "soft 5.2.2",
    "icloud-unknown-user": "dead 5.1.1",
    "mail-loop": "unknown loop",
    "message-too-large": "ours 5.3.4",
    "nested-code-in-5-1-0": "dead 5.1.1",
    "nul-bytes": "dead 5.1.1",
    "one-of-two-delivered": "soft 5.1.1",
    "opensmtpd-action-error": "dead 5.1.1",
    "orange-spam-as-5-2-0": "ours 5.2.0",
    "our-own-digest": "unknown loop",
    "outlook-com-5-5-0": "soft 5.5.0",
    "outlook-com-s3150": "ours 5.7.1",
    "outlook-complaint-without-report": "complaint delivery token",
    "person-pastes-a-report": "unknown person",
    "read-receipt": "auto-reply",
    "postfix-5-0-0-quota": "soft 5.0.0",
    "postfix-5-0-0-relay-named-spam": "dead 5.0.0",
    "postfix-delayed": "notice delayed",
    "postfix-delivered": "notice relayed",
    "postfix-expired": "soft 4.4.1",
    "postfix-no-domain": "dead 5.1.2",
    "postfix-null-mx": "dead 5.1.10",
    "postfix-sender-domain-missing": "ours 5.0.0",
    "postfix-unknown-user": "dead 5.1.1",
    "postmark-inbound-bounce": "dead 5.1.1",
    "proton-unknown-user": "dead 5.1.1",
    "qmail-no-mailbox": "dead 5.1.1",
    "qmail-verp-in-the-copy-only": "dead",
    "question": "unknown person",
    "recipient-other-than-ours": "dead 5.1.1",
    "sendmail-unknown-user": "dead 5.1.1",
    "ses-bounce": "dead 5.1.1",
    "ses-suppressed": "dead 5.1.1",
    "several-recipients": "soft 5.2.2",
    "several-senders": "unknown person",
    "status-contradicts-diagnostic": "soft 5.2.2",
    "t-online-full": "soft 5.2.2",
    "t-online-unknown-user": "dead 5.1.1",
    "unsubscribe-by-header-apple": "leaves token",
    "unsubscribe-by-header": "leaves token",
    "unsubscribe-first-line": "leaves delivery address",
    "unsubscribe-german": "leaves address",
    "unsubscribe-html-only": "leaves address",
    "unsubscribe-subject": "leaves address",
    "unsubscribe-to-someone-else": "unknown person",
    "unsubscribe-to-the-bounce-address": "leaves delivery address",
    "unsubscribe-token-in-address": "leaves token",
    "vacation-german-without-marks": "auto-reply",
    "vacation-gmail": "auto-reply",
    "vacation-outlook-german": "auto-reply",
    "verp-in-original-recipient-only": "dead 5.1.1",
    "verp-in-returned-headers-only": "dead 5.1.1",
    "verp-lower-case": "dead 5.1.1",
    "word-in-a-sentence": "unknown person",
    "wrong-charset": "dead 5.1.1",
    "x-postfix-full": "soft 5.2.2",
    "yahoo-552-1": "soft 5.2.2",
    "yahoo-deferred": "ours 4.7.0",
    "yahoo-disabled": "soft 5.0.0",
    "yahoo-no-account": "dead 5.0.0",
}


def told(found: Inbound) -> str:
    match found:
        case Bounce(delivery=delivery, kind=kind, code=code):
            assert delivery == DELIVERY
            return f"{kind} {code}" if code else str(kind)
        case StatusNotice(delivery=delivery, action=action):
            assert delivery == DELIVERY
            return f"notice {action}"
        case Complaint(delivery=delivery, token=token):
            return " ".join(["complaint", *(["delivery"] if delivery else []), *known(token)])
        case UnsubscribeRequest(delivery=delivery, token=token, address=address):
            named = [*(["delivery"] if delivery else []), *known(token)]
            return " ".join(["leaves", *named, *(["address"] if address else [])])
        case AutoReply():
            return "auto-reply"
        case Unknown(reason=reason):
            return f"unknown {reason}"


def known(token: str | None) -> list[str]:
    assert token in {None, TOKEN}
    return ["token"] if token else []


def of(name: str) -> bytes:
    return CORPUS[name].read_bytes()


def bounce(name: str) -> Bounce:
    found = read(of(name))
    assert isinstance(found, Bounce)
    return found


def test_the_table_names_every_message_of_the_corpus() -> None:
    assert EXPECTED.keys() == CORPUS.keys()


@pytest.mark.parametrize("name", CORPUS)
def test_a_message_is_read_as_the_table_says(name: str) -> None:
    assert told(read(of(name))) == EXPECTED[name]


@pytest.mark.parametrize("name", CORPUS)
def test_no_address_token_or_name_is_in_what_is_shown(name: str) -> None:
    found = read(of(name))
    shown = f"{found!r} {found}"
    assert not re.search(r"@|mustermann|erika", shown, re.IGNORECASE)
    assert TOKEN not in shown


# ── whose bounce it is ───────────────────────────────────────────────────────────────────────────


def test_the_address_that_the_server_took_it_for_is_enough() -> None:
    text = of("postfix-unknown-user").replace(VERP.make(DELIVERY).encode(), b"bounces@news.example")
    assert read(text) == Unknown(UnknownReason.FOREIGN)
    found = read(text, envelope_to=VERP.make(DELIVERY))
    assert isinstance(found, Bounce)
    assert found.delivery == DELIVERY


def test_a_bounce_made_with_another_key_changes_nothing() -> None:
    other = Verp(VERP.address, b"another key for tests")
    found = read_inbound(of("postfix-unknown-user"), addresses=OURS, verp=other)
    assert found == Unknown(UnknownReason.FORGED)


def test_a_recipient_that_the_report_names_is_never_who_is_suppressed() -> None:
    found = bounce("recipient-other-than-ours")
    assert found.delivery == DELIVERY
    assert found.recipients == {"victim@elsewhere.example"}


def test_who_forwards_to_a_dead_mailbox_is_not_dead() -> None:
    found = bounce("recipient-other-than-ours")
    assert found.kind_for("erika.mustermann@uni.example") is BounceKind.SOFT
    assert found.kind_for("Victim@Elsewhere.example") is BounceKind.DEAD


def test_a_report_that_names_nobody_counts_for_the_subscriber() -> None:
    assert bounce("exchange-html-only").kind_for("erika@firm.example") is BounceKind.DEAD


def test_a_fault_of_ours_is_ours_whoever_is_named() -> None:
    assert bounce("godaddy-rate-as-5-1-1").kind_for("other@firm.example") is BounceKind.OURS


# ── what was said ────────────────────────────────────────────────────────────────────────────────


def test_the_words_of_the_server_are_kept_without_addresses() -> None:
    assert bounce("icloud-over-quota").diagnostic == "552 5.2.2 (address) user is over quota"


def test_the_code_is_three_numbers() -> None:
    assert tuple(bounce("exchange-restricted-group").code or ()) == (5, 7, 124)


def test_permanent_and_temporary_are_told_apart() -> None:
    assert bounce("postfix-unknown-user").permanent
    assert not bounce("postfix-expired").permanent


def test_a_report_for_people_is_kept_no_further_than_its_reason() -> None:
    assert bounce("qmail-no-mailbox").diagnostic == "Sorry, no mailbox here by that name. (#5.1.1)"


# ── who leaves ───────────────────────────────────────────────────────────────────────────────────


def written(subject: str, body: str, *more: str) -> bytes:
    head = ["From: Erika <erika@gmx.example>", "To: digest@news.example", f"Subject: {subject}"]
    return "\n".join([*head, *more, "", body]).encode()


@pytest.mark.parametrize("word", ["unsubscribe", "UNSUBSCRIBE!", "Abmelden.", "bitte abbestellen"])
def test_one_word_is_a_command_as_subject_or_first_line(word: str) -> None:
    for message in (written(word, ""), written("Hello", f"\n {word}\n\nErika")):
        found = read(message)
        assert isinstance(found, UnsubscribeRequest)
        assert found.address == "erika@gmx.example"


@pytest.mark.parametrize(
    "words",
    [
        "please do not unsubscribe me",
        "How do I unsubscribe?",
        "unsubscribe is what I never want to do",
        "> unsubscribe",
        "Re: unsubscribe",
        "bitte nicht abmelden",
        "I was unsubscribed",
    ],
)
def test_the_word_in_a_sentence_is_no_command(words: str) -> None:
    for message in (written(words, ""), written("Hello", words)):
        assert read(message) == Unknown(UnknownReason.PERSON)


def test_a_word_below_the_first_line_is_no_command() -> None:
    assert read(written("Hello", "Thank you.\nunsubscribe")) == Unknown(UnknownReason.PERSON)


def test_a_program_may_ask_for_a_person_only_with_the_token() -> None:
    generated = "Auto-Submitted: auto-generated"
    assert read(written("unsubscribe", "", generated)) == AutoReply()
    found = read(written(f"unsubscribe {TOKEN}", "", generated))
    assert isinstance(found, UnsubscribeRequest)
    assert found.token == TOKEN


@pytest.mark.parametrize(
    "mark",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: Auto-Replied; owner-email=x",
        "Precedence: auto_reply",
        "X-Autoreply: yes",
        "X-Auto-Response-Suppress: All",
    ],
)
def test_an_answer_of_a_program_unsubscribes_nobody(mark: str) -> None:
    assert read(written(f"unsubscribe {TOKEN}", "unsubscribe", mark)) == AutoReply()


def test_a_request_without_an_envelope_sender_is_one() -> None:
    found = read(written(f"unsubscribe {TOKEN}", "", "Return-Path: <>"))
    assert isinstance(found, UnsubscribeRequest)


def test_a_word_that_was_written_to_somebody_else_is_not_for_us() -> None:
    message = written("unsubscribe", "").replace(b"digest@news", b"other@lists")
    assert read(message) == Unknown(UnknownReason.PERSON)
    assert isinstance(read(message, envelope_to="digest@news.example"), UnsubscribeRequest)
