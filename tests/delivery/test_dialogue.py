"""Sending over one connection: every outcome is what the server said, wherever it hangs up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from delivery.sending import (
    BOOT,
    body,
    everything,
    journal_at,
    kinds,
    message,
    outgoing,
    recipient,
    sent,
    server,
)
from delivery.smtp_peer import HANGS, OFFERS, SmtpPeer, smtp_peer
from mailservers import mail_server
from msnewsletter.delivery.dialogue import Dialogue
from msnewsletter.delivery.send_journal import Noted, SendJournal, recovered
from msnewsletter.delivery.send_outcomes import (
    Accepted,
    ConnectionEnd,
    InDoubt,
    NotTried,
    RefusedForGood,
    RefusedForNow,
    SmtpStep,
)
from msnewsletter.delivery.smtp import open_smtp
from patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.delivery.send_outcomes import SendOutcome

BOTH = pytest.mark.parametrize("pipelining", [True, False], ids=["pipelined", "one by one"])
EVERYBODY = ["MAIL", "RCPT", "DATA"]


def verbs(peer: SmtpPeer) -> list[str]:
    return [line.split(":", 1)[0].split(" ")[0] for line in peer.lines]


# ── what arrives ─────────────────────────────────────────────────────────────────────────────────


@BOTH
def test_each_message_arrives_once_and_whole(*, pipelining: bool, tmp_path: Path) -> None:
    with smtp_peer(SmtpPeer()) as peer:
        outcomes, dialogue = sent(peer.port, range(1, 6), tmp_path / "j", pipelining=pipelining)
    assert kinds(outcomes) == [(number, "Accepted") for number in range(1, 6)]
    assert peer.messages == [message(number) for number in range(1, 6)]
    assert verbs(peer) == EVERYBODY * 5 + ["QUIT"]
    assert peer.lines[:2] == ["MAIL FROM:<b1@n.test> SIZE=25", f"RCPT TO:<{recipient(1)}>"]
    assert dialogue.end is ConnectionEnd.CLOSED
    assert {one.noted for one in journal_at(tmp_path / "j").deliveries.values()} == {Noted.ACCEPTED}


def test_the_next_commands_come_with_the_final_dot_where_the_server_offers_it(
    tmp_path: Path,
) -> None:
    """A server that answers a message only once it has seen the commands of the next."""
    with smtp_peer(
        SmtpPeer(answers={".": [""], "MAIL": ["250 ok", "250 taken\r\n250 ok"]})
    ) as peer:
        outcomes, _ = sent(peer.port, [1, 2], tmp_path / "j")
    assert [one.reply.text for one in outcomes if isinstance(one, Accepted)] == ["taken", "queued"]


@pytest.mark.parametrize(
    ("offers", "allowed"), [((), True), (OFFERS, False)], ids=["not offered", "forbidden"]
)
def test_no_command_comes_before_the_reply_to_the_last_without_pipelining(
    *, offers: tuple[str, ...], allowed: bool, tmp_path: Path
) -> None:
    with smtp_peer(SmtpPeer(offers=offers, answers={"RCPT": ["550 no", ""]})) as peer:
        outcomes, _ = sent(peer.port, [1, 2], tmp_path / "j", pipelining=allowed, answer_within=0.2)
    assert kinds(outcomes) == [(1, "RefusedForGood"), (2, "NotTried")]
    assert verbs(peer) == ["MAIL", "RCPT", "RSET", "MAIL", "RCPT"]


def test_aiosmtpd_gets_each_message_as_it_was_before_its_dots_were_stuffed(tmp_path: Path) -> None:
    with mail_server() as box:
        outcomes, _ = sent(box.port, range(1, 30), tmp_path / "j")
    assert {type(one) for one in outcomes} == {Accepted}
    assert [letter.message for letter in box.letters] == [
        message(number).replace(b"\r\n..", b"\r\n.") for number in range(1, 30)
    ]
    assert [(one.sender, one.to) for one in box.letters][:1] == [("b1@n.test", [recipient(1)])]


def test_aiosmtpd_that_refuses_some_keeps_the_others(tmp_path: Path) -> None:
    with mail_server() as box:
        box.answers[f"RCPT {recipient(2)}"] = "550 5.1.1 nobody here"
        box.answers["MAIL b3@n.test"] = "451 4.3.0 later"
        outcomes, _ = sent(box.port, range(1, 6), tmp_path / "j")
    assert kinds(outcomes) == [
        (1, "Accepted"),
        (2, "RefusedForGood"),
        (3, "RefusedForNow"),
        (4, "Accepted"),
        (5, "Accepted"),
    ]
    assert [letter.to for letter in box.letters] == [[recipient(one)] for one in (1, 4, 5)]


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────


@BOTH
@pytest.mark.parametrize(
    ("begins", "step"),
    [
        ("MAIL", SmtpStep.MAIL),
        ("RCPT", SmtpStep.RCPT),
        ("DATA", SmtpStep.DATA),
        (".", SmtpStep.DOT),
    ],
)
@pytest.mark.parametrize(
    ("answer", "kind"),
    [("451 4.2.0 busy", RefusedForNow), ("550-5.1.1 no\r\n550 5.1.1 never", RefusedForGood)],
)
def test_a_refusal_at_any_step_is_of_that_message_alone(
    *, begins: str, step: SmtpStep, answer: str, kind: type, pipelining: bool, tmp_path: Path
) -> None:
    with smtp_peer(SmtpPeer()) as peer:
        peer.answers[begins] = ["354 go" if begins == "DATA" else "250 ok", answer]
        outcomes, _ = sent(peer.port, [1, 2, 3], tmp_path / "j", pipelining=pipelining)
    assert kinds(outcomes) == [(1, "Accepted"), (2, kind.__name__), (3, "Accepted")]
    refused = outcomes[1]
    assert isinstance(refused, RefusedForNow | RefusedForGood)
    assert (refused.step, refused.reply.enhanced) == (step, answer[4:9])
    noted = journal_at(tmp_path / "j").deliveries[2]
    assert (noted.noted, noted.step, noted.code) == (Noted.REFUSED, step, int(answer[:3]))


def test_an_invitation_after_a_refused_recipient_is_met_with_an_empty_message(
    tmp_path: Path,
) -> None:
    """RFC 2920, section 3.1."""
    answers = {"RCPT": ["250 ok", "550 no"], ".": ["250 ok", "554 no valid recipients"]}
    with smtp_peer(SmtpPeer(answers=answers, invites_anybody=True)) as peer:
        outcomes, _ = sent(peer.port, [1, 2, 3], tmp_path / "j")
    assert kinds(outcomes) == [(1, "Accepted"), (2, "RefusedForGood"), (3, "Accepted")]
    assert peer.messages == [message(1), b"", message(3)]
    assert verbs(peer)[6:8] == ["RSET", "MAIL"]


def test_the_last_recipient_s_refusal_leaves_no_server_waiting_for_a_message(
    tmp_path: Path,
) -> None:
    with smtp_peer(SmtpPeer(answers={"RCPT": ["550 no"]})) as peer:
        sent(peer.port, [1], tmp_path / "j")
    assert verbs(peer) == [*EVERYBODY, "RSET", "QUIT"]


def test_nobody_gets_an_empty_message_though_the_server_forgets_that_it_refused_the_sender(
    tmp_path: Path,
) -> None:
    with smtp_peer(SmtpPeer(answers={"MAIL": ["550 not you"]}, invites_anybody=True)) as peer:
        outcomes, dialogue = sent(peer.port, [1, 2], tmp_path / "j")
    assert kinds(outcomes) == [(1, "RefusedForGood")]
    assert dialogue.end is ConnectionEnd.UNREADABLE
    assert peer.messages == []


# ── servers that leave, stall, or talk nonsense ──────────────────────────────────────────────────


@BOTH
@pytest.mark.parametrize("begins", EVERYBODY)
def test_421_before_the_message_leaves_it_for_another_time(
    *, begins: str, pipelining: bool, tmp_path: Path
) -> None:
    usual = "354 go" if begins == "DATA" else "250 ok"
    leaving = "421 4.3.2 shutting down"
    with smtp_peer(SmtpPeer(answers={begins: [usual, leaving]})) as peer:
        outcomes, dialogue = sent(peer.port, [1, 2, 3], tmp_path / "j", pipelining=pipelining)
    assert outcomes[1:] == [NotTried(id=2, end=ConnectionEnd.LEAVING)]
    assert dialogue.last_reply
    assert dialogue.last_reply.asks_to_slow_down


def test_421_for_a_message_refuses_it_and_leaves_the_next_for_another_time(tmp_path: Path) -> None:
    with smtp_peer(SmtpPeer(answers={".": ["421 4.7.0 too fast"]})) as peer:
        outcomes, dialogue = sent(peer.port, [1, 2, 3], tmp_path / "j")
    assert kinds(outcomes) == [(1, "RefusedForNow"), (2, "NotTried")]
    assert dialogue.end is ConnectionEnd.LEAVING


def test_a_server_that_never_answers_a_message_leaves_it_in_doubt(tmp_path: Path) -> None:
    with smtp_peer(SmtpPeer(answers={".": [HANGS]})) as peer:
        outcomes, _ = sent(peer.port, [1], tmp_path / "j", verdict_within=0.2)
    assert outcomes == [InDoubt(id=1, end=ConnectionEnd.TIMEOUT)]


@BOTH
@pytest.mark.parametrize(
    "nonsense",
    [
        "what?",
        "999 no such code",
        "250-one\r\n550 other",
        "\r\n".join(["250-and"] * 200),
        "250 " + "x" * 100_000,
        "354 go on",
    ],
    ids=["words", "code", "two codes", "endless", "long", "out of turn"],
)
def test_an_answer_to_a_message_that_means_nothing_leaves_it_in_doubt(
    *, nonsense: str, pipelining: bool, tmp_path: Path
) -> None:
    with smtp_peer(SmtpPeer(answers={".": [nonsense]})) as peer:
        outcomes, _ = sent(peer.port, [1, 2], tmp_path / "j", pipelining=pipelining)
    assert outcomes[0] == InDoubt(id=1, end=ConnectionEnd.UNREADABLE)
    assert kinds(outcomes[1:]) in ([], [(2, "NotTried")])


def test_an_answer_that_comes_before_the_message_is_no_answer_to_it(tmp_path: Path) -> None:
    with smtp_peer(SmtpPeer(answers={"DATA": ["354 go\r\n250 taken already"]})) as peer:
        outcomes, _ = sent(peer.port, [1], tmp_path / "j")
    assert outcomes == [NotTried(id=1, end=ConnectionEnd.UNREADABLE)]
    assert peer.messages == []


def test_a_server_that_drips_its_answer_is_given_no_more_time(tmp_path: Path) -> None:
    """250 lines that go on: each comes in time, the reply does not."""
    with smtp_peer(SmtpPeer(answers={".": ["250-a\r\n250-b"]})) as peer:
        outcomes, _ = sent(peer.port, [1], tmp_path / "j", verdict_within=0.2)
    assert outcomes == [InDoubt(id=1, end=ConnectionEnd.TIMEOUT)]


def test_a_connection_that_the_server_has_left_meanwhile_is_not_used(tmp_path: Path) -> None:
    with smtp_peer(SmtpPeer(answers={"RSET": ["250 ok\r\n421 you are idle"]})) as peer:
        smtp = open_smtp(server(peer.port))
        with SendJournal(tmp_path / "j", boot=BOOT) as journal:
            dialogue = Dialogue(smtp, journal, answer_within=PATIENCE)
            assert dialogue.usable()
            peer.answers["RCPT"] = ["550 no"]
            outcomes = everything(dialogue, [outgoing(1)])
            assert not dialogue.usable()
            dialogue.close()
    assert kinds(outcomes) == [(1, "RefusedForGood")]


# ── addresses ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "said",
    [
        f"550 5.1.1 <{recipient(1)}>: unknown",
        "550 5.1.1 No such user: Reader.1",
        "550 5.1.1 see https://help.test/?for=reader.1%40in.test",
        f"550-5.1.1 first line\r\n550 5.1.1 {recipient(1)} is unknown",
        f"550 5.1.1 bounce goes to b1@n.test, not to ({recipient(1)})",
    ],
)
def test_no_outcome_shows_an_address_that_the_server_repeats(said: str, tmp_path: Path) -> None:
    with smtp_peer(SmtpPeer(answers={"RCPT": [said]})) as peer:
        outcomes, dialogue = sent(peer.port, [1], tmp_path / "j")
    told = repr(outcomes) + repr(dialogue.last_reply) + (tmp_path / "j").read_text()
    assert "(address)" in told
    assert not re.search(r"reader|n\.test|@", told, re.IGNORECASE)


# ── every place where a connection can break ─────────────────────────────────────────────────────


def cuts(
    folder: Path, side: str, *, pipelining: bool, resets: bool = False
) -> Iterator[tuple[SmtpPeer, list[SendOutcome], Path]]:
    """Three deliveries, the second refused, with a cut behind each byte of one side."""

    def answers() -> dict[str, list[str]]:
        return {"RCPT": ["250 ok", "550 5.1.1 no"]}

    with smtp_peer(SmtpPeer(answers=answers())) as peer:
        sent(peer.port, [1, 2, 3], folder / "whole", pipelining=pipelining)
    # QUIT is of no consequence.
    whole = peer.heard - len("quit\r\n") if side == "hears" else len(peer.said) - len("221 bye\r\n")
    for cut in range(1, whole + 1):
        peer = SmtpPeer(answers=answers(), resets=resets, **{side: cut})
        journal = folder / f"{cut}"
        with smtp_peer(peer):
            outcomes, _ = sent(peer.port, [1, 2, 3], journal, pipelining=pipelining)
        yield peer, outcomes, journal


@BOTH
@pytest.mark.parametrize("side", ["hears", "says"])
def test_wherever_the_connection_ends_the_outcome_is_what_is_known(
    *, side: str, pipelining: bool, tmp_path: Path
) -> None:
    count = 0
    for peer, outcomes, journal in cuts(tmp_path, side, pipelining=pipelining):
        check(outcomes, peer, journal)
        count += 1
    assert count > 100


def test_wherever_the_connection_is_reset_the_outcome_is_what_is_known(tmp_path: Path) -> None:
    for peer, outcomes, journal in cuts(tmp_path, "hears", pipelining=True, resets=True):
        check(outcomes, peer, journal)


def check(outcomes: list[SendOutcome], peer: SmtpPeer, journal: Path) -> None:
    tried = [one.id for one in outcomes]
    assert tried == [1, 2, 3][: len(tried)]
    noted = recovered([1, 2, 3], [journal_at(journal)], boot=BOOT)
    for one in outcomes:
        arrived = message(one.id) in peer.messages
        said = noted[one.id].noted
        match one:
            case Accepted():
                assert arrived
                assert said is Noted.ACCEPTED
            case RefusedForNow() | RefusedForGood():
                assert said is Noted.REFUSED
            case InDoubt():
                assert said is Noted.IN_DOUBT
            case NotTried():
                assert not arrived
                assert said is Noted.NOT_SENT
    # The server's whole answers to whole messages, as many as were believed.
    answered = len(re.findall(rb"250 2\.0\.0 queued\r?\n", peer.said))
    accepted = sum(isinstance(one, Accepted) for one in outcomes)
    assert accepted <= answered
    assert sum(isinstance(one, InDoubt) for one in outcomes) <= 1
    assert not any(noted[number].noted is not Noted.NOT_SENT for number in range(1 + len(tried), 4))
    assert body(1) not in journal.read_bytes()
