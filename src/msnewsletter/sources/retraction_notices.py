"""Retraction Watch's table of notices, as Crossref distributes it: the notices of some studies.

https://gitlab.com/crossref/retraction-watch-data: a row a notice, several a study. Read row by row,
in little memory. A number that is not there is empty, `unavailable` or 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.sources.csv_table import folded, lines_of, read_table
from msnewsletter.sources.identifiers import doi_of, pmid_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from msnewsletter.sources.csv_table import TableRow

_COLUMNS: Final = (
    *("Record ID", "OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionDOI"),
    *("RetractionPubMedID", "RetractionDate", "RetractionNature", "Reason"),
)
_KNOWN: Final = {folded(name) for name in _COLUMNS}
_NONE: Final = frozenset(("", "0", "unavailable", "none", "null", "na", "n/a"))
# American: the month first.
_DATE: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s.*)?")
_ISO: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T\s].*)?")
_REMEDY: Final = "download Retraction Watch's CSV from Crossref again"


class Nature(StrEnum):
    """What a notice says; the values are the table's words in small letters."""

    RETRACTION = "retraction"
    CONCERN = "expression of concern"
    CORRECTION = "correction"
    REINSTATEMENT = "reinstatement"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractionNotice:
    """A notice about a study.

    Attributes:
        record: its number in the table; 0: it has none.
        line: of the table, from 1.
        nature: what it says; None: `nature_text` is no word that we know.
        day: of the notice; None: the table names none.
        doi, pmid: of the study, normalised; empty: not there.
        notice_doi, notice_pmid: of the notice itself; empty: not there.
        reasons: in Retraction Watch's words.
    """

    record: int
    line: int
    nature: Nature | None
    nature_text: str
    day: date | None
    doi: str
    pmid: str
    notice_doi: str
    notice_pmid: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTable:
    """What a table says of some studies.

    Attributes:
        notices: about them, in the table's order.
        rows: of the table.
        newest: the day of its newest notice.
        cut: rows with too few or too many cells, which were not read.
    """

    notices: tuple[RetractionNotice, ...]
    rows: int
    newest: date | None
    cut: int


def read_notices(
    read_line: Callable[[int], bytes],
    location: str,
    *,
    dois: Collection[str],
    pmids: Collection[str],
) -> NoticeTable:
    """The notices about studies with these numbers; raises SourceError where it is no such table.

    `read_line` gives at most so many bytes of the table's next line.
    """
    table = read_table(lines_of(read_line, location), location, _KNOWN)
    if lacking := [name for name in _COLUMNS if folded(name) not in table.columns]:
        problem = f"is not Retraction Watch's table: it has no column {', '.join(lacking)}"
        raise SourceError(location, problem, _REMEDY)
    notices: list[RetractionNotice] = []
    rows = cut = 0
    newest: date | None = None
    for row in table.rows:
        rows += 1
        if row.extra or row.lacking:
            cut += 1
            continue
        day = _day(_cell(row, "RetractionDate"))
        if day and (newest is None or day > newest):
            newest = day
        doi, pmid = _doi(_cell(row, "OriginalPaperDOI")), _pmid(_cell(row, "OriginalPaperPubMedID"))
        if doi in dois or pmid in pmids:
            notices.append(_notice(row, doi, pmid, day))
    if not rows:
        raise SourceError(location, "has no rows", _REMEDY)
    if cut * 2 > rows:
        raise SourceError(location, f"has {cut:,} of {rows:,} rows with cells missing", _REMEDY)
    return NoticeTable(notices=tuple(notices), rows=rows, newest=newest, cut=cut)


def _notice(row: TableRow, doi: str, pmid: str, day: date | None) -> RetractionNotice:
    nature = " ".join(_cell(row, "RetractionNature").lower().split())
    record = _cell(row, "Record ID")
    reasons = (reason.strip().lstrip("+").strip() for reason in _cell(row, "Reason").split(";"))
    return RetractionNotice(
        record=int(record) if re.fullmatch("[0-9]{1,12}", record) else 0,
        line=row.line,
        nature=Nature(nature) if nature in set(Nature) else None,
        nature_text=nature,
        day=day,
        doi=doi,
        pmid=pmid,
        notice_doi=_doi(_cell(row, "RetractionDOI")),
        notice_pmid=_pmid(_cell(row, "RetractionPubMedID")),
        reasons=tuple(dict.fromkeys(filter(None, reasons))),
    )


def _cell(row: TableRow, name: str) -> str:
    return row.cells.get(folded(name), "").strip()


def _doi(text: str) -> str:
    if text.lower() in _NONE:
        return ""
    try:
        return doi_of(text)
    except BadValueError:
        return ""


def _pmid(text: str) -> str:
    text = text.removesuffix(".0")  # what spreadsheets make of a number
    if text.lower() in _NONE:
        return ""
    try:
        return pmid_of(text)
    except BadValueError:
        return ""


def _day(text: str) -> date | None:
    try:
        if found := _DATE.fullmatch(text):
            month, day, year = map(int, found.groups())
            return date(year, month, day)
        if found := _ISO.fullmatch(text):
            year, month, day = map(int, found.groups())
            return date(year, month, day)
    except ValueError:
        pass  # no such day
    return None
