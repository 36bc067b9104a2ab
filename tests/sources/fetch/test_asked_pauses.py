"""Pauses that servers ask for: of one address, and of all when several in a row ask."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from msnewsletter.sources.fetch.asked_pauses import AskedPauses
from msnewsletter.sources.fetch.fetch_error import FetchError

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def url(path: str, host: str = "a.example") -> httpx2.URL:
    return httpx2.URL(f"https://{host}{path}")


def refused(pauses: AskedPauses, asked: httpx2.URL, at: datetime = NOW) -> FetchError | None:
    try:
        pauses.refuse(asked, at)
    except FetchError as error:
        return error
    return None


def test_one_address_that_asks_for_a_pause_speaks_for_itself_alone() -> None:
    pauses = AskedPauses()
    assert not pauses.ask(url("/a"), 503, MINUTE, NOW)
    error = refused(pauses, url("/a"))
    assert error
    assert (error.status, error.retry_after, error.site) == (503, MINUTE, None)
    assert refused(pauses, url("/b")) is None
    assert refused(pauses, url("/a"), NOW + MINUTE) is None


def test_three_in_a_row_speak_for_their_server_and_no_other() -> None:
    pauses = AskedPauses()
    assert [pauses.ask(url(path), 429, MINUTE, NOW) for path in ("/a", "/b", "/c")] == [
        False,
        False,
        True,
    ]
    error = refused(pauses, url("/d"))
    assert error
    assert error.site == "https://a.example"
    assert refused(pauses, url("/d", "b.example")) is None
    assert refused(pauses, url("/d"), NOW + MINUTE) is None


@pytest.mark.parametrize("between", ["/b", "/x"])
def test_an_answer_between_them_begins_the_count_anew(between: str) -> None:
    pauses = AskedPauses()
    pauses.ask(url("/a"), 503, MINUTE, NOW)
    pauses.ask(url("/b"), 503, MINUTE, NOW)
    pauses.answered(url(between))
    assert not pauses.ask(url("/c"), 503, MINUTE, NOW)
    assert refused(pauses, url("/d")) is None
