"""Each round notifies of all that is out at its end, and no call is longer than its limits."""

from __future__ import annotations

from datetime import timedelta

from msnewsletter.publisher.consumer_round import LONGEST_CALL


def test_no_call_of_a_consumer_is_longer_than_the_documents_say() -> None:
    # docs/guides/extending.md and docs/design.md: a minute to load, five at work, and its end.
    assert timedelta(minutes=7) == LONGEST_CALL
