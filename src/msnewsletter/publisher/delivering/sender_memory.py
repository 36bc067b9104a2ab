"""How the last run of the sender ended, `var/sending.json`: for who looks, and for the clock.

What was sent is in the subscribers' database; losing this file loses no delivery.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msnewsletter.disk.atomic import write_atomically
from msnewsletter.disk.state_file import read_state
from msnewsletter.errors import OutboxError, printable
from msnewsletter.growing_pause import growing_pause
from msnewsletter.publisher.delivering.mailing_report import MailingEnd
from msnewsletter.serialize import pretty, to_document
from msnewsletter.text import without_addresses

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from msnewsletter.errors import NewsletterError
    from msnewsletter.home import Home
    from msnewsletter.publisher.delivering.mailing_report import MailingReport

_NAME: Final = "sending.json"
_REASON: Final = 1000  # characters
# By itself the sender tries again after a pause: twice the last one for a server that is away.
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)
# A server that refuses all that we send refuses it a minute later, too.
_REFUSED_PAUSE: Final = timedelta(minutes=15)
_BLOCKED_PAUSE: Final = timedelta(minutes=5)  # until a person has looked
_PACED_PAUSE: Final = timedelta(minutes=1)


class SenderTrouble(StrEnum):
    """Why a run could not send what is due."""

    NO_CONNECTION = "no connection"
    REFUSED = "refused"  # the server refuses all that we send
    BLOCKED = "blocked"  # something that a person has to repair or to decide


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderMemory:
    """How the last run ended.

    Attributes:
        at: when, aware UTC.
        trouble: why it sent nothing more; None: nothing was wrong.
        reason: the same for people: one line, without addresses.
        since: when the first run of a row ended with this trouble, aware UTC.
        failures: how many of a row have.
        not_before: when the clock runs the sender again at the earliest, aware UTC.
    """

    at: datetime
    trouble: SenderTrouble | None = None
    reason: str = ""
    since: datetime | None = None
    failures: int = 0
    not_before: datetime | None = None

    def rests(self, now: datetime) -> bool:
        """Whether the clock lets the sender rest at `now` (aware)."""
        # Before `at`: the machine's clock was set back, and the pause would last for hours.
        return self.not_before is not None and self.at <= now < self.not_before


def read_sender_memory(home: Home) -> SenderMemory | None:
    """How the last run ended; None: there was none, or the file is lost."""
    return read_state(home, home.var / _NAME, SenderMemory)


def note_end(
    home: Home,
    reports: Iterable[MailingReport],
    problems: Sequence[NewsletterError],
    *,
    at: datetime,
) -> None:
    """Note how a run has ended.

    Args:
        home: the newsletter's home.
        reports: those of its mailings.
        problems: why an issue, or all, could not be sent.
        at: its end, aware.
    """
    paced = False
    for report in reports:
        if report.end is MailingEnd.NO_CONNECTION and (why := report.hindrance):
            reason = f"{why.place}: {why.problem}; {why.remedy}"
            _note(home, SenderTrouble.NO_CONNECTION, reason, at=at)
            return
        if report.end is MailingEnd.REFUSED:
            _note(home, SenderTrouble.REFUSED, report.refusal or "", at=at)
            return
        paced = paced or report.end is MailingEnd.PACED
    if problems:
        _note(home, SenderTrouble.BLOCKED, str(problems[0]), at=at)
    else:
        _write(home, SenderMemory(at=at, not_before=at + _PACED_PAUSE if paced else None))


def _note(home: Home, trouble: SenderTrouble, reason: str, *, at: datetime) -> None:
    before = read_sender_memory(home)
    again = before if before and before.trouble is trouble else None
    failures = again.failures + 1 if again else 1
    pause = {
        SenderTrouble.NO_CONNECTION: growing_pause(
            failures, first=_FIRST_PAUSE, longest=_LONGEST_PAUSE
        ),
        SenderTrouble.REFUSED: _REFUSED_PAUSE,
        SenderTrouble.BLOCKED: _BLOCKED_PAUSE,
    }[trouble]
    _write(
        home,
        SenderMemory(
            at=at,
            trouble=trouble,
            reason=printable(without_addresses(reason))[:_REASON],
            since=again.since if again else at,
            failures=failures,
            not_before=at + pause,
        ),
    )


def _write(home: Home, memory: SenderMemory) -> None:
    # A full disk must not hide what became of the run itself.
    with suppress(OutboxError):
        write_atomically(home, home.var / _NAME, pretty(to_document(memory)))
