"""Dates of pages: certain ones become ISO 8601, all others are refused."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.errors import BadValueError
from msnewsletter.partial_date import PartialDate
from msnewsletter.sources.html.page_dates import published_of

AT = dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-11-20", "2026-11-20"),
        ("2026-11-20T08:00:00.123+0100", "2026-11-20T08:00:00+01:00"),
        ("2026-11-20 08:00 Z", "2026-11-20T08:00:00+00:00"),
        ("2026-11-20T23:30:00", "2026-11-20"),  # which zone's?
        ("Fri, 20 Nov 2026 08:00:00 GMT", "2026-11-20T08:00:00+00:00"),
        ("November 20, 2026", "2026-11-20"),
        ("Friday,  20th of", None),
        ("20 Nov. 2026", "2026-11-20"),
        ("Sept 3rd, 2026", "2026-09-03"),
        ("12. November 2026", "2026-11-12"),
        ("3/4/2026", None),
        ("20.11.2026", None),
        ("2026-11", None),
        ("yesterday", None),
        ("February 30, 2026", None),
        ("1970-01-01T00:00:00Z", None),
        ("2099-01-01", None),
        ("2026-11-29", None),
        ("2026-11-28", "2026-11-28"),  # a day that has begun in the east
        ("9999-12-31T23:59:59-23:59", None),
        ("", None),
    ],
)
def test_only_what_is_certain_is_a_date(text: str, iso: str | None) -> None:
    if iso is None:
        with pytest.raises(BadValueError):
            published_of(text, AT)
    else:
        assert published_of(text, AT) == iso


def test_numbers_are_read_as_the_page_s_language_writes_them_or_refused() -> None:
    assert published_of("03.04.2026", AT, language="de-CH") == "2026-04-03"
    for text, language in (("03.04.2026", ""), ("03/04/2026", "de"), ("20.11.26", "de")):
        with pytest.raises(BadValueError, match="could be two days"):
            published_of(text, AT, language=language)
    with pytest.raises(BadValueError, match="is no date"):
        published_of("31.02.2026", AT, language="de")


@given(st.text(max_size=80))
def test_any_text_is_a_date_that_summaries_can_have_or_refused(text: str) -> None:
    try:
        found = published_of(text, AT)
    except BadValueError:
        return
    assert PartialDate.parse(found).text == found
