"""`var/retractions.json`: when summaries were last compared with notices of retractions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from msnewsletter.disk.atomic import write_atomically
from msnewsletter.disk.state_file import read_state
from msnewsletter.serialize import pretty, to_document

if TYPE_CHECKING:
    from msnewsletter.home import Home

NAME: Final = "retractions.json"
_OLD: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractionCheck:
    """One check.

    Attributes:
        at: when, aware.
        file: the name of the table that was read.
        file_date: when that file was last written, UTC.
        newest: the day of its newest notice; None: it names none.
        rows: of the table.
        left: proposals that were not applied.
    """

    at: datetime
    file: str
    file_date: date
    newest: date | None
    rows: int
    left: int

    def sentence(self) -> str:
        """What is said of it in one line."""
        newest = f", whose newest notice is of {self.newest}" if self.newest else ""
        return f"compared on {self.at:%Y-%m-%d} with a file of {self.file_date}{newest}"

    def standing(self) -> str:
        """The same, with what was left to be done."""
        left = f"; of what was proposed, {self.left} not applied then" if self.left else ""
        return self.sentence() + left

    def reminder(self, now: datetime) -> str:
        """What is said where it is long ago; empty: it is not."""
        days = (now - self.at).days
        if now - self.at <= _OLD:
            return ""
        return (
            f"summaries were last compared with notices of retractions {days} days ago; download "
            "Retraction Watch's table again, and run 'msnewsletter retractions FILE.csv'"
        )


def last_check(home: Home) -> RetractionCheck | None:
    """The last check; None: there was none, or nobody can read when."""
    return read_state(home, home.var / NAME, RetractionCheck)


def write_check(home: Home, check: RetractionCheck) -> None:
    """Keep when it was; raises OutboxError."""
    write_atomically(home, home.var / NAME, pretty(to_document(check, complete=True)))
