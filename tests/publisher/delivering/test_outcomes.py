"""What a mail server's answer means for a delivery."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

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
from msnewsletter.subscribers.delivery_state import DeliveryState

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LATE = NOW + timedelta(days=5)


def reply(code: int, enhanced: str | None = None) -> SmtpReply:
    return SmtpReply(code=code, enhanced=enhanced, text="")


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
        (RefusedForGood(id=5, step=RCPT, reply=reply(550)), FAILED, None),
        (RefusedForGood(id=5, step=DOT, reply=reply(550, "5.7.26")), AGAIN, 15),
        (RefusedForGood(id=5, step=MAIL, reply=reply(553, "5.1.8")), AGAIN, 15),
    ],
)
def test_each_answer_leads_to_one_state(
    outcome: Accepted, state: DeliveryState, minutes: int | None
) -> None:
    found = result_of(outcome, attempts=0, enqueued=NOW, at=NOW)
    assert (found.id, found.state) == (5, state)
    assert found.due == (None if minutes is None else NOW + timedelta(minutes=minutes))


def test_a_refusal_of_us_is_never_the_recipient_s_but_ends_after_five_days() -> None:
    outcome = RefusedForNow(id=5, step=RCPT, reply=reply(421, "4.7.0"))
    for one in (outcome, NotTried(id=5, end=ConnectionEnd.LEAVING)):
        assert not result_of(one, attempts=0, enqueued=NOW, at=NOW).tried
    early = LATE - timedelta(seconds=1)
    assert result_of(outcome, attempts=400, enqueued=NOW, at=early).state is AGAIN
    assert result_of(outcome, attempts=400, enqueued=NOW, at=LATE).state is FAILED


def test_a_recipient_s_refusals_are_counted() -> None:
    outcome = RefusedForNow(id=5, step=RCPT, reply=reply(450))
    states = [result_of(outcome, attempts=tried, enqueued=NOW, at=NOW).state for tried in range(7)]
    assert states == [AGAIN] * 5 + [FAILED] * 2


@pytest.mark.parametrize(
    ("noted", "state"),
    [
        (NotedDelivery(noted=Noted.ACCEPTED), SENT),
        (NotedDelivery(noted=Noted.IN_DOUBT), DeliveryState.IN_DOUBT),
        (NotedDelivery(noted=Noted.NOT_SENT), DeliveryState.QUEUED),
        (NotedDelivery(noted=Noted.REFUSED, step=RCPT, code=450), AGAIN),
        (NotedDelivery(noted=Noted.REFUSED, step=RCPT, code=550, enhanced="5.1.1"), FAILED),
    ],
)
def test_a_journal_s_word_leads_to_one_state(noted: NotedDelivery, state: DeliveryState) -> None:
    assert result_noted(5, noted, attempts=0, enqueued=NOW, at=NOW).state is state


@pytest.mark.parametrize(
    ("step", "code", "enhanced", "dead"),
    [
        (RCPT, 550, "5.1.1", True),
        (DOT, 550, "5.1.1", True),
        (MAIL, 550, "5.1.1", False),
        (RCPT, 550, "5.7.1", False),
        (RCPT, 550, None, False),
        (RCPT, 450, "4.1.1", False),
    ],
)
def test_only_a_mailbox_that_is_not_there_is_dead(
    step: SmtpStep, code: int, enhanced: str | None, *, dead: bool
) -> None:
    assert Refusal(step, code, enhanced).is_dead is dead
