"""The use cases: collect, draft, approve, publish, recover; each gathers, decides, applies.

Reads no clock: the caller says what time it is.
"""

from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.clock_work import (
    DueWork,
    Preview,
    due_work,
    note_notified,
    preview,
    publish_due,
    standby_work,
)
from msnewsletter.publisher.collect import Collected, collect_now
from msnewsletter.publisher.opening import examine_database
from msnewsletter.publisher.past_issues import PastIssue, past_issue, past_issues
from msnewsletter.publisher.preview import Proof, proof, proof_site
from msnewsletter.publisher.publish import publish, rehearse
from msnewsletter.publisher.release import Step
from msnewsletter.publisher.reporting import Report, report
from msnewsletter.publisher.results import Approved, Published
from msnewsletter.publisher.send_test import SentTest, send_test
from msnewsletter.publisher.settle import settle

__all__ = [
    "Approved",
    "Collected",
    "DueWork",
    "PastIssue",
    "Preview",
    "Proof",
    "Published",
    "Report",
    "SentTest",
    "Step",
    "approve",
    "collect_now",
    "due_work",
    "examine_database",
    "note_notified",
    "past_issue",
    "past_issues",
    "preview",
    "proof",
    "proof_site",
    "publish",
    "publish_due",
    "rehearse",
    "report",
    "send_test",
    "settle",
    "standby_work",
]
