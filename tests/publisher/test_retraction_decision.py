"""What notices ask for: the last word counts, and a retraction stands until it is undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from msnewsletter.model import Status, Summary
from msnewsletter.publisher.retraction_decision import NoticesRead, decide
from msnewsletter.sources.retraction_notices import Nature, RetractionNotice

R, E, C, L = Nature.RETRACTION, Nature.CONCERN, Nature.CORRECTION, Nature.REINSTATEMENT


def notice(nature: Nature | None, day: int = 1, **more: object) -> RetractionNotice:
    fields: dict[str, object] = {
        "record": 1,
        "line": 2,
        "nature": nature,
        "nature_text": nature or "removal",
        "day": date(2026, 3, day),
        "doi": "10.1000/a",
        "pmid": "",
        "notice_doi": "10.1000/n",
        "notice_pmid": "",
        "reasons": ("Concerns/Issues about Data", "Notice - No/Limited Information"),
    }
    return RetractionNotice(**(fields | more))  # type: ignore[arg-type]  # a dict of all fields


def read(
    *notices: RetractionNotice, status: Status = Status.LIVE, doi: str = "10.1000/a"
) -> NoticesRead:
    return decide(Summary(key="a", headline="H", status=status, doi=doi), notices)


def status_after(*notices: RetractionNotice, status: Status = Status.LIVE) -> Status | None:
    proposal = read(*notices, status=status).proposal
    return proposal.status if proposal else None


@pytest.mark.parametrize(
    ("natures", "status"),
    [
        ((R,), Status.RETRACTED),
        ((E,), Status.CONCERN),
        ((E, R), Status.RETRACTED),
        ((R, E), Status.RETRACTED),
        ((R, C), Status.RETRACTED),
        ((R, L), None),
        ((R, L, E), Status.CONCERN),
        ((R, L, R), Status.RETRACTED),
        ((E, L), None),
        ((C,), None),
        ((L,), None),
        ((), None),
    ],
)
def test_the_status_follows_from_the_notices_in_their_order(
    natures: tuple[Nature, ...], status: Status | None
) -> None:
    notices = [notice(nature, day) for day, nature in enumerate(natures, start=1)]
    for order in permutations(notices):
        assert status_after(*order) is status


@pytest.mark.parametrize(
    ("now", "nature", "then"),
    [
        (Status.RETRACTED, R, None),
        (Status.WITHDRAWN, R, None),
        (Status.WITHDRAWN, L, None),
        (Status.RETRACTED, E, None),
        (Status.CONCERN, E, None),
        (Status.CONCERN, R, Status.RETRACTED),
        (Status.CORRECTED, R, Status.RETRACTED),
        (Status.RETRACTED, L, Status.LIVE),
        (Status.CONCERN, L, Status.LIVE),
        (Status.CORRECTED, L, None),
    ],
)
def test_only_what_changes_the_summary_is_proposed(
    now: Status, nature: Nature, then: Status | None
) -> None:
    assert status_after(notice(nature), status=now) is then


def test_on_one_day_a_reinstatement_counts_last() -> None:
    for order in permutations((notice(R), notice(L), notice(E))):
        assert status_after(*order, status=Status.RETRACTED) is Status.LIVE


def test_a_notice_without_a_day_is_the_oldest() -> None:
    assert status_after(notice(L, day=2), notice(R, record=9, day=1)) is None
    undated = notice(R)
    object.__setattr__(undated, "day", None)
    assert status_after(undated, notice(L), status=Status.RETRACTED) is Status.LIVE


def test_a_notice_without_a_day_that_others_outweigh_is_pointed_out() -> None:
    undated = notice(R, day=1, line=7)
    found = read(replace(undated, day=None), notice(L))
    assert found.proposal is None
    (remark,) = found.remarks
    assert remark.startswith("line 7 is a retraction without a date that can be read")
    assert read(replace(undated, day=None)).remarks == ()
    assert read(undated, notice(L, 2)).remarks == ()


def test_the_note_says_when_why_and_where_in_plain_words() -> None:
    proposal = read(notice(R, 12)).proposal
    assert proposal
    assert proposal.note == (
        "The study was retracted on 12 March 2026. Reasons, as Retraction Watch has them: "
        "concerns or issues about data. The notice: https://doi.org/10.1000/n"
    )


def test_what_a_notice_does_not_say_is_left_out() -> None:
    proposal = read(notice(R, reasons=(), notice_doi="", notice_pmid="7", day=1)).proposal
    assert proposal
    assert proposal.note.endswith("2026. The notice: https://pubmed.ncbi.nlm.nih.gov/7/")


def test_a_correction_of_the_paper_is_only_pointed_out() -> None:
    found = read(notice(C))
    assert found.proposal is None
    assert "was corrected on 2026-03-01: https://doi.org/10.1000/n" in found.remarks[0]
    assert read(notice(C), status=Status.CORRECTED).remarks == ()


def test_a_row_with_the_same_pubmed_number_and_another_doi_is_only_pointed_out() -> None:
    found = read(notice(R, doi="10.1000/b", pmid="38012345"))
    assert found.proposal is None
    assert "is one wrong?" in found.remarks[0]


def test_a_word_that_nobody_knows_is_pointed_out() -> None:
    found = read(notice(None), notice(R))
    assert found.proposal
    assert "'removal'" in found.remarks[0]
