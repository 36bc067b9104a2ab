"""Dates of feeds are read as they are written, never guessed, and never from another century."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.errors import BadValueError
from msnewsletter.partial_date import PartialDate
from msnewsletter.sources.feed.feed_dates import feed_date, names_no_zone

AT = datetime(2026, 11, 23, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Sun, 03 May 2026 10:00:00 +0200", "2026-05-03T10:00:00+02:00"),
        ("Sun, 03 May 2026 10:00:00 GMT", "2026-05-03T10:00:00+00:00"),
        ("3 May 26 10:00 EST", "2026-05-03T10:00:00-05:00"),
        ("Tue, 23-Jun-2026 10:00:60 CEST", "2026-06-23T10:00:59+02:00"),
        ("Sun, 3 May 2026", "2026-05-03"),
        ("2026-05-03T10:00:00Z", "2026-05-03T10:00:00+00:00"),
        ("2026-05-03T10:00:00.123+02:00", "2026-05-03T10:00:00+02:00"),
        ("2026-05-03T10:00+0200", "2026-05-03T10:00:00+02:00"),
        ("2026-05-03 10:00:00 UTC", "2026-05-03T10:00:00+00:00"),
        ("2026-05-03", "2026-05-03"),
        (" Sun,\n 03 May 2026  10:00:00 -0000 ", "2026-05-03T10:00:00+00:00"),
    ],
)
def test_an_instant_keeps_its_offset_and_a_day_stays_a_day(text: str, iso: str) -> None:
    assert feed_date(text, at=AT) == iso
    assert not names_no_zone(text)


@pytest.mark.parametrize("text", ["2026-05-03T10:00:00", "Sun, 03 May 2026 10:00 XYZ"])
def test_a_time_without_a_zone_is_only_a_day(text: str) -> None:
    assert feed_date(text, at=AT) == "2026-05-03"
    assert names_no_zone(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Thu, 01 Jan 1970 00:00:00 GMT", "0001-01-01T00:00:00Z", "2099-01-01"),
        *("Mon, 31 Feb 2026 10:00 GMT", "05/03/2026", "So, 03 Mai 2026 10:00", "yesterday", ""),
        "Ke, 18 Marras 2026 11:34:37 +0000",  # November, in Finnish
        *("2026-05", "20260503", "2026-05-03T25:00Z", "9999-12-31T23:59:59-14:00", "x" * 10_000),
    ],
)
def test_what_cannot_be_meant_is_not_taken(text: str) -> None:
    with pytest.raises(BadValueError):
        feed_date(text, at=AT)


def test_what_is_announced_for_later_is_a_date() -> None:
    soon = (AT + timedelta(days=30)).isoformat()
    assert feed_date(soon, at=AT) == soon


@given(st.text())
def test_any_text_is_a_date_of_a_summary_or_is_refused(text: str) -> None:
    names_no_zone(text)
    try:
        found = feed_date(text, at=AT)
    except BadValueError:
        return
    PartialDate.parse(found)


FIRST, LAST = AT.replace(1991, tzinfo=None), AT.replace(2027, tzinfo=None)


@given(st.datetimes(min_value=FIRST, max_value=LAST))
def test_every_moment_in_the_form_of_mail_comes_back(moment: datetime) -> None:
    aware = moment.replace(microsecond=0, tzinfo=UTC)
    written = aware.strftime("%a, %d %b %Y %H:%M:%S +0000")
    assert datetime.fromisoformat(feed_date(written, at=AT)) == aware
