"""What a mail server's answer means for a delivery."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from msnewsletter.delivery.inbound.reply_words import kind_of_reply
from msnewsletter.delivery.send_journal import Noted, NotedDelivery
from msnewsletter.delivery.send_outcomes import (
    Accepted,
    ConnectionEnd,
    InDoubt,
    NotTried,
    RefusedForGood,
    RefusedForNow,
    SmtpStep,
    Unfit,
    Unsendable,
)
from msnewsletter.delivery.smtp_reply import SmtpReply
from msnewsletter.publisher.delivering.outcomes import Refusal, result_noted, result_of
from msnewsletter.subscribers.bounces import BounceKind
from msnewsletter.subscribers.delivery_state import DeliveryState, PastTries

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
NEW = PastTries()


def reply(code: int, enhanced: str | None = None, text: str = "") -> SmtpReply:
    return SmtpReply(code=code, enhanced=enhanced, text=text)


RCPT, DOT, MAIL = SmtpStep.RCPT, SmtpStep.DOT, SmtpStep.MAIL
SENT, AGAIN, FAILED = DeliveryState.SENT, DeliveryState.TEMP_FAILED, DeliveryState.PERM_FAILED


@pytest.mark.parametrize(
    ("outcome", "state", "minutes"),
    [
        (Accepted(id=5, reply=reply(250, "2.0.0")), SENT, None),
        (InDoubt(id=5, end=ConnectionEnd.CLOSED), DeliveryState.IN_DOUBT, None),
        (NotTried(id=5, end=None), DeliveryState.QUEUED, None),
        (NotTried(id=5, end=ConnectionEnd.CLOSED), AGAIN, 5),
        (NotTried(id=5, end=ConnectionEnd.LEAVING), AGAIN, 15),
        (Unsendable(id=5, why=Unfit.ADDRESS), FAILED, None),
        (RefusedForNow(id=5, step=RCPT, reply=reply(450)), AGAIN, 5),
        (RefusedForNow(id=5, step=RCPT, reply=reply(452, "4.2.2")), AGAIN, 480),
        (RefusedForNow(id=5, step=DOT, reply=reply(451, "4.2.2")), AGAIN, 480),
        (RefusedForNow(id=5, step=DOT, reply=reply(451, "4.7.1")), AGAIN, 15),
        (RefusedForNow(id=5, step=DOT, reply=reply(421)), AGAIN, 15),
        (RefusedForNow(id=5, step=DOT, reply=reply(451, "4.3.0")), AGAIN, 15),
        (RefusedForGood(id=5, step=RCPT, reply=reply(550, "5.1.1")), FAILED, None),
        (RefusedForGood(id=5, step=RCPT, reply=reply(550)), AGAIN, 5),
        (RefusedForGood(id=5, step=RCPT, reply=reply(550, None, "relay not permitted")), AGAIN, 5),
        (RefusedForGood(id=5, step=DOT, reply=reply(554, "5.0.0", "Sorry")), AGAIN, 5),
        (RefusedForGood(id=5, step=DOT, reply=reply(554, None, "blocked")), AGAIN, 15),
        (RefusedForGood(id=5, step=RCPT, reply=reply(550, None, "no such user")), FAILED, None),
        (RefusedForGood(id=5, step=RCPT, reply=reply(550, "5.1.1", "rate limit")), AGAIN, 15),
        (RefusedForGood(id=5, step=RCPT, reply=reply(550, "5.1.1", "Mailbox full")), FAILED, None),
        (Unsendable(id=5, why=Unfit.TOO_LARGE), AGAIN, 15),
        (RefusedForGood(id=5, step=DOT, reply=reply(550, "5.7.26")), AGAIN, 15),
        (RefusedForGood(id=5, step=MAIL, reply=reply(553, "5.1.8")), AGAIN, 15),
    ],
)
def test_each_answer_leads_to_one_state(
    outcome: Accepted, state: DeliveryState, minutes: int | None
) -> None:
    found = result_of(outcome, past=NEW, at=NOW)
    assert (found.id, found.state) == (5, state)
    assert found.due == (None if minutes is None else NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "outcome",
    [
        RefusedForNow(id=5, step=RCPT, reply=reply(421, "4.7.0")),
        RefusedForGood(id=5, step=DOT, reply=reply(550, "5.7.1")),
        NotTried(id=5, end=ConnectionEnd.LEAVING),
    ],
)
def test_a_refusal_of_us_is_tried_some_twenty_times_within_five_days_and_no_recipient_s(
    outcome: RefusedForNow,
) -> None:
    # Whenever its mailing began: with warm-up some are first tried after weeks.
    past, at, tries = NEW, NOW, 0
    while (found := result_of(outcome, past=past, at=at)).state is AGAIN:
        assert (found.tried, found.refused, tries < 25) == (False, NOW, True)
        assert found.due
        past, at, tries = PastTries(refused=found.refused), found.due, tries + 1
    assert timedelta(days=5) <= at - NOW <= timedelta(days=5, hours=8)
    assert (found.state, tries > 15) == (FAILED, True)


def test_a_refusal_of_us_shortens_no_pause_of_a_recipient() -> None:
    past = PastTries(refused=NOW)
    greylisted = RefusedForNow(id=5, step=RCPT, reply=reply(450))
    found = result_of(greylisted, past=past, at=NOW + timedelta(days=6))
    assert (found.state, found.refused) == (AGAIN, NOW)


def test_a_server_that_says_no_without_a_code_is_asked_again_and_then_believed() -> None:
    outcome = RefusedForGood(id=5, step=RCPT, reply=reply(550, None, "go away"))
    states = [result_of(outcome, past=PastTries(attempts=n), at=NOW).state for n in range(7)]
    assert states == [AGAIN] * 5 + [FAILED] * 2


def test_a_recipient_s_refusals_are_counted() -> None:
    outcome = RefusedForNow(id=5, step=RCPT, reply=reply(450))
    states = [
        result_of(outcome, past=PastTries(attempts=tried), at=NOW).state for tried in range(7)
    ]
    assert states == [AGAIN] * 5 + [FAILED] * 2


@pytest.mark.parametrize(
    ("noted", "state"),
    [
        (NotedDelivery(noted=Noted.ACCEPTED), SENT),
        (NotedDelivery(noted=Noted.IN_DOUBT), DeliveryState.IN_DOUBT),
        (NotedDelivery(noted=Noted.NOT_SENT), DeliveryState.QUEUED),
        (NotedDelivery(noted=Noted.REFUSED, step=RCPT, code=450), AGAIN),
        (NotedDelivery(noted=Noted.REFUSED, step=RCPT, code=550, enhanced="5.1.1"), FAILED),
        # What the words meant, which a journal does not hold.
        (NotedDelivery(noted=Noted.REFUSED, step=RCPT, code=550, kind=BounceKind.DEAD), FAILED),
        (
            NotedDelivery(
                noted=Noted.REFUSED, step=RCPT, code=550, enhanced="5.1.1", kind=BounceKind.OURS
            ),
            AGAIN,
        ),
    ],
)
def test_a_journal_s_word_leads_to_one_state(noted: NotedDelivery, state: DeliveryState) -> None:
    assert result_noted(5, noted, past=NEW, at=NOW).state is state


@pytest.mark.parametrize(
    ("step", "code", "enhanced", "text", "dead"),
    [
        (RCPT, 550, "5.1.1", "", True),
        (DOT, 550, "5.1.1", "", True),
        (MAIL, 550, "5.1.1", "", False),
        (RCPT, 550, "5.7.1", "", False),
        (RCPT, 550, None, "", False),
        (RCPT, 450, "4.1.1", "", False),
        # Words tell where no code does, and take back what a code says.
        (RCPT, 550, None, "User unknown", True),
        (RCPT, 550, "5.1.0", "User unknown", True),
        (RCPT, 550, "5.7.1", "User unknown", False),
        (RCPT, 550, "5.1.1", "too many recipients this hour", False),
        (RCPT, 450, None, "User unknown", False),
    ],
)
def test_only_a_mailbox_that_is_not_there_is_dead(
    step: SmtpStep, code: int, enhanced: str | None, text: str, *, dead: bool
) -> None:
    refusal = Refusal(step, code, enhanced, kind_of_reply(code, enhanced, text))
    assert refusal.is_dead is dead
