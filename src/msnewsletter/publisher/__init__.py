"""The use cases: collect, draft, approve, publish, recover; each gathers, decides, applies.

Reads no clock: the caller says what time it is.
"""

from msnewsletter.publisher.collecting import Collected
from msnewsletter.publisher.looking import Look, Preview, look, note_told, preview
from msnewsletter.publisher.past import Past, past, past_issues
from msnewsletter.publisher.proofing import Proof, proof, proof_site
from msnewsletter.publisher.publishing import (
    Approved,
    Published,
    approve,
    collect_now,
    keep_up,
    publish,
    publish_due,
    rehearse,
)
from msnewsletter.publisher.recovery import examine_database
from msnewsletter.publisher.reporting import Report, report
from msnewsletter.publisher.settling import settle
from msnewsletter.publisher.steps import Step
from msnewsletter.publisher.testing import SentTest, send_test

__all__ = [
    "Approved",
    "Collected",
    "Look",
    "Past",
    "Preview",
    "Proof",
    "Published",
    "Report",
    "SentTest",
    "Step",
    "approve",
    "collect_now",
    "examine_database",
    "keep_up",
    "look",
    "note_told",
    "past",
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
]
