"""The use cases: collect, preview, approve, publish, recover; each gathers, decides, applies.

Reads no clock: time is an argument. These names are all that command line, clock and desk may use;
a test pins them.
"""

from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.clock_work import (
    DueWork,
    due_work,
    note_notified,
    publish_due,
    standby_work,
)
from msnewsletter.publisher.collect import Collected, collect_now
from msnewsletter.publisher.opening import examine_database
from msnewsletter.publisher.past_issues import PastIssue, past_issue, past_issues
from msnewsletter.publisher.preview import NextIssuePreview, next_issue_preview, rehearse
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.resolve import resolve
from msnewsletter.publisher.results import (
    Approved,
    NothingDue,
    NothingNew,
    Published,
    Released,
    SlotTaken,
    Waits,
)
from msnewsletter.publisher.send_test import SentTest, send_test
from msnewsletter.publisher.session import Step

__all__ = [
    "Approved",
    "Collected",
    "DueWork",
    "NextIssuePreview",
    "NothingDue",
    "NothingNew",
    "PastIssue",
    "Published",
    "Released",
    "SentTest",
    "SlotTaken",
    "Step",
    "Waits",
    "approve",
    "collect_now",
    "due_work",
    "examine_database",
    "next_issue_preview",
    "note_notified",
    "past_issue",
    "past_issues",
    "publish",
    "publish_due",
    "rehearse",
    "resolve",
    "send_test",
    "standby_work",
]
