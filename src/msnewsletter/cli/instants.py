"""The present moment: the system's clock, or `--at`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from msnewsletter.home import Home


def now() -> datetime:
    """This second, aware, UTC."""
    return datetime.now(UTC).replace(microsecond=0)


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


def local_time(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as people read it, in the newsletter's zone: `Mon 2026-11-23 08:00 Europe/Berlin`.

    With the offset where the same time comes twice that day.
    """
    local = moment.astimezone(zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    offset = f" (UTC{local.isoformat()[-6:]})" if twice else ""
    return f"{local:%a %Y-%m-%d %H:%M} {zone.key}{offset}"


def _refuse_moment(text: str) -> NoReturn:
    raise click.BadParameter(
        f"{text!r} is not a date and time; write 2026-11-23T08:00 (the newsletter's zone) or "
        "2026-11-23T08:00+01:00",
        param_hint="--at",
    )
