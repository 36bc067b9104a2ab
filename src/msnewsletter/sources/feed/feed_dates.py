"""The dates of feeds, as people and programs write them, as ISO 8601. Pure; never guesses.

RSS writes RFC 822 (2.0 with four digits of a year), Atom and JSON Feed RFC 3339, RDF W3C-DTF.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import BadValueError

if TYPE_CHECKING:
    from datetime import tzinfo

# Feeds came in 1999; a program that knows no date writes 1970, 1900 or 0001.
_FIRST_YEAR: Final = 1990
# What is announced for later is held until then; what lies further ahead is a mistake.
_AHEAD: Final = timedelta(days=366)
_LONGEST: Final = 80
_NAMES_OF_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
# Whole or the first three letters: Finnish "marras" is no March, but November.
_MONTHS: Final = {"sept": 9} | {
    name[:length]: number
    for number, name in enumerate(_NAMES_OF_MONTHS, 1)
    for length in (3, len(name))
}
_ISO: Final = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)"
    r"(?:(?:[Tt]|\s+)(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"\s*(?P<zone>\S.*)?)?",
    re.ASCII,
)
_MAIL: Final = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(?P<day>\d\d?)[\s-]+(?P<name>[A-Za-z]{3,9})\.?,?[\s-]+"
    r"(?P<year>\d{4}|\d\d)"
    r"(?:,?\s+(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?\s*(?P<zone>\S.*)?)?",
    re.ASCII,
)
_OFFSET: Final = re.compile(r"(?:GMT|UTC)?\s*([+-])(\d\d):?(\d\d)(?:\s*\(.*\))?", re.IGNORECASE)
# RFC 822, section 5.1, and the names that mean one offset wherever they are used.
_ZONES: Final = {
    name: hours
    for names, hours in (
        ("z ut utc gmt wet", 0),
        ("est cdt", -5),
        ("edt", -4),
        ("cst mdt", -6),
        ("mst pdt", -7),
        ("pst", -8),
        ("west cet met mez", 1),
        ("cest mest mesz eet", 2),
        ("eest msk", 3),
        ("jst", 9),
        ("aest", 10),
        ("aedt", 11),
        ("nzst", 12),
        ("nzdt", 13),
    )
    for name in names.split()
}


def feed_date(text: str, *, at: datetime) -> str:
    """The date in ISO 8601: an instant with its offset, or a day where no more is said.

    Raises BadValueError for what is no date, and for one that cannot be meant.

    Args:
        text: as a feed writes it.
        at: now, aware.
    """
    text = " ".join(text.split())
    found = None if len(text) > _LONGEST else _ISO.fullmatch(text) or _MAIL.fullmatch(text)
    if found is None or not _has_month(found):
        raise BadValueError("is not a date that feeds may have", "")
    try:
        moment = _moment(found)
        early = moment.year < _FIRST_YEAR
        late = not early and _aware(moment) > at + _AHEAD
    except (ValueError, OverflowError):
        raise BadValueError("does not exist", "") from None
    if early or late:
        raise BadValueError("is too early to be true" if early else "is too far ahead", "")
    if moment.tzinfo is None:
        return moment.date().isoformat()
    return moment.isoformat()


def names_no_zone(text: str) -> bool:
    """Whether a date has a time, but no zone that is known: only its day is taken."""
    found = _ISO.fullmatch(text := " ".join(text.split())[:_LONGEST]) or _MAIL.fullmatch(text)
    return bool(found and found["hour"] and _zone(found["zone"] or "") is None)


def _moment(found: re.Match[str]) -> datetime:
    """The moment, naive where only its day is known; raises ValueError."""
    parts = found.groupdict()
    year = int(parts["year"])
    if len(parts["year"]) == 2:  # noqa: PLR2004  (RFC 822's two digits)
        year += 2000
    month = int(parts["month"]) if "month" in parts else _MONTHS[parts["name"].lower()]
    day = datetime(year, month, int(parts["day"]))  # noqa: DTZ001  (a day)
    zone = _zone(parts["zone"] or "") if parts["hour"] else None
    if zone is None:
        return day
    second = min(int(parts["second"] or 0), 59)  # a leap second
    return day.replace(
        hour=int(parts["hour"]), minute=int(parts["minute"]), second=second, tzinfo=zone
    )


def _has_month(found: re.Match[str]) -> bool:
    """Whether the month is a number, or has a name in English."""
    name = found.groupdict().get("name")
    return name is None or name.lower() in _MONTHS


def _zone(name: str) -> tzinfo | None:
    """The zone; None: none that is known."""
    if found := _OFFSET.fullmatch(name.strip()):
        sign, hours, minutes = found.groups()
        if int(hours) > 14 or int(minutes) > 59:  # noqa: PLR2004  (no zone is further away)
            return None
        if name.strip() == "-0000":  # RFC 2822, section 3.3: the zone is not known; it is UTC
            return UTC
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(offset if sign == "+" else -offset)
    hours_off = _ZONES.get(name.strip().lower().rstrip("."))
    return None if hours_off is None else timezone(timedelta(hours=hours_off))


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
