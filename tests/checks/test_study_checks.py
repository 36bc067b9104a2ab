"""Summaries that seem to be of one study: nearly equal headlines, preprint and article."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from msnewsletter.checks import Severity
from msnewsletter.checks.study_checks import check_studies, is_preprint
from msnewsletter.model import Summary

if TYPE_CHECKING:
    from msnewsletter.checks import Finding

SLEEP = "Sleep problems are common in MS."


def summary(key: str, headline: str, doi: str | None = None) -> Summary:
    return Summary(key=key, headline=headline, doi=doi, location=f"summaries/{key}.md")


def found(*headlines: str) -> list[Finding]:
    named = [summary(f"k{number}", headline) for number, headline in enumerate(headlines)]
    return list(check_studies(named))


NEARLY_EQUAL = (
    (SLEEP, SLEEP),
    (SLEEP, "Sleep problems are very common in MS"),
    (SLEEP, "SLEEP PROBLEMS ARE COMMON IN MS!"),
    (SLEEP, "In MS, a sleep problem is common."),
    ("A small trial finds that walking eases fatigue.", "Walking eased fatigue in a small trial"),
    (
        "Blocking an immune signal calmed inflamed nerves in mice.",
        "Blocking an immune signal calmed inflamed optic nerves in mice.",
    ),
    ("规律作息可以减轻疲劳。", "规律作息可以减轻疲劳"),
)
DIFFERENT = (
    (SLEEP, "Bladder problems are common in MS."),
    (SLEEP, "Sleep problems are common in women with MS who work at night."),
    (SLEEP, "Sleep problems in MS were eased by a course on the web."),
    ("Vitamin D lowered relapses.", "Vitamin D did not lower relapses."),
    (
        "Vitamin D lowered the number of relapses in adults with early MS in a large trial.",
        "Vitamin D did not lower the number of relapses in adults with early MS in a large trial.",
    ),
    (
        "Ocrelizumab lowered relapses over two years in people with relapsing MS.",
        "Ofatumumab lowered relapses over two years in people with relapsing MS.",
    ),
    ("Walking helped 12 men with MS to sleep.", "Walking helped 12 women with MS to sleep."),
    ("Relapses fell after 2 years of treatment.", "Relapses fell after 5 years of treatment."),
    ("A drug was tried.", "A diet was tried."),
    ("规律作息可以减轻疲劳。", "规律运动可以减轻疲劳。"),
)


@pytest.mark.parametrize(("one", "other"), NEARLY_EQUAL)
def test_nearly_equal_headlines_of_one_issue_are_pointed_out(one: str, other: str) -> None:
    for first, second in ((one, other), (other, one)):
        (finding,) = found(first, second)
        assert (finding.name, finding.severity) == ("similar-headline", Severity.WARN)
        assert finding.place == "summaries/k1.md"
        assert f"'k0' in this issue: “{first}”" in finding.reason


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_ordinary_headlines_of_the_same_subject_are_not(one: str, other: str) -> None:
    assert found(one, other) == []
    assert found(other, one) == []


def test_a_headline_of_an_earlier_issue_is_found_again() -> None:
    new = summary("new", "Sleep problems are very common in MS")
    (finding,) = check_studies([new], earlier=[summary("old", SLEEP)])
    assert "'old' in an earlier issue" in finding.reason
    # The same summary is not like itself: a correction of it, or a preview of what was sent.
    assert list(check_studies([new], earlier=[new])) == []


PREPRINTS = (
    "10.1101/2024.05.01.24306789",
    "10.64898/2026.01.05.698765",
    "10.21203/rs.3.rs-1234567/v1",
    "10.20944/preprints202405.0123.v1",
    "10.2139/ssrn.4812345",
    "10.31219/osf.io/abcde",
    "10.31234/osf.io/abcde",
    "10.48550/arxiv.2405.01234",
    "10.26434/chemrxiv-2024-abcde",
    "10.36227/techrxiv.171234567.1",
    "10.22541/au.171234567.12345678/v1",
)


@pytest.mark.parametrize("doi", PREPRINTS)
def test_a_preprint_and_its_article_are_a_finding_of_their_own(doi: str) -> None:
    preprint = summary("preprint", SLEEP, doi)
    article = summary("article", "Sleep problems are very common in MS", "10.5555/sleep.9")
    for first, second in ((preprint, article), (article, preprint)):
        for within in (check_studies([first, second]), check_studies([second], earlier=[first])):
            (finding,) = within
            assert (finding.name, finding.severity) == ("preprint-and-article", Severity.WARN)
            assert finding.place == second.location
            assert f"{first.key!r} in " in finding.reason
            assert doi in finding.reason
            assert "10.5555/sleep.9" in finding.reason


@pytest.mark.parametrize("doi", ["10.1101/gr.279123.124", "10.1126/science.abj8222", "10.2139/x"])
def test_a_journal_s_article_is_no_preprint_whoever_published_it(doi: str) -> None:
    assert not is_preprint(doi)


def test_two_articles_or_two_preprints_are_only_alike_and_one_doi_is_said_as_one() -> None:
    one, other = summary("one", SLEEP, "10.5555/a"), summary("other", SLEEP, "10.5555/b")
    assert [each.name for each in check_studies([one, other])] == ["similar-headline"]
    same = summary("same", SLEEP, "10.5555/a")
    assert [each.name for each in check_studies([one, same])] == ["duplicate-doi"]


def test_two_thousand_headlines_of_an_issue_among_as_many_before_take_a_moment() -> None:
    words = [f"w{number}" for number in range(60)]
    lines = [
        " ".join(words[(number * step) % 60] for step in range(1, 25)) + f" {number}"
        for number in range(4_000)
    ]
    named = [summary(f"k{number}", line) for number, line in enumerate(lines)]
    start = time.process_time()
    list(check_studies(named[:2_000], earlier=named[2_000:]))
    list(check_studies([summary("long", "word " * 20_000 + SLEEP), summary("k", SLEEP)]))
    assert time.process_time() - start < 5
