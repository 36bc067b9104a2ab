"""Holds the machine's clock against a home's files, last issue and slot, and the last wake."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msnewsletter.errors import RefusedError
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.source_files import list_folders
from msnewsletter.schedule.machine_clock import ClockDoubt, Fault, Sign, clock_doubt, is_fresh
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from datetime import tzinfo

    from msnewsletter.home import Home
    from msnewsletter.publisher.session import Session

_CLOCK = "this machine's clock"


def machine_clock_doubt(home: Home, *, at: datetime, seen: datetime | None) -> RefusedError | None:
    """Why the machine's clock, which says `at` (aware), cannot be right; see `doubt_in`."""
    with looking(home, at=at) as session:
        doubt = doubt_in(session, seen=seen)
        return doubt_error(doubt, session.settings.zone) if doubt else None


def doubt_in(session: Session, *, seen: datetime | None) -> ClockDoubt | None:
    """Why the machine's clock, which gave the session its moment, cannot be right.

    `seen`: the clock's last wake, aware, at a moment that was not in doubt; None: it is not known.
    None where it can be right, and in a sandbox. Raises SettingsError where a source is missing.
    """
    store, now = session.store, session.now
    if session.settings.newsletter.sandbox:
        return None
    last, slot = store.last_issue(), store.last_slot()
    found = {
        Sign.WAKE: seen,
        Sign.ISSUE: last and last.cutoff,
        Sign.SLOT: slot and slot.instant,
    }
    signs = {sign: moment for sign, moment in found.items() if moment}
    # Listing all files takes a while, and is needed only where nothing else speaks for the clock.
    if not is_fresh(signs, now) and (newest := _newest_file(session)):
        signs[Sign.FILE] = newest
    return clock_doubt(signs, now)


def doubt_error(doubt: ClockDoubt, zone: tzinfo) -> RefusedError:
    """The doubt as one line: what the clock says, what speaks against it, and the remedy.

    `zone`: the newsletter's, in which both moments are said.
    """
    now, at = local_time(doubt.now, zone), local_time(doubt.at, zone)
    if doubt.fault is Fault.AHEAD:
        days = (doubt.now - doubt.at).days
        return RefusedError(
            _CLOCK,
            f"it says {now}, {days} days after {doubt.sign}, {at}: nothing goes out by itself",
            "set it, or, if it is right, run 'msnewsletter publish'",
        )
    return RefusedError(
        _CLOCK,
        f"it says {now}, and {doubt.sign} is later, {at}: nothing goes out until then",
        "set it, or, if it is right, run 'msnewsletter resolve --clock'",
    )


def _newest_file(session: Session) -> datetime | None:
    """The time of change of the newest source file; None: there is none."""
    files, _ = list_folders(session.home, session.settings)
    newest = max((file.changed_ns for file in files), default=None)
    return None if newest is None else datetime.fromtimestamp(newest / 1e9, tz=UTC)
