"""The record of an issue: what it keeps, and that older ones stay what they are."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.model import Correction, Status
from msnewsletter.records import (
    Record,
    baseline_reason,
    baseline_text,
    dump_record,
    load_record,
)
from render.mail.samples import CUTOFF, SUMMARIES, issue_of

PLAIN = Record(instant=CUTOFF, issue=issue_of(*SUMMARIES[:2]))
CORRECTIONS = (
    Correction(
        key="early-birds",
        id="urn:uuid:00000000-0000-5000-8000-000000000001",
        issue=3,
        headline="Getting up early was linked to a clearer head.",
        status=Status.CORRECTED,
        note="We wrote 140 people; there were 14.",
    ),
    Correction(
        key="no-note",
        id="urn:uuid:00000000-0000-5000-8000-000000000002",
        issue=5,
        headline="A vitamin was linked to fewer relapses.",
        status=Status.WITHDRAWN,
    ),
)


def test_a_record_without_corrections_says_nothing_of_them() -> None:
    written = dump_record(PLAIN)
    assert b"correction" not in written
    read = load_record(written, place="0007.json", number=7)
    assert read == PLAIN
    assert dump_record(read) == written


def test_a_record_keeps_every_correction_of_its_issue() -> None:
    record = dataclasses.replace(
        PLAIN, issue=dataclasses.replace(PLAIN.issue, corrections=CORRECTIONS)
    )
    written = dump_record(record)
    assert load_record(written, place="0007.json", number=7) == record


def test_an_issue_may_be_corrections_alone() -> None:
    issue = dataclasses.replace(PLAIN.issue, entries=(), corrections=CORRECTIONS)
    record = dataclasses.replace(PLAIN, issue=issue)
    assert load_record(dump_record(record), place="0007.json", number=7) == record


@given(st.text())
def test_the_reason_why_a_summary_is_in_the_baseline_survives_its_record(reason: str) -> None:
    assert baseline_reason(baseline_text(reason)) == reason


def test_a_record_that_says_it_in_other_words_is_believed() -> None:
    assert baseline_reason("much too old") == "much too old"
