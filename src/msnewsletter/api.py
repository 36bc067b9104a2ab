"""The names that plugins may use. What is here keeps its name and its meaning; all else may change.

A plugin is a function, named by an entry point of its distribution:

    msnewsletter.sources: SourceRequest -> objects with the fields of a summary
    msnewsletter.checks:  CheckedIssue -> Finding, each with a Severity
    msnewsletter.outbox:  ReleasedIssue -> nothing
"""

from __future__ import annotations

from msnewsletter.checks.finding import Finding
from msnewsletter.checks.finding_kind import Severity
from msnewsletter.model import Correction, Entry, Issue, Masthead, Status, Summary
from msnewsletter.publisher.consumer_round import ReleasedIssue
from msnewsletter.publisher.plugin_checks import CheckedIssue
from msnewsletter.sources.fetch.plugin_source import SourceRequest

__all__ = [
    "CheckedIssue",
    "Correction",
    "Entry",
    "Finding",
    "Issue",
    "Masthead",
    "ReleasedIssue",
    "Severity",
    "SourceRequest",
    "Status",
    "Summary",
]
