"""Dates of last changes that are those of a site's build."""

from __future__ import annotations

from msnewsletter.sources.build_dates import of_one_build

BUILD = [f"2026-11-24T08:00:{second:02}+00:00" for second in range(5)]


def test_what_a_build_wrote_is_told_from_what_people_changed() -> None:
    assert of_one_build([*BUILD, "2026-10-02T10:00:00+00:00", ""]) == [True] * 5 + [False] * 2


def test_a_few_of_one_moment_are_no_build() -> None:
    assert of_one_build(BUILD[:4]) == [False] * 4


def test_a_moment_without_a_zone_stands_beside_those_with_one() -> None:
    assert of_one_build([*BUILD[:4], "2026-11-24T08:00:04"]) == [True] * 5


def test_a_midnight_is_a_day() -> None:
    midnights = ["2026-11-24T00:00:00+00:00"] * 5
    assert of_one_build([*midnights, "2026-11-24"]) == [True] * 6
