"""A table in a CSV file: its columns by their names, and its rows one after the other. Pure.

Owns encodings and separators. A table of any length is read in little memory: `csv.Sniffer` reads
all of it and guesses wrong, so the first line decides, by the names that are known.
"""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

SEPARATORS: Final = (",", ";", "\t", "|")
# Bytes of one line: a cell has no more characters than csv's own limit, 131,072.
LINE_LIMIT: Final = 1_000_000
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What Excel writes above a table to name its separator.
_SEPARATOR_LINE: Final = re.compile(r"sep=.\s*")
_GAPS: Final = re.compile(r"[\W_]+")
_HTML: Final = re.compile(r"\s*<(?:!doctype|html|\?xml)", re.IGNORECASE)
_PROBLEM_REMEDY: Final = "save the table as CSV again, in UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A row.

    Attributes:
        line: where it begins, from 1.
        cells: by the folded names of their columns; a row may lack the last ones.
        extra: how many cells it has that no column is for.
        lacking: how many columns it has no cell for.
    """

    line: int
    cells: Mapping[str, str]
    extra: int = 0
    lacking: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; `columns` are its names as written, by their folded names."""

    columns: Mapping[str, str]
    rows: Iterator[TableRow]


def folded(name: str) -> str:
    """The name of a column in one form: `Why it matters` and `why_it_matters` are the same."""
    return _GAPS.sub("", name).casefold()


def lines_of(
    read_line: Callable[[int], bytes], location: str, *, guess: bool = True
) -> Iterator[str]:
    """The lines of a file as text; `read_line` gives at most so many bytes of the next one.

    UTF-8; UTF-16 by its mark; a line that is neither is Windows-1252, as programs mix them, unless
    nothing is to be guessed. Raises SourceError for a line that no table has.
    """
    first = read_line(LINE_LIMIT + 1)
    if first.startswith(_WIDE):
        rest = iter(lambda: read_line(LINE_LIMIT + 1), b"")
        yield from _wide_lines(first, rest, location)
        return
    data = first.removeprefix(codecs.BOM_UTF8)
    number = 1
    while data:
        if len(data) > LINE_LIMIT:
            raise SourceError(
                f"{location}:{number}", "has a line of more than a million bytes", _PROBLEM_REMEDY
            )
        if b"\0" in data:
            raise SourceError(f"{location}:{number}", "is binary, not CSV", _PROBLEM_REMEDY)
        yield _text(data) if guess else _exact_text(data, location, number)
        data = read_line(LINE_LIMIT + 1)
        number += 1


def read_table(
    lines: Iterable[str], location: str, known: Collection[str], *, repeats: bool = False
) -> Table:
    """The table of these lines, whose first names the columns; raises SourceError.

    Iterating its rows raises SourceError where the file is no CSV from there on.

    Args:
        lines: with their ends.
        location: of the file.
        known: folded names of columns, by which the separator is told.
        repeats: whether others than these may be there twice; the last one counts.
    """
    left = iter(lines)
    first = _first_line(left, location)
    separator = _separator(first, known)
    counted = _CountedLines(chain((first,), left), separator)
    reader = csv.reader(counted, delimiter=separator)
    names = _named(_next(reader, location, counted) or [])
    columns = {folded(name): name.strip() for name in names if folded(name)}
    order = [folded(name) for name in names]
    for name, once in zip(names, order, strict=True):
        if once and order.count(once) > 1 and not (repeats and once not in known):
            raise SourceError(location, f"names the column {name!r} twice", "rename or remove one")
    return Table(columns=columns, rows=_rows(reader, counted, order, location))


class _CountedLines:
    """Lines that know how many of them were read, and what separates their cells."""

    def __init__(self, lines: Iterator[str], separator: str) -> None:
        self._lines, self.separator = lines, separator
        self.count = 0
        # Those since the last row began: a row has several where it has quotation marks.
        self.of_row: list[str] = []

    def __iter__(self) -> _CountedLines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.count += 1
        self.of_row.append(line)
        return line


