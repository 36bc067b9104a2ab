"""What is wrong at the door is said once an hour for each kind and place, without addresses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msnewsletter.errors import DeliveryError, NewsletterError, StoreError
from msnewsletter.web.public.sparing_complaints import SparingComplaints

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_it_is_said_once_an_hour_for_each_kind_and_place() -> None:
    said: list[str] = []
    now = [NOW]
    complain = SparingComplaints(lambda error: said.append(str(error)), now=lambda: now[0])
    broken: list[NewsletterError] = [
        StoreError("a.db", "it is broken", "restore it"),
        StoreError("a.db", "it is broken elsewhere", "restore it"),
        StoreError("b.db", "it is broken", "restore it"),
        DeliveryError("a.db", "it refuses ada@example.org", "ask"),
    ]
    for _ in range(2):
        for error in broken:
            complain(error)
    assert said == [
        "a.db: it is broken; restore it",
        "b.db: it is broken; restore it",
        "a.db: it refuses <address>; ask",
    ]
    now[0] = NOW + timedelta(hours=1)
    complain(broken[0])
    # A clock that is set back silences nobody.
    now[0] = NOW - timedelta(days=1)
    complain(broken[0])
    assert len(said) == 5
