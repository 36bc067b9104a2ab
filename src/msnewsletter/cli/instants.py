"""The present moment: the system's clock, or `--at`."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NoReturn

import click

from msnewsletter.errors import RefusedError

if TYPE_CHECKING:
    from datetime import tzinfo

    from msnewsletter.home import Home
    from msnewsletter.publisher.settling import MachineClock

# Clocks of two machines differ by seconds; nobody publishes a minute ahead on purpose.
_GRACE = timedelta(minutes=1)


def now() -> datetime:
    """This second, aware, UTC."""
    return datetime.now(UTC).replace(microsecond=0)


def zone_of(home: Home) -> tzinfo:
    """The newsletter's zone; UTC where its settings cannot be read."""
    from msnewsletter.errors import NewsletterError
    from msnewsletter.settings import load_settings

    try:
        return load_settings(home.settings).zone
    except NewsletterError:
        return UTC


def machine_clock(*, waits: bool = False) -> MachineClock:
    """The machine's clock, by which files that are being written wait; `waits`: for them to end."""
    from msnewsletter.publisher.settling import MachineClock

    return MachineClock(now=lambda: datetime.now(UTC), wait=time.sleep if waits else None)


def instant(home: Home, text: str | None) -> datetime:
    """`--at`, or now, aware; a time without an offset is meant in the newsletter's zone."""
    if text is None:
        return now()
    if len(text) <= len("2026-11-23"):
        _refuse_moment(text)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            from msnewsletter.settings import load_settings

            moment = moment.replace(tzinfo=load_settings(home.settings).zone)
        # Slots are whole seconds. The edges of the calendar have no other time zones.
        return moment.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        _refuse_moment(text)


def refuse_future(home: Home, at: datetime) -> None:
    """Raises RefusedError where `at` (aware) is later than now, unless the home is a sandbox.

    What is fixed at a moment to come mutes the newsletter until then: issues only go forward.
    """
    from msnewsletter.settings import load_settings

    settings = load_settings(home.settings)
    if at <= now() + _GRACE or settings.newsletter.sandbox:
        return
    raise RefusedError(
        f"--at {at.astimezone(settings.zone).isoformat(timespec='minutes')}",
        "that is later than now, by this machine's clock",
        "leave out --at, or look with --dry-run; to try it out: 'msnewsletter init --samples DIR'",
    )


def _refuse_moment(text: str) -> NoReturn:
    raise click.BadParameter(
        f"{text!r} is not a date and time; write 2026-11-23T08:00 (the newsletter's zone) or "
        "2026-11-23T08:00+01:00",
        param_hint="--at",
    )
