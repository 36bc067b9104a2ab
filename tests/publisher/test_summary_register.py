"""Whatever the register holds and whatever is asked: every row once, in order, counted right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.publisher.state_name import StateName
from msnewsletter.publisher.summary_register import (
    LISTED,
    RegisterQuery,
    RegisterRow,
    chosen,
    counted_rows,
    counts_of,
    find,
    on_page,
    pages_of,
)

WHAT = list(StateName)[:6]
MARKS = list(StateName)[6:]
WORDS = st.sampled_from(["gut", "Gut", "eye", "Äpfel", "apfel", "%", "10.1000/gut", "\0", ""])
ROWS = st.lists(
    st.builds(
        RegisterRow,
        state=st.sampled_from(WHAT),
        headline=st.text(max_size=9),
        key=st.text(max_size=9),
        marks=st.lists(st.sampled_from(MARKS), max_size=2, unique=True).map(tuple),
        source=st.sampled_from(["", "site", "feed"]),
        year=st.sampled_from(["", "2025", "2026"]),
        issue=st.none() | st.integers(1, 3),
        searched=st.lists(st.none() | WORDS, max_size=4).map(tuple),
    ),
    max_size=3 * LISTED,
)
QUERIES = st.builds(
    RegisterQuery,
    find=st.lists(WORDS, max_size=3).map(" ".join),
    state=st.none() | st.sampled_from(StateName),
    source=st.none() | st.sampled_from(["site", "feed", "no such"]),
    year=st.none() | st.sampled_from(["2025", "2026", "1999"]),
    issue=st.none() | st.integers(1, 4),
)


@given(ROWS, QUERIES)
def test_each_choice_shows_as_many_as_its_count_says(
    rows: list[RegisterRow], query: RegisterQuery
) -> None:
    found = find(rows, query)
    counts = counts_of(counted_rows(found), query)
    assert counts.found == len(chosen(found, query))
    assert counts.all_states == len(chosen(found, replace(query, state=None)))
    for state in StateName:
        shown = chosen(found, replace(query, state=state))
        assert counts.states.get(state, 0) == len(shown)
    for year, count in counts.years.items():
        assert count == len(chosen(found, replace(query, year=year)))
    for source, count in counts.sources.items():
        assert count == len(chosen(found, replace(query, source=source)))


@given(ROWS, QUERIES)
def test_what_is_found_is_in_its_order_and_no_more_words_find_more(
    rows: list[RegisterRow], query: RegisterQuery
) -> None:
    found = find(rows, query)
    places = [next(i for i, row in enumerate(rows) if row is one) for one in found]
    assert places == sorted(places)
    narrower = find(rows, replace(query, find=f"{query.find} gut"))
    assert {id(row) for row in narrower} <= {id(row) for row in found}
    assert find(rows, replace(query, find=query.find.upper())) == found


@given(st.integers(0, 3 * LISTED), st.integers(0, 3 * LISTED))
def test_the_pages_hold_every_row_once_first_what_waits_then_what_was_sent(
    waiting: int, sent: int
) -> None:
    rows = [RegisterRow(state=StateName.PENDING, headline=str(number)) for number in range(waiting)]
    listed: list[str] = []
    for page in range(1, pages_of(waiting + sent) + 1):
        here, first, limit = on_page(rows, page)
        of_sent = [f"sent {number}" for number in range(sent)][first : first + limit]
        assert len(here) + len(of_sent) <= LISTED
        listed += [row.headline for row in here] + of_sent
    assert listed == [str(n) for n in range(waiting)] + [f"sent {n}" for n in range(sent)]


def test_beyond_the_last_page_there_is_nothing() -> None:
    rows = [RegisterRow(state=StateName.PENDING, headline="one")]
    assert on_page(rows, 10**7) == ([], 10**7 * LISTED - LISTED - 1, LISTED)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("https://doi.org/10.1000/ABC.1", ("10.1000/abc.1",)),
        ("doi:10.1000/abc", ("10.1000/abc",)),
        ("DOI: 10.1000/abc", ("10.1000/abc",)),
        ("PMID: 38012345", ("38012345",)),
        ("https://pubmed.ncbi.nlm.nih.gov/38012345/", ("38012345",)),
        ("gut 007", ("gut", "007")),
        ("summaries/gut.md", ("summaries/gut.md",)),
        ("https://example.org/gut", ("https://example.org/gut",)),
        ("   ", ()),
    ],
)
def test_a_doi_or_pubmed_number_is_found_however_it_was_copied(
    typed: str, words: tuple[str, ...]
) -> None:
    assert RegisterQuery(find=typed).words == words
