"""A consumer of the outbox: copy this file, and name its function in `msnewsletter.outbox`."""

from __future__ import annotations

from msnewsletter.api import ReleasedIssue


def released(issue: ReleasedIssue) -> None:
    """Do something with an issue that is out; raise anything, and it is notified again."""
    print(f"issue {issue.number} is out: {issue.page}")
