"""A check: copy this file, and name its function as an entry point of `msnewsletter.checks`."""

from __future__ import annotations

from collections.abc import Iterator

from msnewsletter.api import CheckedIssue, Finding, Severity


def check(checked: CheckedIssue) -> Iterator[Finding]:
    """Give a finding for each thing that an editor should know; `BLOCK` keeps the issue back."""
    for entry in checked.issue.entries:
        if "my word" in entry.summary.found:
            yield Finding(
                name="my-rule",
                severity=Severity.WARN,
                place=entry.summary.location,
                reason="it says my word",
                remedy="say it otherwise",
            )
