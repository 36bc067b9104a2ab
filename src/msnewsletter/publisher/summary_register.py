"""The register of all summaries: what is looked for and found, and how much of each kind. Pure.

What waits is a row for each, what was sent is counted by the database: both are asked alike.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.errors import BadValueError
from msnewsletter.publisher.state_name import StateName
from msnewsletter.search_words import folded_line, has_words, words_in
from msnewsletter.sources.identifiers import doi_of, pmid_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from msnewsletter.partial_date import PartialDate

# Rows on a page.
LISTED = 50
_TYPED_LIMIT = 1_000  # characters of what is looked for
_BEFORE_NUMBERS = frozenset({"doi:", "pmid:"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterQuery:
    """What is asked of the register; what is None or empty restricts nothing.

    Attributes:
        find: words as they were typed.
        state: what the summaries are.
        source: the label of their source.
        year: of their date, or else of their issue: four digits.
        issue: the number of the issue that carried them.
        page: 1 is the first.
    """

    find: str = ""
    state: StateName | None = None
    source: str | None = None
    year: str | None = None
    issue: int | None = None
    page: int = 1

    @property
    def words(self) -> tuple[str, ...]:
        """The words to look for, folded; of a DOI or PubMed number that is a link, the number."""
        typed = self.find[:_TYPED_LIMIT].split()
        return words_in(
            " ".join(_number_in(word) for word in typed if word.casefold() not in _BEFORE_NUMBERS)
        )

    @property
    def chooses(self) -> bool:
        """Whether it asks for less than all."""
        return replace(self, page=1) != RegisterQuery()


def _number_in(word: str) -> str:
    if "/" in word or ":" in word:
        for read in (doi_of, pmid_of):
            with suppress(BadValueError):
                return read(word)
    return word


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """A summary in the list.

    Attributes:
        state, marks: what it is, and what it is besides.
        key: its key; empty: it does not read.
        headline: its own, as readers see it; else its key or place.
        place: where its text is; empty: nowhere now.
        published: the date that it bears.
        source, year: as in RegisterQuery; empty: not known.
        issue, carried: the number and cutoff (aware UTC) of its issue; None: it was not sent.
        why: why it is held, refused or never mailed, or what becomes of an edit; empty: no reason.
        to_choose: its sources tell it differently, and a person chooses.
        searched: the texts in which words are looked for.
    """

    state: StateName
    headline: str
    key: str = ""
    marks: tuple[StateName, ...] = ()
    place: str = ""
    published: PartialDate | None = None
    journal: str = ""
    source: str = ""
    year: str = ""
    issue: int | None = None
    carried: datetime | None = None
    why: str = ""
    to_choose: bool = False
    searched: tuple[str | None, ...] = ()

    @property
    def kinds(self) -> frozenset[StateName]:
        """All that it is."""
        return frozenset((self.state, *self.marks))


@dataclass(frozen=True, slots=True)
class RegisterCount:
    """How many summaries are of all these kinds, of one source and of one year."""

    kinds: frozenset[StateName]
    source: str
    year: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCounts:
    """How many summaries each choice would show, the other choices as they are.

    `found` is the number that the query shows, `all_states` the number in any state.
    """

    found: int
    all_states: int
    states: dict[StateName, int]
    sources: dict[str, int]
    years: dict[str, int]


def find(rows: Iterable[RegisterRow], query: RegisterQuery) -> list[RegisterRow]:
    """The rows that hold all of the words, in their order, whatever else is chosen."""
    if query.issue is not None:
        rows = [row for row in rows if row.issue == query.issue]
    words = query.words
    if not words:
        return list(rows)
    return [row for row in rows if has_words(folded_line(row.searched), words)]


def chosen(rows: Iterable[RegisterRow], query: RegisterQuery) -> list[RegisterRow]:
    """Of rows that were found those of the state, the source and the year that are chosen."""
    return [
        row
        for row in rows
        if (query.state is None or query.state in row.kinds)
        and query.source in {None, row.source}
        and query.year in {None, row.year}
    ]


def counted_rows(rows: Iterable[RegisterRow]) -> list[RegisterCount]:
    """Rows that were found, counted by what they can be chosen by."""
    counts = Counter((row.kinds, row.source, row.year) for row in rows)
    return [RegisterCount(*of, count) for of, count in counts.items()]


def counts_of(groups: Iterable[RegisterCount], query: RegisterQuery) -> RegisterCounts:
    """The counts of each choice; `groups` are all that the words and the issue find."""
    found = all_states = 0
    states, sources, years = Counter[StateName](), Counter[str](), Counter[str]()
    for one in groups:
        in_state = query.state is None or query.state in one.kinds
        in_source = query.source in {None, one.source}
        in_year = query.year in {None, one.year}
        if in_source and in_year:
            all_states += one.count
            for kind in one.kinds:
                states[kind] += one.count
            found += one.count if in_state else 0
        if in_state and in_year:
            sources[one.source] += one.count
        if in_state and in_source:
            years[one.year] += one.count
    return RegisterCounts(
        found=found,
        all_states=all_states,
        states={state: states[state] for state in StateName if states[state]},
        sources={name: sources[name] for name in sorted(sources) if sources[name]},
        years={year: years[year] for year in sorted(years, reverse=True) if years[year]},
    )


def pages_of(count: int) -> int:
    """The number of pages of that many rows; one where there is none."""
    return max(1, -(-count // LISTED))


def on_page(waiting: Sequence[RegisterRow], page: int) -> tuple[list[RegisterRow], int, int]:
    """The rows of a page that wait; and of those that were sent the first and how many follow."""
    first = (page - 1) * LISTED
    rows = list(waiting[first : first + LISTED])
    return rows, max(0, first - len(waiting)), LISTED - len(rows)
