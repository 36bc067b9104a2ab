"""The frozen record of an issue, `issues/0007.json`, and the list of takedowns: bytes ↔ data. Pure.

A record holds all that rendering the issue again needs, and all that prevents sending anything
twice after the database was lost. Its format only grows; `format` counts breaking changes.
"""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from msnewsletter.decisions import Approval
from msnewsletter.errors import RecordError
from msnewsletter.model import Issue, Takedown
from msnewsletter.serialize import from_json, pretty, shortened, to_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FORMAT = 1
# Characters of two values that differ: so many before the first that does, so many in all.
_BEFORE, _SHOWN = 20, 60
_BASELINE = re.compile(r"in the baseline \((.*)\)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The frozen record of one published issue.

    Attributes:
        format: the version of this layout.
        instant: the slot's moment, aware UTC.
        issue: the issue, complete.
        baseline: for the first issue: the summaries that will never be mailed, and why, by key.
        manifest: that of its folder in the outbox.
        coalesced: keys of older slots that this issue was made for, too, if any.
        approval: who approved it, where that was required.
    """

    format: int = FORMAT
    instant: datetime
    issue: Issue
    baseline: dict[str, str] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)
    coalesced: tuple[str, ...] | None = None
    approval: Approval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Takedowns:
    format: int
    takedowns: tuple[Takedown, ...]


def baseline_text(reason: str) -> str:
    """The text in a record that says why a summary is never mailed."""
    return f"in the baseline ({reason})"


def baseline_reason(text: str) -> str:
    """The reason in such a text: the inverse of `baseline_text`."""
    found = _BASELINE.fullmatch(text)
    return found[1] if found else text


def dump_record(record: Record) -> bytes:
    """The record as UTF-8 JSON for people and diffs: the same record, the same bytes."""
    return pretty(to_document(record))


def differences(one: Record, other: Record) -> Iterator[tuple[str, str, str]]:
    """Where two records of an issue differ: the field's path, and both values as JSON, shortened.

    What older versions left out counts as its default: an old record equals the same one of today.
    """
    yield from _differences("", to_document(one), to_document(other))


def _differences(path: str, one: object, other: object) -> Iterator[tuple[str, str, str]]:
    if isinstance(one, dict) and isinstance(other, dict):
        for name in dict.fromkeys([*one, *other]):
            below = f"{path}.{name}" if path else str(name)
            yield from _differences(below, one.get(name), other.get(name))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for position, pair in enumerate(zip(one, other, strict=True), start=1):
            yield from _differences(f"{path}[{position}]", *pair)
    elif one != other:
        yield (path, *_around_difference(one, other))


def _around_difference(one: object, other: object) -> tuple[str, str]:
    """Both values, from a little before the place where they part."""
    texts = [value if isinstance(value, str) else json.dumps(value) for value in (one, other)]
    same = sum(
        1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(*texts, strict=False))
    )
    begin = max(0, same - _BEFORE)
    shown = [text[begin : begin + _SHOWN] for text in texts]
    return _quoted(shown[0]), _quoted(shown[1])


def _quoted(text: str) -> str:
    """A text in quotes, on one line."""
    return json.dumps(text, ensure_ascii=False)


def dump_takedowns(takedowns: Iterable[Takedown]) -> bytes:
    """`issues/takedowns.json`: every takedown, ended or not, by key."""
    ordered = sorted(takedowns, key=lambda one: one.key)
    return pretty({"format": FORMAT, "takedowns": [to_document(one) for one in ordered]})


def load_takedowns(data: bytes, *, place: str) -> dict[str, Takedown]:
    """Read them back, by key; raises RecordError naming `place`."""
    remedy = "restore it from a backup: without it removed texts could show again"
    try:
        found = from_json(_Takedowns, data)
    except ValidationError as error:
        problem = f"it is no list of takedowns ({shortened(error.errors())})"
        raise RecordError(place, problem, remedy) from None
    if found.format > FORMAT:
        raise RecordError(place, "it was written by a newer msnewsletter", "update msnewsletter")
    return {one.key: one for one in found.takedowns}


def load_record(data: bytes, *, place: str, number: int) -> Record:
    """Read a record back; raises RecordError naming `place`.

    Args:
        data: the file's bytes.
        place: the file, as the editor knows it.
        number: the issue that the file's name promises.
    """
    remedy = "restore it from a backup: without it summaries could be sent twice"
    try:
        found = json.loads(data)
        if isinstance(found, dict) and found.get("format", FORMAT) > FORMAT:
            problem = "it was written by a newer msnewsletter"
            raise RecordError(place, problem, "update msnewsletter")
        record = from_json(Record, data)
    except ValidationError as error:
        problem = f"it is no record of an issue ({shortened(error.errors())})"
        raise RecordError(place, problem, remedy) from None
    except (ValueError, TypeError, RecursionError) as error:
        raise RecordError(place, f"it is not readable JSON ({error})", remedy) from None
    if record.issue.number != number:
        raise RecordError(place, f"it holds issue {record.issue.number}", "give it back its name")
    return record
