"""What an answer's headers say of time: how long it is fresh, how long to wait. Pure.

RFC 9111 (Cache-Control, Age, Expires) and RFC 9110, section 10.2.3 (Retry-After), with a bound on
all of it: a server's slip must not silence a source for years.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = timedelta(days=1)
_SECONDS = re.compile(r"[0-9]+")
# What overflows counts as the greatest number (RFC 9111, section 1.2.2).
_GREATEST = 1 << 31
_DIGITS = 10
# No quoted strings: none of the directives that count here has one.
_DIRECTIVE = re.compile(r"\s*([a-z-]+)(?:\s*=\s*\"?([0-9]+)\"?)?[^,]*,?", re.IGNORECASE)


def fresh_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Until when an answer that came now need not be asked for again; None: it says nothing of it.

    At most a day ahead.

    Args:
        headers: by name; case does not count.
        now: aware.
    """
    if headers.get("Vary", "").strip() == "*":
        return None
    lasts = _lasts(headers, now)
    return None if lasts is None or lasts <= timedelta() else now + min(lasts, LONGEST)


def still_fresh(until: datetime | None, now: datetime) -> bool:
    """Whether something is fresh that was until then; no longer where the clock was set back."""
    return until is not None and now < until <= now + LONGEST


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long a server asks not to be asked, at most a day; None: it names no time to come."""
    text = headers.get("Retry-After", "").strip()
    if (seconds := _seconds(text)) is not None:
        return min(timedelta(seconds=seconds), LONGEST)
    moment = _moment(text)
    return None if moment is None or moment <= now else min(moment - now, LONGEST)


def _lasts(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    said = headers.get("Cache-Control")
    # Of a directive that is there twice, the first counts (RFC 9111, section 4.2.1).
    found = _DIRECTIVE.findall(said[:1000] if said else "")
    directives = {name.lower(): value for name, value in reversed(found)}
    if directives.keys() & {"no-cache", "no-store"}:
        return None
    aged = timedelta(seconds=_seconds(headers.get("Age", "").strip()) or 0)
    if "max-age" in directives:
        # One that is no number is no promise (section 4.2.1), whatever Expires says.
        return timedelta(seconds=_seconds(directives["max-age"]) or 0) - aged
    expires = _moment(headers.get("Expires", ""))
    if expires is None:
        return None
    return expires - (_moment(headers.get("Date", "")) or now) - aged


def _seconds(text: str) -> int | None:
    """A number of seconds; None: it is none."""
    if not _SECONDS.fullmatch(text):
        return None
    digits = text.lstrip("0")
    return min(int(digits or "0"), _GREATEST) if len(digits) <= _DIGITS else _GREATEST


def _moment(text: str) -> datetime | None:
    """An HTTP date; None: it is none."""
    try:
        moment = parsedate_to_datetime(text[:100])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
