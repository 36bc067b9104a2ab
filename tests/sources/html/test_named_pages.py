"""Which pages one look asks for."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.sources.fetch.known_source import KnownSummary
from msnewsletter.sources.html.named_pages import (
    NamedPage,
    is_due,
    pages_to_look_at,
    unique,
    without_build_dates,
)

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


def test_who_asks_again_gets_every_known_page_and_otherwise_hears_when_the_others_are_due() -> None:
    pages = [NamedPage(address=f"https://example.org/{n}") for n in range(5)]
    looked = {0: 0.25, 1: 2, 2: 3, 3: 4, 4: 5}
    summaries = {
        f"example.org/{n}": known(age=40 if n == 4 else 10, looked=days)
        for n, days in looked.items()
    }
    chosen = pages_to_look_at(pages, summaries, at=AT, most=2)
    assert [page.address[-1] for page in chosen.known] == ["3", "2"]
    due_by_age = [AT + dt.timedelta(days=0.75), AT + dt.timedelta(days=25)]
    assert [*chosen.not_asked] == [*due_by_age, AT], "the last one is due, and finds no place"
    again = pages_to_look_at(pages, summaries, at=AT, most=2, again=True)
    assert [page.address[-1] for page in again.known] == ["4", "3", "2", "1", "0"]
    assert again.not_asked == ()
    resting = pages_to_look_at(
        pages, summaries, at=AT, most=2, resting={"example.org/4"}, again=True
    )
    assert len(resting.known) == 4, "a server that asked to wait is not asked all the same"


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


def dated(*texts: str) -> list[NamedPage]:
    return [
        NamedPage(address=f"https://example.org/{number}", hint=text, modified=text)
        for number, text in enumerate(texts)
    ]


def left(*texts: str) -> list[str]:
    """Which of these dates of last changes are none of a build."""
    found = without_build_dates(dated(*texts), AT)
    assert [page.hint for page in found] == [page.modified for page in found]
    return [page.modified for page in found if page.modified]


MOMENT = "2026-11-24T08:{:02}:{:02}.{:03}Z"
WEEKS = [f"2026-{month:02}-{day:02}T08:30:00Z" for month in (9, 10) for day in (1, 8, 15, 22)]


@pytest.mark.parametrize(
    "build",
    [
        [MOMENT.format(0, 0, number) for number in range(20)],  # new Date() for each page
        [MOMENT.format(number // 6, number * 7 % 60, 0) for number in range(60)],
        ["2026-11-24T08:00:00+00:00", "2026-11-24T09:00:01+01:00"] * 3,
        ["2026-11-24"] * 5,
        ["2026-11-24T00:00:00Z"] * 5,
        ["2026-11-24T08:00:01"] * 5,  # without a zone: a day
    ],
)
def test_what_one_build_of_a_site_dated_has_no_date(build: list[str]) -> None:
    assert left(*build) == []


def test_pages_that_were_changed_apart_keep_their_dates_beside_those_of_a_build() -> None:
    build = [MOMENT.format(0, 0, number) for number in range(20)]
    assert left(*build, *WEEKS, "garbage", "2026-11-02") == [*WEEKS, "garbage", "2026-11-02"]


@pytest.mark.parametrize(
    "texts",
    [
        WEEKS,
        [MOMENT.format(0, 0, number) for number in range(4)],
        # Six of one morning, among others: written by people.
        [*WEEKS, *(MOMENT.format(0, number, 0) for number in range(6))],
        [f"2026-11-24T{hour:02}:00:00Z" for hour in range(1, 13)],
        ["2026-11-20", "2026-11-20", "2026-11-20", "2026-11-13", "2026-11-13", "2026-11-13"],
        ["2026-11-20T00:00:00Z"] * 6 + ["2026-11-13T00:00:00Z"] * 4,
        ["", "", "", "", "", "2026-11-20"],
        ["2099-01-01"] * 6,
    ],
)
def test_dates_of_pages_that_people_changed_stay(texts: list[str]) -> None:
    assert left(*texts) == [text for text in texts if text]


@given(st.lists(st.integers(0, 60 * 24 * 60), min_size=1, max_size=40))
def test_only_moments_within_a_quarter_of_an_hour_are_of_a_build(seconds: list[int]) -> None:
    first = dt.datetime(2026, 9, 1, 0, 0, 1, tzinfo=dt.UTC)
    texts = [(first + dt.timedelta(seconds=one)).isoformat() for one in seconds]
    days = [text for text in texts if "T00:00:00" in text]
    kept = left(*texts)
    gone = sorted(dt.datetime.fromisoformat(one) for one in set(texts) - set(kept) - set(days))
    assert not gone or gone[-1] - gone[0] <= dt.timedelta(minutes=15)
    assert not gone or len(texts) - len(kept) >= 5
