"""CSV: a summary a row, its fields under their names. Bounded; opens nothing."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.list_fields import LIST_FIELDS
from msnewsletter.model import Note
from msnewsletter.sources.addresses import identity_of, key_of_identity
from msnewsletter.sources.csv_table import folded, lines_of, read_table
from msnewsletter.sources.faults import Faults
from msnewsletter.sources.field_rules import FRONT_FIELDS, TEXT_FIELDS
from msnewsletter.sources.fields import Given, build
from msnewsletter.sources.identifiers import doi_of, url_of
from msnewsletter.sources.importing.proposals import proposal
from msnewsletter.sources.parsed import Reading
from msnewsletter.text import quoted_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from msnewsletter.sources.csv_table import Table, TableRow

SIZE_LIMIT: Final = 300_000_000
ROWS_LIMIT: Final = 100_000
_NEEDED: Final = ("found", "why_it_matters")
_NAMES: Final = {
    **{folded(name): name for name in (*TEXT_FIELDS, *FRONT_FIELDS)},
    folded("what was found"): "found",
    folded("date"): "published",
}
_NAMED: Final = 10  # columns in one note


def is_csv(line: str) -> bool:
    """Whether the first line of a file names columns of summaries."""
    try:
        table = read_table((line,), "", _NAMES)
    except SourceError:
        return False
    return len(table.columns) > 1 and folded("headline") in table.columns


def read(data: bytes, location: str, *, most: int = ROWS_LIMIT) -> Iterator[Reading]:
    """A reading for each row, and one for each fault of the whole.

    After a thousand faults, or `most` rows, it stops and says so. Without a `key`, a row has that
    of its address, its DOI or its headline, in this order.
    """
    faults = Faults(place=location)
    try:
        table = read_table(lines_of(io.BytesIO(data).readline, location), location, _NAMES)
        yield Reading(warned=_check_columns(table, location))
        yield from _rows(table, location, faults, most)
    except SourceError as error:
        faults.add(error)
    yield Reading(refused=faults.lines())


def _check_columns(table: Table, location: str) -> tuple[Note, ...]:
    """Notes on columns that are not read; raises SourceError where no row can be a summary."""
    if folded("headline") not in table.columns:
        problem = "has no column 'headline'"
        remedy = "name each column of the first line as its field: headline, found, why_it_matters"
        raise SourceError(location, problem, remedy)
    unread = [written for name, written in table.columns.items() if name not in _NAMES]
    if not unread:
        return ()
    named = ", ".join(map(quoted_value, unread[:_NAMED]))
    more = f" and {len(unread) - _NAMED} more" if len(unread) > _NAMED else ""
    return (Note(place=location, text=f"columns that are no fields are not read: {named}{more}"),)


def _rows(table: Table, location: str, faults: Faults, most: int) -> Iterator[Reading]:
    keys: dict[str, int] = {}
    for number, row in enumerate(table.rows, start=1):
        place = f"{location}:{row.line}"
        if number > most:
            problem = f"has more than {most:,} rows; the rest was not read"
            faults.add(SourceError(place, problem, "split the file"))
            return
        try:
            reading = _summary(row, place)
        except SourceError as error:
            faults.add(error)
        else:
            key = reading.summaries[0].key
            # Headlines that differ in capitals alone are one.
            of_headline = key == key_of_identity(reading.summaries[0].headline)
            name = key.casefold() if of_headline else key
            first = keys.setdefault(name, row.line)
            if first == row.line:
                yield reading
            else:
                problem = f"has the key {quoted_value(key)} of line {first}"
                faults.add(SourceError(place, problem, "give each its own, in a column 'key'"))
        if faults.too_many:
            return


def _summary(row: TableRow, place: str) -> Reading:
    if row.extra:
        problem = "has more cells than the first line has columns"
        raise SourceError(place, problem, "put a text with a separator in quotation marks")
    given: dict[str, Given] = {}
    for column, cell in row.cells.items():
        field = _NAMES.get(column)
        if field and cell.strip():
            text = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
            given[field] = Given(value=_one_line(field, text), place=place)
    if "headline" not in given:
        raise SourceError(place, "no 'headline'", "write one in the column 'headline'")
    given.setdefault("key", Given(value=_key(given), place=place))
    if lacking := [repr(field) for field in _NEEDED if field not in given]:
        return proposal(given, place, text="", why=f"no {' and no '.join(lacking)}")
    return build(given, location=place)


def _one_line(field: str, text: str) -> str:
    """A cell as its field has it: tables wrap headlines."""
    if field in (*TEXT_FIELDS[1:], "note") or field in LIST_FIELDS:
        return text
    return " ".join(text.split())


def _key(given: Mapping[str, Given]) -> str:
    """The key of a row that names none; empty where nothing tells it."""
    for field, rule in (("url", lambda text: identity_of(url_of(text))), ("doi", doi_of)):
        if field in given:
            try:
                return key_of_identity(rule(str(given[field].value)))
            except BadValueError:
                continue  # who reads the field says what is wrong
    headline = given.get("headline")
    return key_of_identity(str(headline.value)) if headline else ""
