"""What kind of study it is, however it is said."""

from __future__ import annotations

import pytest

from msnewsletter.errors import BadValueError
from msnewsletter.model import EVIDENCE_GROUPS, Evidence
from msnewsletter.sources.evidence_words import evidence_of

KNOWN = {
    "Trial": Evidence.TRIAL,
    "randomised trial": Evidence.TRIAL,
    "Randomized Controlled Trial": Evidence.TRIAL,
    "RCT": Evidence.TRIAL,
    "Observational study": Evidence.OBSERVATIONAL,
    "case\N{NON-BREAKING HYPHEN}control study": Evidence.OBSERVATIONAL,
    "systematic_review": Evidence.REVIEW,
    "Meta-analysis": Evidence.REVIEW,
    "laboratory studies": Evidence.LABORATORY,
    "in vitro": Evidence.LABORATORY,
    "Peer-reviewed": Evidence.PEER_REVIEWED,
    " peer  reviewed. ": Evidence.PEER_REVIEWED,
    "Preprint": Evidence.PREPRINT,
    "pre-print": Evidence.PREPRINT,
    "not yet peer-reviewed": Evidence.PREPRINT,
}


@pytest.mark.parametrize("words", KNOWN)
def test_a_kind_is_known_in_any_case_with_hyphens_and_study(words: str) -> None:
    assert evidence_of([words]) == (KNOWN[words],)


@pytest.mark.parametrize("kind", Evidence)
def test_each_kind_is_known_by_its_own_name(kind: Evidence) -> None:
    assert evidence_of([kind, kind.upper()]) == (kind,)


def test_they_come_in_one_order_and_once() -> None:
    assert evidence_of(["peer reviewed", "RCT", "trial"]) == (
        Evidence.TRIAL,
        Evidence.PEER_REVIEWED,
    )


@pytest.mark.parametrize(
    ("texts", "problem", "remedy"),
    [
        (["trail"], "'trail' is no kind of study that we know", "did you mean 'trial'?"),
        (["peer-reviewd"], "'peer-reviewd' is no kind", "did you mean 'peer reviewed'?"),
        (["zzz"], "'zzz' is no kind", "use one of trial, observational, review, laboratory, "),
        (["study"], "'study' is no kind", ""),
        (["trial" * 100_000], "is no kind of study", ""),
        (["review", "trial"], "'trial' and 'review' exclude each other", "keep one"),
        (["preprint", "peer reviewed"], "'peer reviewed' and 'preprint' exclude", "keep one"),
    ],
)
def test_what_is_unknown_or_excludes_another_is_refused_in_one_line(
    texts: list[str], problem: str, remedy: str
) -> None:
    with pytest.raises(BadValueError) as refused:
        evidence_of(texts)
    assert problem in refused.value.problem
    assert refused.value.remedy.startswith(remedy)
    assert len(str(refused.value)) < 300


def test_every_kind_is_in_one_group() -> None:
    assert sorted(kind for group in EVIDENCE_GROUPS for kind in group) == sorted(Evidence)
