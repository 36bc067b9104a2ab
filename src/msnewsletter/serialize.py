"""The model as JSON documents, and back: for records, the database and `--json`. Pure.

A document has the model's field names; a date is ISO 8601 text; what is None is left out, so that a
field added later does not change old documents.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, TypeAdapter

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")

# What a document may say: what arithmetic on times and counts can still bear.
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def _moment(given: datetime) -> datetime:
    if given.utcoffset() is None or not _FIRST <= given <= _LAST:
        raise ValueError("is no moment that a program can have written")
    return given


# Of the files that the program keeps for itself: a damaged one is one line, and no crash.
Moment = Annotated[datetime, AfterValidator(_moment)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]

# Building one takes milliseconds, using it microseconds.
_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def to_document(
    thing: object, *, complete: bool = False, leave_out: set[str] | None = None
) -> dict[str, Any]:
    """A model object as JSON values, without the fields to `leave_out`.

    `complete` keeps what is None or empty.
    """
    document: dict[str, Any] = _adapter(type(thing)).dump_python(
        thing, mode="json", exclude_none=not complete, exclude=leave_out
    )
    if complete and is_dataclass(thing):
        # Those that a document leaves out while they are empty.
        left_out = (one for one in fields(thing) if one.name not in document)
        document |= {one.name: [] if one.default == () else one.default for one in left_out}
    return document


def to_json(thing: object) -> str:
    """One line of JSON for the database."""
    return _adapter(type(thing)).dump_json(thing, exclude_none=True).decode()


def from_json(kind: type[T], text: str | bytes) -> T:
    """The object of `kind` in a JSON text; raises pydantic.ValidationError."""
    thing: T = _adapter(kind).validate_json(text)
    return thing


def pretty(value: object) -> bytes:
    """JSON for people and diffs: UTF-8, two spaces, a final newline."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def shortened(problems: Iterable[Any]) -> str:
    """Pydantic's findings as `field: message`, the first of them only."""
    first = next(iter(problems))
    where = ".".join(str(part) for part in first["loc"]) or "document"
    return f"{where}: {first['msg']}"


def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401  (any type at all)
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]