def _rows(
    reader: Iterator[list[str]], counted: _CountedLines, order: list[str], location: str
) -> Iterator[TableRow]:
    width = len(order)
    for line, cells in _numbered_rows(reader, counted, location):
        if not any(map(str.strip, cells)):
            continue
        named = dict(zip(order, cells, strict=False))
        named.pop("", None)
        yield TableRow(
            line=line,
            cells=named,
            extra=len(list(filter(str.strip, cells[width:]))) if len(cells) > width else 0,
            lacking=width - len(cells) if len(cells) < width else 0,
        )


def _numbered_rows(
    reader: Iterator[list[str]], counted: _CountedLines, location: str
) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line where it begins; raises SourceError where the last one has no end.

    A row is given when the next one is there: the last may be all that is left of the file, behind
    a quotation mark that nobody closed.
    """
    before: tuple[int, list[str]] | None = None
    of_before: list[str] = []
    while True:
        line = counted.count + 1
        cells = _next(reader, location, counted)
        if before is not None:
            if cells is None and (opens := _open_quote(of_before, counted.separator)) is not None:
                raise _never_closed(location, before[0] + opens)
            yield before
        if cells is None:
            return
        before, of_before = (line, cells), counted.of_row


def _open_quote(lines: Iterable[str], separator: str) -> int | None:
    """In which of a row's lines (from 0) a quotation mark opens that none closes; None: in none."""
    opened: int | None = None
    at_start, closing = True, False
    for number, line in enumerate(lines):
        for sign in line:
            if opened is not None and not closing:
                closing = sign == '"'
            elif closing and sign == '"':
                closing = False  # two of them are one that is meant
            elif at_start and sign == '"':
                opened, at_start = number, False
            else:
                opened, closing = None, False
                at_start = sign == separator
    return None if closing else opened


def _never_closed(location: str, line: int) -> SourceError:
    problem = "has a quotation mark that opens a cell, and none that closes it"
    return SourceError(f"{location}:{line}", problem, "close it, or remove it")


def _next(reader: Iterator[list[str]], location: str, counted: _CountedLines) -> list[str] | None:
    line = counted.count + 1
    counted.of_row = []
    try:
        return next(reader, None)
    except csv.Error as error:
        if (opens := _open_quote(counted.of_row, counted.separator)) is not None:
            raise _never_closed(location, line + opens) from None
        problem = f"is not CSV from this line on ({error}); is a quotation mark left open?"
        raise SourceError(f"{location}:{line}", problem, _PROBLEM_REMEDY) from None


def _first_line(lines: Iterator[str], location: str) -> str:
    for line in lines:
        if not line.strip() or _SEPARATOR_LINE.fullmatch(line):
            continue
        if _HTML.match(line):
            raise SourceError(location, "is a web page, not CSV", "download the file itself")
        return line
    raise SourceError(location, "is empty", "save the table again")


def _separator(first: str, known: Collection[str]) -> str:
    """The separator with which most names of the first line are known; or else, with most names."""

    def fits(separator: str) -> tuple[int, int]:
        try:
            names = next(csv.reader((first,), delimiter=separator), [])
        except csv.Error:
            return 0, 0
        return sum(folded(name) in known for name in names), len(names)

    return max(SEPARATORS, key=fits)


def _named(cells: list[str]) -> list[str]:
    """The names of the columns; empty ones at the end are none."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _exact_text(data: bytes, location: str, line: int) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        problem = "is not UTF-8, and nobody can tell which other letters it means"
        raise SourceError(f"{location}:{line}", problem, _PROBLEM_REMEDY) from None


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        # Five bytes mean nothing in Windows-1252; Latin-1 has a character for each.
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            return data.decode("latin-1")


def _wide_lines(first: bytes, rest: Iterable[bytes], location: str) -> Iterator[str]:
    """The lines of UTF-16, whatever pieces its bytes come in."""
    decoder = codecs.getincrementaldecoder("utf-16")()
    text = ""
    try:
        for piece in chain((first,), rest):
            text += decoder.decode(piece)
            *whole, text = text.split("\n")
            yield from (f"{line}\n" for line in whole)
            if len(text) > LINE_LIMIT:
                problem = "has a line of more than a million characters"
                raise SourceError(location, problem, _PROBLEM_REMEDY)
        text += decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise SourceError(location, "is not whole UTF-16", _PROBLEM_REMEDY) from None
    if text:
        yield text
