"""A date as precise as its source made it, and what it means as a day or a span of time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from msnewsletter.errors import BadValueError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


class Precision(StrEnum):
    """The precision of a date."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    INSTANT = "instant"  # a date-time with its UTC offset


# By the length of its text.
_PRECISIONS = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}

# The unambiguous part of ISO 8601: year, month, day, or a full date-time with offset.
_PARTIAL_DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?P<time>[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?P<offset>Z|[+-]\d\d:[0-5]\d)?)?)?)?",
    re.ASCII,
)
# Beyond these years, converting an instant to another time zone may overflow.
_YEARS = (1900, 9000)
_REMEDY = "write 2026-11-20, or 2026-11-20T08:00+01:00"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date exactly as precise as its source made it: a year, a month, a day or an instant.

    `text` is ISO 8601 (`2026`, `2026-12`, `2026-12-31`, `2026-12-31T08:00:00+01:00`) and is the
    whole value; make one with `PartialDate.parse`, which checks it.
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ISO 8601 text; raises BadValueError, never guesses."""
        match = _PARTIAL_DATE.fullmatch(text.strip())
        if match is None:
            raise BadValueError(f"{text!r} is not a valid ISO date", _REMEDY)
        if match["time"] and not match["offset"]:
            raise BadValueError(f"{text!r} has a time but no UTC offset", _REMEDY)
        if match["offset"] and match["offset"][1:3] > "23":
            raise BadValueError(f"{text!r} does not exist (no zone is that far from UTC)", _REMEDY)
        made = cls(match[0])
        try:
            made._first_day()
            made._instant()
        except ValueError as error:
            raise BadValueError(f"{text!r} does not exist ({error})", _REMEDY) from None
        return made

    @property
    def precision(self) -> Precision:
        """Which of its parts are known."""
        return _PRECISIONS.get(len(self.text), Precision.INSTANT)

    def day(self, zone: ZoneInfo) -> date:
        """Its (first) calendar day as the newsletter's zone counts days."""
        instant = self._instant()
        return self._first_day() if instant is None else instant.astimezone(zone).date()

    def start(self, zone: ZoneInfo) -> datetime:
        """Its first moment, aware, in UTC; a bare day begins at midnight in `zone`."""
        instant = self._instant()
        if instant is not None:
            return instant.astimezone(UTC)
        return datetime.combine(self._first_day(), time(), tzinfo=zone).astimezone(UTC)

    def end(self, zone: ZoneInfo) -> datetime:
        """The first moment after it, aware, in UTC; an instant ends where it starts."""
        first = self._first_day()
        match self.precision:
            case Precision.INSTANT:
                return self.start(zone)
            case Precision.DAY:
                after = first + timedelta(days=1)
            case Precision.MONTH:
                after = (first + timedelta(days=31)).replace(day=1)
            case Precision.YEAR:
                after = first.replace(year=first.year + 1)
        return datetime.combine(after, time(), tzinfo=zone).astimezone(UTC)

    def __str__(self) -> str:
        return self.text

    def _first_day(self) -> date:
        year, month, day, *_ = (*(int(part) for part in self.text[:10].split("-")), 1, 1)
        if not _YEARS[0] <= year <= _YEARS[1]:
            raise ValueError(f"the year is not between {_YEARS[0]} and {_YEARS[1]}")
        return date(year, month, day)

    def _instant(self) -> datetime | None:
        if self.precision is not Precision.INSTANT:
            return None
        return datetime.fromisoformat(self.text).astimezone(UTC)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """The schema for JSON documents, where a date is its text."""
        from pydantic_core import core_schema  # noqa: PLC0415  (`--help` does without pydantic)

        del source, handler
        return core_schema.json_or_python_schema(
            json_schema=core_schema.no_info_after_validator_function(
                cls.parse, core_schema.str_schema()
            ),
            python_schema=core_schema.is_instance_schema(cls),
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )
