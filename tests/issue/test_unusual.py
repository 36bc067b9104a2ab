"""Which issues look like an archive that got in by accident, and which are only large."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homes import AT
from msnewsletter.home import packaged_home
from msnewsletter.issue.unusual import AT_ONCE, unusual_size
from msnewsletter.model import ArchivedIssue, Entry, Issue, Summary
from msnewsletter.partial_date import PartialDate
from msnewsletter.settings import load_settings

WEEK = timedelta(weeks=1)
MASTHEAD = load_settings(packaged_home() / "newsletter.toml").masthead()


def issue_of(count: int, *, undated: int = 0, old: int = 0, cutoff: datetime = AT) -> Issue:
    """An issue of so many summaries; of these so many without a date, and so many a year old."""
    placed = []
    for position in range(1, count + 1):
        day = cutoff.date() - timedelta(days=400 if position <= old else 1)
        published = None if position > count - undated else PartialDate.parse(day.isoformat())
        placed.append(
            Entry(
                position=position,
                id=f"urn:{position}",
                summary=Summary(key=str(position), headline="A", published=published),
                teaser="",
                dated=datetime.combine(day, time(), tzinfo=UTC),
                feed_date=cutoff,
                late=False,
                why="",
            )
        )
    return Issue(number=9, slot="s", cutoff=cutoff, masthead=MASTHEAD, entries=tuple(placed))


def weekly(*counts: int) -> list[ArchivedIssue]:
    """Earlier weekly issues of these sizes, newest first; the newest a week before AT."""
    return [
        ArchivedIssue(number=len(counts) - back, cutoff=AT - (back + 1) * WEEK, count=count)
        for back, count in enumerate(counts)
    ]


@pytest.mark.parametrize(
    ("issue", "earlier", "slots"),
    [
        (issue_of(20), [], 1),  # a first issue
        (issue_of(400), [], 1),  # one that is told where to start
        (issue_of(20, undated=20), [], 1),
        (issue_of(8), weekly(3), 1),
        (issue_of(20, undated=20), weekly(1), 1),
        (issue_of(60), weekly(15, 12), 1),
        (issue_of(55), weekly(3, 4, 3), 5),  # five slots after downtime
        (issue_of(55, cutoff=AT + 4 * WEEK), weekly(3, 4, 3), 1),  # the same without a schedule
        (issue_of(30, undated=30), weekly(15, 12), 1),  # a site that never gives dates
    ],
)
def test_these_go_out_by_themselves(issue: Issue, earlier: list[ArchivedIssue], slots: int) -> None:
    assert unusual_size(issue, earlier, slots=slots) is None


@pytest.mark.parametrize(
    ("issue", "earlier", "slots", "said"),
    [
        (issue_of(60, undated=60), [], 1, "60 of its summaries have no date"),
        (issue_of(60, undated=60), weekly(15, 12), 1, "60 of its summaries have no date"),
        (issue_of(60), weekly(3, 4, 3), 1, "it has 60 summaries, 4 times as many as any"),
        (issue_of(400), weekly(15), 1, "it has 400 summaries"),
        (issue_of(30, old=25), weekly(15), 1, "25 of its summaries are more than 92 days older"),
        (issue_of(400), weekly(3, 4, 3), 5, "it has 400 summaries"),
    ],
)
def test_these_wait_for_a_word(
    issue: Issue, earlier: list[ArchivedIssue], slots: int, said: str
) -> None:
    assert (unusual_size(issue, earlier, slots=slots) or "").startswith(said)


@given(
    count=st.integers(0, AT_ONCE),
    counts=st.lists(st.integers(0, 50), max_size=12),
    slots=st.integers(1, 9),
)
def test_up_to_twenty_are_never_unusual(count: int, counts: list[int], slots: int) -> None:
    issue = issue_of(count, undated=count)
    assert unusual_size(issue, weekly(*counts), slots=slots) is None
