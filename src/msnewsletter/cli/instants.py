"""The present moment: the system's clock, or `--at`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from datetime import tzinfo

    from msnewsletter.home import Home


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


def _refuse_moment(text: str) -> NoReturn:
    raise click.BadParameter(
        f"{text!r} is not a date and time; write 2026-11-23T08:00 (the newsletter's zone) or "
        "2026-11-23T08:00+01:00",
        param_hint="--at",
    )
