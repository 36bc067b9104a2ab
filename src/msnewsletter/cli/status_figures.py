"""The figures of `status` that people and programs are shown alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.publisher.fetched_files import SourceSince
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.publisher.situation import Situation


def source_counts(found: NextIssuePreview) -> Mapping[str, SourceSince]:
    """What is taken of each source that was ever looked at, by its name."""
    return {one.source: one for one in found.collected.since}


def subscribers_by_state(situation: Situation) -> Mapping[str, int] | None:
    """How many there are in each state; None: no database of them, or none that can be read."""
    from msnewsletter.errors import StoreError
    from msnewsletter.publisher.subscribing.subscriber_health import subscriber_counts

    if situation.settings is None:
        return None
    try:
        counts = subscriber_counts(situation.home, situation.settings)
    except StoreError:  # a trouble, and said as such
        return None
    return {state.value: number for state, number in counts.items()} if counts else None


def paused_subscribers(situation: Situation) -> int:
    """How many subscribers asked for a pause; 0 too where they cannot be read."""
    from msnewsletter.errors import StoreError
    from msnewsletter.publisher.subscribing.subscriber_health import paused_count

    try:
        return paused_count(situation.home, at=situation.at)
    except StoreError:  # a trouble, and said as such
        return 0
