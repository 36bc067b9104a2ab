"""What is remembered of a summary is found by all that it says, and by nothing else."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from msnewsletter.issue.remembered_texts import remembered_by_text
from msnewsletter.model import Card, Evidence, Status, Summary, WrittenBy
from msnewsletter.partial_date import PartialDate

if TYPE_CHECKING:
    from collections.abc import Callable

SUMMARY = Summary(key="walks", headline="Walks may help.")
# Another value for each field.
OTHERS: dict[str, Any] = {
    "published": PartialDate.parse("2026-11-20"),
    "cover_date": PartialDate.parse("2026-11"),
    "tags": ("sleep",),
    "related": (Card(date=date(2026, 11, 20), teaser="Sleep"),),
    "reviewed_on": date(2026, 11, 20),
    "changed_on": date(2026, 11, 20),
    "status": Status.CORRECTED,
    "written_by": WrittenBy.AI,
    "key_messages": ("Walk.",),
    "evidence": (Evidence.REVIEW,),
    "authors": ("A. Author",),
}
NAMES = [one.name for one in fields(Summary) if one.name != "first_seen"]


@pytest.fixture
def asked() -> list[Summary]:
    return []


@pytest.fixture
def remembered(asked: list[Summary]) -> Callable[[Summary, int], int]:
    @remembered_by_text
    def number_of_times(summary: Summary, least: int) -> int:
        asked.append(summary)
        return least + len(asked)

    return number_of_times


def test_a_text_is_looked_at_once_whenever_it_was_first_seen(
    remembered: Callable[[Summary, int], int], asked: list[Summary]
) -> None:
    later = replace(SUMMARY, first_seen=datetime(2026, 11, 20, tzinfo=UTC))
    assert [remembered(one, 5) for one in (later, SUMMARY, later)] == [6, 6, 6]
    assert asked == [SUMMARY]


@pytest.mark.parametrize("name", NAMES)
def test_whatever_else_it_says_makes_it_another_text(
    name: str, remembered: Callable[[Summary, int], int]
) -> None:
    other = replace(SUMMARY, **{name: OTHERS.get(name, "another text")})
    assert [remembered(one, 0) for one in (SUMMARY, other, SUMMARY, other)] == [1, 2, 1, 2]


def test_it_is_looked_at_anew_for_another_question(
    remembered: Callable[[Summary, int], int],
) -> None:
    assert [remembered(SUMMARY, least) for least in (0, 10, 0)] == [1, 12, 1]
