from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.sources.fetch.cache_rules import fresh_until, retry_after, still_fresh

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = 86_400


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Cache-Control": "max-age=600"}, 600),
        ({"Cache-Control": "public, MAX-AGE = 600, immutable"}, 600),
        ({"Cache-Control": 'max-age="600"'}, 600),
        ({"Cache-Control": "s-maxage=600"}, None),
        ({"Cache-Control": "max-age=600", "Age": "100"}, 500),
        ({"Cache-Control": "max-age=600", "Age": "700"}, None),
        ({"Cache-Control": "max-age=0"}, None),
        ({"Cache-Control": "max-age=-5"}, None),
        ({"Cache-Control": "max-age=31536000"}, DAY),
        ({"Cache-Control": "max-age=" + "9" * 400}, DAY),
        ({"Cache-Control": "max-age=600, max-age=60"}, 600),
        ({"Cache-Control": "max-age=600", "Age": "9" * 40}, None),
        ({"Cache-Control": "max-age=600", "Age": "-100"}, 600),
        ({"Cache-Control": "max-age=soon", "Expires": "Mon, 23 Nov 2026 09:00:00 GMT"}, None),
        ({"Cache-Control": "max-age=-5", "Expires": "Mon, 23 Nov 2026 09:00:00 GMT"}, None),
        ({"Expires": "Mon, 23 Nov 2026 09:00:00 GMT", "Age": "600"}, 3000),
        ({"Expires": "Mon, 23 Nov 2026 09:00:00 GMT", "Age": "7200"}, None),
        ({"Cache-Control": "no-cache, max-age=600"}, None),
        ({"Cache-Control": "no-store, max-age=600"}, None),
        ({"Cache-Control": "max-age=600", "Vary": "*"}, None),
        ({"Cache-Control": "max-age=600", "Expires": "0"}, 600),
        ({"Expires": "Mon, 23 Nov 2026 09:00:00 GMT"}, 3600),
        # The server's clock is an hour behind: its own date counts.
        (
            {
                "Expires": "Mon, 23 Nov 2026 07:30:00 GMT",
                "Date": "Mon, 23 Nov 2026 07:00:00 GMT",
            },
            1800,
        ),
        ({"Expires": "Mon, 23 Nov 2026 07:00:00 GMT"}, None),
        ({"Expires": "-1"}, None),
        ({"Expires": "Thu, 31 Dec 9999 23:59:59 GMT"}, DAY),
    ],
)
def test_an_answer_is_fresh_for_as_long_as_its_headers_say(
    headers: dict[str, str], seconds: int | None
) -> None:
    until = fresh_until(httpx2.Headers(headers), NOW)
    assert until == (None if seconds is None else NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Mon, 23 Nov 2026 08:05:00 GMT", 300),
        ("Mon, 23 Nov 2026 07:05:00 GMT", None),
        ("999999999999", DAY),
        ("9" * 5000, DAY),
        ("0" * 5000 + "120", 120),
        ("Mon, 01 Jan 0001 00:00:00 GMT", None),
        ("Mon, 23 Nov 2026 08:05:00 -0000", 300),
        ("1e9", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", DAY),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_pause_that_a_server_asks_for_is_at_most_a_day(said: str, seconds: int | None) -> None:
    pause = retry_after(httpx2.Headers({"Retry-After": said}), NOW)
    assert pause == (None if seconds is None else timedelta(seconds=seconds))


def test_what_is_fresh_is_not_after_the_clock_was_set_back() -> None:
    until = NOW + timedelta(hours=1)
    assert still_fresh(until, NOW)
    assert not still_fresh(until, until)
    assert not still_fresh(until, NOW - timedelta(days=30))
    assert not still_fresh(None, NOW)


TEXTS = st.text(st.characters(max_codepoint=0xFF), max_size=60)


@given(TEXTS, TEXTS, TEXTS)
def test_whatever_headers_say_it_is_read_within_bounds(one: str, two: str, three: str) -> None:
    headers = {"Cache-Control": one, "Expires": two, "Age": three, "Retry-After": two}
    until, pause = fresh_until(headers, NOW), retry_after(headers, NOW)
    assert until is None or NOW < until <= NOW + timedelta(days=1)
    assert pause is None or timedelta() <= pause <= timedelta(days=1)
