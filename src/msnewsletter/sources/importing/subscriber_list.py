"""A list of subscribers in a CSV file, line by line. Guesses no letters, and repeats no address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.sources.csv_table import lines_of, read_table
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.list_formats import (
    COLUMNS,
    CONSENT_WORDS,
    EDITION,
    FORMATS,
    OWN,
    PAUSED_UNTIL,
    SUPPRESSION,
)
from msnewsletter.subscribers.listed_subscriber import (
    LineFault,
    ListedSubscriber,
    ListStanding,
    RefusedLine,
    strictest,
)
from msnewsletter.subscribers.listed_times import listed_time
from msnewsletter.subscribers.own_list import read_cell
from msnewsletter.subscribers.plain_states import PLAIN_COLUMNS, plain_standings
from msnewsletter.subscribers.subscriber import (
    SubscribedEdition,
    SubscriberState,
    SuppressionReason,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from msnewsletter.sources.csv_table import Table, TableRow
    from msnewsletter.subscribers.address import Address
    from msnewsletter.subscribers.list_formats import ListFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberList:
    """A list.

    Attributes:
        format: its kind.
        says_consent: whether it says what people agreed to, or nobody on it did.
        lines: what each says, read as it is asked for; raises SourceError where the file is no CSV,
            or no UTF-8, from there on.
    """

    format: ListFormat
    says_consent: bool
    lines: Iterator[ListedSubscriber | RefusedLine]


def read_subscriber_list(
    read_line: Callable[[int], bytes],
    location: str,
    *,
    format: str | None,  # noqa: A002  (the option's name)
    standing: ListStanding | None,
    consent: str | None,
    at: datetime,
) -> SubscriberList:
    """The list in a file; raises SourceError.

    Args:
        read_line: gives at most so many bytes of the next line.
        location: the file's name, by which some kinds tell where people stand.
        format: a name of FORMATS; None: by its columns.
        standing: where all in it stand, for lines that do not say it, or say less.
        consent: what people on it agreed to, where it does not say that itself.
        at: now, aware: no time lies after it.
    """
    lines = lines_of(read_line, location, guess=False)
    table = read_table(lines, location, COLUMNS | PLAIN_COLUMNS, repeats=True)
    if any("@" in name for name in table.columns.values()):
        problem = "its first line holds an address, and does not name the columns"
        alone = len(table.columns) == 1
        remedy = "`address`" if alone else "the columns' names, such as `address,state`,"
        raise SourceError(f"{location}:1", problem, f"write {remedy} above it")
    kind = _kind(table, location, format)
    named = _of_file(kind, location)
    if not (standing or named or _says_all(kind, table)):
        raise SourceError(location, "does not say who of them confirmed", kind.remedy)
    of_all = [one for one in (standing, named) if one]
    reader = _LineReader(kind, table, of_all, consent=consent, at=at)
    nobody = any(one.state is not SubscriberState.CONFIRMED for one in of_all)
    in_words = kind is OWN and CONSENT_WORDS in table.columns
    return SubscriberList(
        format=kind, says_consent=nobody or in_words, lines=map(reader.read, table.rows)
    )


def _kind(table: Table, location: str, name: str | None) -> ListFormat:
    if name is None:
        found = next((one for one in FORMATS.values() if one.fits(table.columns)), None)
        if found is None:
            problem = "has no column of addresses"
            raise SourceError(location, problem, "name it `address` in the first line")
        return found
    kind = FORMATS[name]
    if not kind.fits(table.columns):
        problem = f"has not the columns of a list of the kind {name}"
        raise SourceError(location, problem, "export it again, or leave out --format")
    return kind


def _of_file(kind: ListFormat, location: str) -> ListStanding | None:
    name = location.rpartition("/")[2].casefold()
    return next((one for begin, one in kind.files.items() if name.startswith(begin)), None)


def _says_all(kind: ListFormat, table: Table) -> bool:
    """Whether each line says where somebody stands, in words that tell."""
    return None not in kind.words.values() and any(one in table.columns for one in kind.states)


# Different sayings of where somebody stands that are remembered.
_SAYINGS = 1_000
_UNKNOWN_STATE = "its state is none that this kind of list has"


class _FaultError(Exception):
    """Why a line is refused."""

    def __init__(self, fault: LineFault, why: str) -> None:
        super().__init__(why)
        self.fault, self.why = fault, why


class _LineReader:
    """Reads lines of one list."""

    def __init__(
        self,
        kind: ListFormat,
        table: Table,
        of_all: list[ListStanding],
        *,
        consent: str | None,
        at: datetime,
    ) -> None:
        self._kind, self._of_all, self._consent, self._at = kind, of_all, consent, at
        self._own = kind is OWN
        self._address = next(one for one in kind.addresses if one in table.columns)
        self._state = next((one for one in kind.states if one in table.columns), None)
        self._signs = {name: one for name, one in kind.signs.items() if name in table.columns}
        telling = PLAIN_COLUMNS | {SUPPRESSION} if self._own else frozenset()
        telling = telling.union(self._signs, kind.states)
        self._telling = tuple(name for name in table.columns if name in telling)
        # Lists have few: nearly all lines say what another has said.
        self._understood = lru_cache(_SAYINGS)(self._standing_said)

    def read(self, row: TableRow) -> ListedSubscriber | RefusedLine:
        """What a row says."""
        try:
            return self._read(row)
        except _FaultError as error:
            return RefusedLine(line=row.line, fault=error.fault, why=error.why)

    def _read(self, row: TableRow) -> ListedSubscriber:
        if row.extra:
            why = "it has more cells than there are columns; is a quotation mark missing?"
            raise _FaultError(LineFault.TOO_MANY_CELLS, why)
        address = self._read_address(row.cells)
        standing = self._standing(row.cells)
        edition = self._edition(row.cells)
        own = row.cells if self._own else {}
        state = standing.state
        gone = state is SubscriberState.UNSUBSCRIBED or state is SubscriberState.SUPPRESSED
        names = self._kind.left_at if gone else self._kind.confirmed_at
        at, unread = self._time(row.cells, names)
        return ListedSubscriber(
            line=row.line,
            address=address,
            standing=standing,
            edition=edition,
            at=at,
            words=self._words(own, standing),
            paused_until=listed_time(own.get(PAUSED_UNTIL, "")),
            undated=unread,
        )

    def _read_address(self, cells: Mapping[str, str]) -> Address:
        text = cells.get(self._address, "").strip()
        if not text:
            raise _FaultError(LineFault.NO_ADDRESS, "it has no address")
        try:
            return parse_address(read_cell(text) if self._own else text)
        except BadValueError as error:
            raise _FaultError(LineFault.BAD_ADDRESS, str(error)) from None

    def _words(self, own: Mapping[str, str], standing: ListStanding) -> str | None:
        """What they agreed to; None: they did not."""
        if standing.state is not SubscriberState.CONFIRMED:
            return None
        words = read_cell(own.get(CONSENT_WORDS, "")).strip() or self._consent
        if not words:
            why = "it does not say what they agreed to, and there is no --consent"
            raise _FaultError(LineFault.NO_CONSENT, why)
        return words

    def _standing(self, cells: Mapping[str, str]) -> ListStanding:
        return self._understood(*[cells.get(name, "") for name in self._telling])

    def _standing_said(self, *told: str) -> ListStanding:
        """The strictest of all that these cells say, of the columns that tell."""
        cells = dict(zip(self._telling, told, strict=True))
        said = list(self._of_all)
        if self._state is not None:
            said += self._in_words(cells)
        if self._own:
            said += _plainly(cells)
        said += [one for name, one in self._signs.items() if cells.get(name, "").strip()]
        standing = strictest(said)
        if standing is None:
            raise _FaultError(LineFault.UNKNOWN_STATE, _UNKNOWN_STATE)
        reason = cells.get(SUPPRESSION, "").strip() if self._own else ""
        if reason and standing.state is SubscriberState.SUPPRESSED:
            return replace(standing, suppression=_reason(reason))
        return standing

    def _in_words(self, cells: Mapping[str, str]) -> list[ListStanding]:
        """What the kind's own column says."""
        word = cells.get(self._state or "", "").strip().casefold()
        if word in self._kind.words:
            found = self._kind.words[word]
            return [found] if found else []
        # Our own kind's column is also that of others, who have more words.
        if not (self._own and word):
            raise _FaultError(LineFault.UNKNOWN_STATE, _UNKNOWN_STATE)
        return []

    def _edition(self, cells: Mapping[str, str]) -> SubscribedEdition | None:
        word = cells.get(EDITION, "").strip() if self._own else ""
        try:
            return SubscribedEdition(word) if word else None
        except ValueError:
            why = "its edition is neither `full` nor `low-energy`"
            raise _FaultError(LineFault.UNKNOWN_EDITION, why) from None

    def _time(
        self, cells: Mapping[str, str], names: tuple[str, ...]
    ) -> tuple[datetime | None, bool]:
        """The first time that is given, and whether one is given that cannot be."""
        unread = False
        for name in names:
            if text := cells.get(name, "").strip():
                at = listed_time(text)
                if at and at <= self._at:
                    return at, unread
                unread = True
        return None, unread


def _plainly(cells: Mapping[str, str]) -> list[ListStanding]:
    """What columns of any other program say."""
    try:
        return plain_standings(cells)
    except ValueError:
        raise _FaultError(LineFault.UNKNOWN_STATE, _UNKNOWN_STATE) from None


def _reason(word: str) -> SuppressionReason:
    """Why somebody is suppressed, by our own list; by hand, where the word is none of ours."""
    try:
        return SuppressionReason(word)
    except ValueError:
        return SuppressionReason.HAND
