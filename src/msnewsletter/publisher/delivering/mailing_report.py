"""What became of a mailing in one run of the sender, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.delivery.send_outcomes import NoConnection
    from msnewsletter.subscribers.delivery_state import Balance


class MailingEnd(StrEnum):
    """Why a run has ended."""

    DONE = "done"  # nothing is left to do
    IN_DOUBT = "in_doubt"  # nothing but what a person has to decide
    UNSETTLED = "unsettled"  # nothing but what a sender of another home has in hand
    WAITS = "waits"  # for the pauses of temporary failures
    PACED = "paced"  # for a window of time, the warm-up, or the hours of sending
    WITH_WORKERS = "with_workers"  # workers send it, and go on without us
    STOPPED = "stopped"  # by a signal
    NO_CONNECTION = "no_connection"
    REFUSED = "refused"  # the server refuses all that we send


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingReport:
    """One mailing after a run.

    Attributes:
        issue: its number.
        end: why the run has ended.
        balance: how its deliveries stand.
        due: when it goes on at the earliest, aware; None: not known, or it does not.
        hindrance: why there was no connection; None: there was one, or none was needed.
        refusal: what the server answers to all that we send; None: it does not.
        unbelieved: so many addresses the server calls dead that it was not believed, and none was
            suppressed; 0: it was.
    """

    issue: int
    end: MailingEnd
    balance: Balance
    due: datetime | None = None
    hindrance: NoConnection | None = None
    refusal: str | None = None
    unbelieved: int = 0
