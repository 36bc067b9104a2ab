"""The marks that publishers put before a title or a file's name, and sentences that have none."""

from __future__ import annotations

import pytest

from msnewsletter.model import Status
from msnewsletter.sources.publication_marks import unmarked_headline, unmarked_stem

TITLE = "Short walks ease fatigue: a trial"


@pytest.mark.parametrize(
    ("headline", "status"),
    [
        ("RETRACTED: {}", Status.RETRACTED),
        ("Retracted article: {}", Status.RETRACTED),
        ("RETRACTED ARTICLE \N{EN DASH} {}", Status.RETRACTED),
        ("[RETRACTED] {}", Status.RETRACTED),
        ("[Retracted]: {}", Status.RETRACTED),
        ("[ Retracted Paper: ] {}", Status.RETRACTED),
        ("(retracted) {}", Status.RETRACTED),
        ("retracted - {}", Status.RETRACTED),
        ("RETRACTED\N{EM DASH}{}", Status.RETRACTED),
        ("**RETRACTED:** {}", Status.RETRACTED),
        ("  Retracted Publication : {}", Status.RETRACTED),
        ("RETRACTED\uff1a{}", Status.RETRACTED),
        ("Retraction: {}", Status.RETRACTED),
        ("Retraction Note to: {}", Status.RETRACTED),
        ("Retraction notice to “{}” [J. Examples 12 (2026) 1]", Status.RETRACTED),
        ('Notice of Retraction: "{}"', Status.RETRACTED),
        ("WITHDRAWN: {}", Status.WITHDRAWN),
        ("Withdrawn: {}", Status.WITHDRAWN),
        ("WITHDRAWAL: {}", Status.WITHDRAWN),
        ("[Withdrawn Article] {}", Status.WITHDRAWN),
        ("Withdrawal notice to: {}", Status.WITHDRAWN),
        ("EXPRESSION OF CONCERN: {}", Status.CONCERN),
        ("Editorial Expression of Concern: {}", Status.CONCERN),
        ("expression-of-concern \N{EM DASH} {}", Status.CONCERN),
        ("Expression of Concern: [RETRACTED] RETRACTED: {}", Status.RETRACTED),
    ],
)
def test_a_mark_is_taken_off_a_headline(headline: str, status: Status) -> None:
    found = unmarked_headline(headline.format(TITLE))
    assert found
    assert (found.rest, found.status) == (TITLE, status)
    assert headline.strip().startswith(found.mark)


@pytest.mark.parametrize(
    "headline",
    [
        "Retracted papers still shape what people believe: a review",
        "Retracted articles are cited for years",
        "Retracted and corrected studies: what became of them",
        "Retracted – and still cited",
        "Retraction\N{EN DASH}relaxation cycles in nerve fibres",
        "Retraction of axons comes before symptoms",
        "Withdrawal: what to expect when a drug is stopped",
        "Withdrawal of a drug led to relapses",
        "(Withdrawal) symptoms after steroids",
        "Concern: too little sleep",
        "Expression of concern genes in lesions",
        "Corrected: vision after optic neuritis",
        "A retracted: study",
        "Unretracted: a study",
        "RETRACTED PAPERS LIVE ON",
        "A review of papers (retracted papers among them)",
        "",
        TITLE,
    ],
)
def test_an_ordinary_headline_has_no_mark(headline: str) -> None:
    assert unmarked_headline(headline) is None


@pytest.mark.parametrize(
    ("headline", "rest"),
    [
        ("RETRACTED:", ""),
        ("[RETRACTED]", ""),
        ("retracted", ""),
        ("RETRACTED Tea eased fatigue", "Tea eased fatigue"),
        ("RETRACTED ARTICLE Tea eased fatigue", "Tea eased fatigue"),
        ("Tea eased fatigue [retracted]", "Tea eased fatigue"),
        ("Tea eased fatigue. (Retracted article)", "Tea eased fatigue."),
    ],
)
def test_a_mark_counts_in_capitals_alone_and_behind_the_title(headline: str, rest: str) -> None:
    found = unmarked_headline(headline)
    assert found
    assert (found.rest, found.status) == (rest, Status.RETRACTED)


def test_emphasis_within_the_title_stays() -> None:
    found = unmarked_headline("RETRACTED: *E. coli* in the gut")
    assert found
    assert found.rest == "*E. coli* in the gut"


@pytest.mark.parametrize(
    ("stem", "rest", "status"),
    [
        ("RETRACTED-gut", "gut", Status.RETRACTED),
        ("retracted_gut-2026", "gut-2026", Status.RETRACTED),
        ("WITHDRAWN gut", "gut", Status.WITHDRAWN),
        ("[RETRACTED] gut", "gut", Status.RETRACTED),
        ("Retracted article - gut", "gut", Status.RETRACTED),
        ("retraction.gut", "gut", Status.RETRACTED),
        ("expression-of-concern-gut", "gut", Status.CONCERN),
        ("EXPRESSION_OF_CONCERN__gut", "gut", Status.CONCERN),
    ],
)
def test_a_mark_is_taken_off_a_file_s_name(stem: str, rest: str, status: Status) -> None:
    found = unmarked_stem(stem)
    assert found
    assert (found.rest, found.status) == (rest, status)


@pytest.mark.parametrize(
    "stem", ["gut", "retracted", "RETRACTED-", "retractedgut", "gut-retracted"]
)
def test_a_file_s_name_without_a_mark_has_none(stem: str) -> None:
    assert unmarked_stem(stem) is None


@pytest.mark.parametrize("mark", ["RETRACTED: ", "[RETRACTED]", "RETRACTED - ", " ", "*", "("])
def test_a_headline_of_nothing_but_marks_is_read_at_once(mark: str) -> None:
    unmarked_headline(mark * 20_000)
    unmarked_headline(f"RETRACTED{mark * 20_000}")
    unmarked_stem(f"RETRACTED{mark * 20_000}")
