"""A rule of one house: a headline says what was found, and asks nothing."""

from __future__ import annotations

from collections.abc import Iterator

from msnewsletter.api import CheckedIssue, Finding, Severity


def check(checked: CheckedIssue) -> Iterator[Finding]:
    """A warning for each headline that is a question; one that shouts keeps the issue back."""
    for entry in checked.issue.entries:
        summary = entry.summary
        if summary.headline.rstrip().endswith("?"):
            yield Finding(
                name="question",
                severity=Severity.WARN,
                place=summary.location,
                reason=f"the headline of {summary.key!r} asks a question",
                remedy="say what was found",
            )
        if summary.headline.isupper():
            yield Finding(
                name="shouting",
                severity=Severity.BLOCK,
                place=summary.location,
                reason=f"the headline of {summary.key!r} is in capitals",
                remedy="write it in small letters",
            )
