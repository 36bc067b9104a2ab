"""What a code, and the words beside it, mean for an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.delivery.inbound.reply_words import judged
from msnewsletter.delivery.inbound.status_codes import (
    EnhancedCode,
    code_in_diagnostic,
    code_in_text,
    kind_of,
    parse_code,
)
from msnewsletter.subscribers.bounces import BounceKind

DEAD_AT_ONCE = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"}
# Of each subject, a code as servers use it.
KINDS = {
    "5.0.0": "soft",
    "5.1.0": "soft",
    "5.1.4": "soft",
    "5.1.5": "soft",
    "5.1.7": "ours",
    "5.1.8": "ours",
    "5.1.9": "ours",
    "5.1.90": "ours",
    "5.2.0": "soft",
    "5.2.1": "soft",
    "5.2.2": "soft",
    "5.2.3": "ours",
    "5.2.4": "soft",
    "5.3.0": "ours",
    "5.3.4": "ours",
    "5.4.1": "soft",
    "5.4.4": "soft",
    "5.4.7": "soft",
    "5.4.310": "soft",
    "5.5.0": "ours",
    "5.5.2": "ours",
    "5.6.0": "ours",
    "5.7.1": "ours",
    "5.7.26": "ours",
    "5.8.9": "soft",
    "4.1.1": "soft",
    "4.2.2": "soft",
    "4.3.2": "soft",
    "4.4.1": "soft",
    "4.7.0": "ours",
    "4.7.28": "ours",
}

CODES = st.builds(EnhancedCode, st.sampled_from([4, 5]), st.integers(0, 999), st.integers(0, 999))


def code(text: str) -> EnhancedCode:
    found = parse_code(text)
    assert found is not None
    return found


@pytest.mark.parametrize(("text", "kind"), KINDS.items())
def test_a_code_means_what_the_table_says(text: str, kind: str) -> None:
    assert kind_of(code(text)) == kind


@given(CODES)
def test_only_an_address_that_cannot_exist_is_dead_at_once(given_code: EnhancedCode) -> None:
    assert (kind_of(given_code) is BounceKind.DEAD) == (str(given_code) in DEAD_AT_ONCE)


@given(CODES, st.text())
def test_no_words_suppress_for_policy_servers_protocol_or_content(
    given_code: EnhancedCode, said: str
) -> None:
    found, kind = judged(given_code, f"{said} 550 user unknown")
    if found is not None and (found.status == 4 or found.subject in {3, 5, 6, 7}):
        assert kind is not BounceKind.DEAD


@pytest.mark.parametrize(
    ("status", "said", "kind", "decided"),
    [
        # sisimai/p5-sisimai#312: postfix and Cisco say 5.0.0 for whatever had no code.
        ("5.0.0", '550 "Unknown User"', "dead", "5.0.0"),
        ("5.0.0", "550 5.4.1 Recipient address rejected: Access denied", "soft", "5.4.1"),
        ("5.0.0", "554 delivery error: dd This mailbox is disabled (554.30)", "soft", "5.0.0"),
        (
            "5.0.0",
            "554 delivery error: dd This user doesn't have a yahoo.com account",
            "dead",
            "5.0.0",
        ),
        # #189: the permanent code of a provider that took the mail for spam.
        ("5.2.0", "550 5.2.0 Mail rejete. Mail rejected. ofr_506 [506]", "ours", "5.2.0"),
        # #236, #395: codes of dead addresses for what the sender did.
        (
            "5.1.1",
            "550 5.1.1 - 192.0.2.0 has sent to too many recipients this hour",
            "ours",
            "5.1.1",
        ),
        ("5.1.0", "550 5.1.0 sender rejected. AUP#In-1310", "ours", "5.1.0"),
        # #221: nobody may say that the address is gone where policy refuses.
        ("5.7.1", "554 5.7.1 Recipient address rejected: user unknown", "ours", "5.7.1"),
        # #409: a code in a code.
        ("5.1.0", "5.1.0 - Unknown address error 550-'5.1.1 does not exist'", "dead", "5.1.1"),
        # Outlook.com calls an unknown address a fault of the protocol.
        ("5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable", "soft", "5.5.0"),
        ("5.5.0", "550 5.5.0 Invalid HELO", "ours", "5.5.0"),
        # Contradictions: the milder one.
        ("5.1.1", "552 5.2.2 Mailbox full", "soft", "5.2.2"),
        ("5.2.2", "550 5.1.1 User unknown", "soft", "5.2.2"),
        ("5.1.1", "550 5.7.1 blocked", "ours", "5.7.1"),
        ("5.1.1", "Mailbox is full", "soft", "5.1.1"),
        # Words against words: the address lives.
        ("5.0.0", "550 no such user, or the quota is exceeded", "soft", "5.0.0"),
        ("5.0.0", "550 sender domain does not exist", "ours", "5.0.0"),
        # The name of a relay says nothing.
        ("5.0.0", "550 mx10.spam.example.com: no such user", "dead", "5.0.0"),
        # Greylisting that ended as a failure.
        ("5.0.0", "451 4.7.1 Greylisted", "ours", "4.7.1"),
        (None, "550 No such user", "dead", "None"),
        (None, "450 No such user", "soft", "None"),
        (None, "", "soft", "None"),
    ],
)
def test_code_and_words_together(status: str | None, said: str, kind: str, decided: str) -> None:
    found, meant = judged(code(status) if status else None, said)
    assert (str(found), meant) == (decided, kind)


def test_a_code_is_no_part_of_an_address_or_a_version() -> None:
    for text in ("host 5.1.1.1 said no", "192.5.1.1", "Exim 4.94.2.1", "250 2.0.0 Ok", "15.1.1"):
        assert code_in_diagnostic(text) is None


def test_in_text_for_people_a_code_stands_after_a_reply() -> None:
    assert code_in_text("see chapter 5.1.1") is None
    assert code_in_text("Sorry, no mailbox here. (#5.1.1)") == (5, 1, 1)
    assert code_in_text("Status code: 550 5.1.10") == (5, 1, 10)


def test_a_status_may_be_followed_by_a_comment() -> None:
    assert parse_code(" 5.2.2 (mailbox full)") == (5, 2, 2)
    assert parse_code("unknown") is None
