"""The rules of the fields, the same for every format."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.written import CAUTIONS, FOUND, HEADLINE, WHY, read_one, refusal

BASE = {
    "key": "k",
    "headline": HEADLINE,
    "found": FOUND,
    "why_it_matters": WHY,
    "cautions": CAUTIONS,
}


def read(**fields: Any) -> Any:
    return read_one(json.dumps(BASE | fields), "a.json")


def refused(**fields: Any) -> str:
    return refusal(json.dumps(BASE | fields), "a.json")


@pytest.mark.parametrize(
    "doi",
    [
        "10.1000/AbC",
        "doi:10.1000/abc",
        "DOI: 10.1000/ABC",
        "https://doi.org/10.1000/abc",
        "http://dx.doi.org/10.1000/ABC",
        "HTTPS://DOI.ORG/10.1000/%41bc",
        "  10.1000/abc ",
    ],
)
def test_a_doi_is_one_doi_however_it_is_written(doi: str) -> None:
    assert read(doi=doi).doi == "10.1000/abc"


@pytest.mark.parametrize(
    "doi", ["10.1/x", "abc", "10.1000", "10.1000/", "10.1000/a b", "https://example.org/10.1000/x"]
)
def test_what_is_no_doi_is_refused(doi: str) -> None:
    assert (
        refused(doi=doi) == f"a.json#1: doi: {doi!r} is not a valid DOI; write it as 10.1000/abc123"
    )


def test_a_doi_that_no_database_can_look_up_is_refused() -> None:
    assert read(doi="10.1000/" + "x" * 592).doi
    assert "is too long for a DOI" in refused(doi="10.1000/" + "x" * 593)


@given(st.from_regex(r"10\.[0-9]{4,9}/[!-~]+", fullmatch=True).filter(lambda doi: len(doi) <= 600))
def test_a_normalised_doi_stays_what_it_is(doi: str) -> None:
    once = read(doi=doi).doi
    assert read(doi=once).doi == once == doi.lower()


@pytest.mark.parametrize("pmid", ["x1", "-1", "1.0", "١٢٣", "123456789"])
def test_what_is_no_pubmed_number_is_refused(pmid: str) -> None:
    assert "is not a valid PubMed number" in refused(pmid=pmid)


@pytest.mark.parametrize(
    "url",
    [
        "example.org",
        "/a",
        "//example.org",
        "ftp://example.org",
        "javascript:alert(1)",
        "https://",
        "https://exa mple.org",
        "https://example.org/a b",
        "https://[::1",
        "https://example.org:port/",
        "mailto:a@b.c",
    ],
)
def test_what_is_no_whole_web_address_is_refused(url: str) -> None:
    assert "is not a valid web address" in refused(url=url)


@pytest.mark.parametrize("published", ["2026", "2026-12"])
def test_published_needs_a_day(published: str) -> None:
    assert "names no day" in refused(published=published)
    assert read(cover_date=published).cover_date.text == published


@pytest.mark.parametrize(
    "published",
    ["2026-02-30", "31/12/2026", "12/31/2026", "yesterday", "2026-11-20T08:00", "9" * 99],
)
def test_a_date_that_is_none_is_refused_and_never_guessed(published: str) -> None:
    assert refused(published=published).startswith("a.json#1: published: '")


@pytest.mark.parametrize("day", ["2026-11", "2026-11-20T08:00Z", "20261120", "2026-W01-1"])
def test_a_review_has_a_day(day: str) -> None:
    assert "reviewed_on:" in refused(reviewed_by="Ada", reviewed_on=day)


def test_a_reviewer_and_the_day_go_together() -> None:
    assert "'reviewed_by' without 'reviewed_on'" in refused(reviewed_by="Ada")
    assert "'reviewed_on' without 'reviewed_by'" in refused(reviewed_on="2026-11-19")


@pytest.mark.parametrize("status", ["corrected", "withdrawn", "retracted"])
def test_what_is_not_live_needs_a_note(status: str) -> None:
    assert f"is {status} without a 'note'" in refused(status=status)
    assert read(status=status, note="We misread table 2.").status == status


def test_an_unknown_status_is_answered_with_all_of_them() -> None:
    assert refused(status="gone").endswith("use one of live, corrected, withdrawn, retracted")


def test_keys_are_trimmed_and_composed() -> None:
    assert read(key=" cafe\N{COMBINING ACUTE ACCENT} ").key == "café"


@pytest.mark.parametrize("key", ["a\nb", "k" * 201])
def test_a_key_is_one_line_of_at_most_200(key: str) -> None:
    assert "key: " in refused(key=key)
    assert read(key="k" * 200).key == "k" * 200


@pytest.mark.parametrize("name", ["key", "headline", "found", "why_it_matters"])
@pytest.mark.parametrize("value", ["", " \n", "\x07", None])
def test_what_a_summary_needs_is_missed(name: str, value: str | None) -> None:
    assert refused(**{name: value}).startswith(f"a.json#1: no '{name}'; ")


@pytest.mark.parametrize("name", ["headline", "teaser", "journal", "studied_in", "disclaimer"])
def test_a_line_has_no_line_break(name: str) -> None:
    assert "has a line break" in refused(**{name: "one\ntwo"})


def test_tags_are_distinct_and_none_is_empty() -> None:
    assert read(tags=[" gut ", "Gut"]).tags == ("gut", "Gut")
    assert "is given twice" in refused(tags=["gut", "gut "])
    assert "one is empty" in refused(tags=["gut", ""])
    assert "has a line break" in refused(tags=["a\nb"])
    assert "are 21" in refused(tags=[str(number) for number in range(21)])


def test_an_endless_value_is_shown_shortened() -> None:
    assert len(refused(pmid="x" * 1_000_000)) < 200


def test_paragraphs_are_parted_by_one_blank_line() -> None:
    assert read(found="\r\nOne.\r\nStill.\r\n \r\n\n\nTwo.\n").found == "One.\nStill.\n\nTwo."
