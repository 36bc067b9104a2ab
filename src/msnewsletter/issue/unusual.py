"""Issues that are out of all proportion: an archive that was copied in by accident. Pure.

The numbers are from real schedules: daily issues have 1 to 5 summaries, weekly ones 3 to 15,
monthly ones 10 to 40; a first issue that is told where to start has about 20; after downtime an
issue holds what its slots would have held together.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msnewsletter.model import ArchivedIssue, Issue

# So many summaries are never an accident: 8 after 3 is a good week, 20 a first issue.
AT_ONCE = 20
# So many times the largest of the issues before, for each slot that the issue stands for.
TIMES_THE_SIZE = 4
# The same for summaries that are undated. Dated ones prove that somebody looked at each.
TIMES_UNDATED = 2
# A summary so much older than the last issue comes from an archive, not from a slow colleague.
OLD = timedelta(days=92)
# Issues before that are compared: a quarter of weekly ones, a year of monthly ones.
COMPARED = 12


def unusual_size(issue: Issue, earlier: Sequence[ArchivedIssue], *, slots: int) -> str | None:
    """Why an issue looks like an archive that got in by accident, a sentence; None: it does not.

    Args:
        issue: the one that would go out.
        earlier: the issues before it, newest first.
        slots: how many slots of the schedule it stands for, at least 1.
    """
    count = len(issue.entries)
    if count <= AT_ONCE:
        return None
    undated = sum(entry.summary.published is None for entry in issue.entries)
    if not earlier:
        return _undated(undated) if undated > AT_ONCE else None
    gap = _usual_gap(earlier)
    elapsed = (issue.cutoff - earlier[0].cutoff) / gap if gap else 1
    spans = max(slots, elapsed, 1)
    usual = _usual_size(earlier, gap) * spans
    if undated > max(AT_ONCE, TIMES_UNDATED * usual):
        return _undated(undated)
    old = sum(entry.dated < earlier[0].cutoff - OLD for entry in issue.entries)
    if old > AT_ONCE:
        return f"{old} of its summaries are more than {OLD.days} days older than the last issue"
    if count > max(AT_ONCE, TIMES_THE_SIZE * usual):
        return f"it has {count} summaries, {TIMES_THE_SIZE} times as many as any issue before it"
    return None


def _undated(count: int) -> str:
    return f"{count} of its summaries have no date and came at once: give them dates"


def _usual_gap(earlier: Sequence[ArchivedIssue]) -> timedelta | None:
    """The usual time between two issues; None: there are not two."""
    gaps = sorted(newer.cutoff - older.cutoff for newer, older in pairwise(earlier))
    return gaps[len(gaps) // 2] or None if gaps else None


def _usual_size(earlier: Sequence[ArchivedIssue], gap: timedelta | None) -> float:
    """The largest size of an earlier issue; a backlog counts for each usual time it covered."""
    sizes = [float(earlier[-1].count)]
    for newer, older in pairwise(earlier):
        spans = (newer.cutoff - older.cutoff) / gap if gap else 1
        sizes.append(newer.count / max(spans, 1))
    return max(sizes)
