"""Which pages one look asks for."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.sources.fetch.known_source import KnownSummary
from msnewsletter.sources.html.named_pages import NamedPage, is_due, pages_to_look_at, unique

AT = dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)


def known(*, age: float, looked: float, read: bool = True) -> KnownSummary:
    """A summary that was first seen and last looked at so many days ago."""
    seen = AT - dt.timedelta(days=looked)
    return KnownSummary(
        key="a", first_seen=AT - dt.timedelta(days=age), looked=seen, read=seen if read else None
    )


@pytest.mark.parametrize(
    ("summary", "modified", "due"),
    [
        (known(age=2, looked=0.9), "", False),
        (known(age=2, looked=1), "", True),
        (known(age=31, looked=29), "", False),
        (known(age=31, looked=30), "", True),
        (known(age=40, looked=2), "2026-11-26T00:00:00Z", True),
        (known(age=40, looked=2), "2026-11-24", False),
        (known(age=40, looked=2), "2026-11-26", True),
        (known(age=40, looked=2), "2026-11-27", True),
        (known(age=40, looked=0.1), "2026-11-27", True),  # it may be from after that look
        (known(age=40, looked=0.01), "2026-11-27", False),
        (known(age=40, looked=0.1), "2026-11-26", False),
        (known(age=40, looked=0.4), "2026-11-26", True),
        (known(age=40, looked=2), "2026-11-28", False),
        (known(age=40, looked=2), "2099-01-01", False),
        (known(age=40, looked=2), "yesterday", False),
        (known(age=0.5, looked=0.1, read=False), "", True),
        (known(age=5, looked=0.1, read=False), "", False),
        (known(age=5, looked=-1), "", True),  # the clock was set back
    ],
)
def test_a_known_page_is_due_by_its_age_and_its_last_change(
    summary: KnownSummary, modified: str, *, due: bool
) -> None:
    page = NamedPage(address="https://example.org/a", modified=modified)
    assert is_due(page, summary, AT) is due


def test_of_known_pages_the_one_that_waits_longest_comes_first() -> None:
    pages = [NamedPage(address=f"https://example.org/{n}") for n in range(4)]
    summaries = {
        f"example.org/{n}": known(age=10, looked=looked) for n, looked in enumerate((2, 4, 0.1, 3))
    }
    chosen = pages_to_look_at(pages, summaries, at=AT, most=2)
    assert [page.address[-1] for page in chosen.known] == ["1", "3"]
    assert chosen.left == 0


def test_a_page_that_is_named_twice_is_one() -> None:
    pages = [
        NamedPage(address="https://example.org/a", hint="2026-11-20"),
        NamedPage(address="http://example.org/a/?utm_source=x"),
    ]
    assert unique(pages) == pages[:1]


@given(
    st.lists(st.dates(dt.date(2020, 1, 1), dt.date(2026, 11, 27)) | st.none(), max_size=12),
    st.integers(1, 5),
)
def test_looks_take_every_page_once_and_the_newest_first(
    dates: list[dt.date | None], most: int
) -> None:
    pages = [
        NamedPage(address=f"https://example.org/{n}", hint=date.isoformat() if date else "")
        for n, date in enumerate(dates)
    ]
    summaries: dict[str, KnownSummary] = {}
    taken: list[NamedPage] = []
    for _ in range(len(pages) + 1):
        chosen = pages_to_look_at(pages, summaries, at=AT, most=most)
        taken += chosen.new
        for page in chosen.new:
            summaries[page.address.removeprefix("https://")] = known(age=0, looked=0)
    hints = [page.hint for page in taken]
    assert sorted(page.address for page in taken) == sorted(page.address for page in pages)
    assert hints == sorted(hints, reverse=True)
