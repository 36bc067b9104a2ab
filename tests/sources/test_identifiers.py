"""DOI, PubMed number and web address: one form for all the ways in which people copy them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from msnewsletter.errors import BadValueError
from msnewsletter.sources.identifiers import doi_of, pmid_of, url_of
from sources.written import read_warned

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from msnewsletter.model import Summary


def problem(rule: Callable[[str], str], text: str) -> str:
    with pytest.raises(BadValueError) as caught:
        rule(text)
    return str(caught.value)


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
        *("10.1000/abc.", "10.1000/abc,", "10.1000/abc;", "10.1000/abc).", "10.1000/abc]"),
        *("“10.1000/abc”", "'10.1000/abc'", "<https://doi.org/10.1000/abc>", "(10.1000/abc)"),
        *("https://doi.org/10.1000/abc.", "https://doi.org/10.1000/abc),"),
        *("DOI 10.1000/abc", "DOI10.1000/abc", "doi = 10.1000/abc", "doi: <10.1000/abc>"),
        *("doi.org/10.1000/abc", "dx.doi.org/10.1000/abc", "www.doi.org/10.1000/abc"),
        *("doi:https://doi.org/10.1000/abc", "https://doi.org/doi:10.1000/abc"),
        *("https://doi.org/10.1000/abc?utm_source=x&y=1", "https://doi.org/10.1000/abc#s2"),
        *("10.1000/a\u200bbc", "\ufeff10.1000/abc", "10.1000/abc&nbsp;", "10.1000/ab&#99;"),
        *("10.1000/abc&gt;", "https://doi.org/10.1000/ab%C2%ADc"),
    ],
)
def test_a_doi_is_one_doi_however_it_is_written(doi: str) -> None:
    assert doi_of(doi) == "10.1000/abc"


@pytest.mark.parametrize(
    "doi",
    [
        "10.1016/s0140-6736(26)00001-2",
        "10.1002/(sici)1097-0258(19990101)18:1<1::aid-sim1>3.0.co;2-7",
        "10.1000/a[1]",
        "10.1000/a&b",
        "10.1101/gr.123456.126",
        "10.21203/rs.3.rs-123456/v2",
    ],
)
def test_what_belongs_to_a_doi_stays(doi: str) -> None:
    assert doi_of(doi) == doi
    assert doi_of(f"({doi}).") == doi


@pytest.mark.parametrize("sign", "\u2010\u2011\u2012\u2013\u2212")
def test_a_typographic_hyphen_in_a_doi_is_a_hyphen(sign: str) -> None:
    assert doi_of(f"10.1000/s01{sign}6736") == "10.1000/s01-6736"


def test_entities_in_a_doi_are_characters() -> None:
    assert doi_of("10.1000/1&lt;2&amp;amp;3::a&gt;4") == "10.1000/1<2&3::a>4"


@pytest.mark.parametrize("prefix", ["10.1101", "10.64898"])
@pytest.mark.parametrize("name", ["2026.01.02.123456", "123456"])
@pytest.mark.parametrize(
    "version", ["", "v1", "v12", ".v2", "v2.full", ".v2.full", "v1.full.pdf", "v1.full-text"]
)
def test_all_versions_of_a_preprint_are_one_study(prefix: str, name: str, version: str) -> None:
    assert doi_of(f"https://doi.org/{prefix}/{name}{version}") == f"{prefix}/{name}"


@pytest.mark.parametrize(
    "doi", ["10.1/x", "abc", "10.1000", "10.1000/", "10.1000/a b", "https://example.org/10.1000/x"]
)
def test_what_is_no_doi_is_refused(doi: str) -> None:
    assert problem(doi_of, doi) == f"{doi!r} is not a valid DOI; write it as 10.1000/abc123"


def test_a_doi_that_no_database_can_look_up_is_refused() -> None:
    assert doi_of("10.1000/" + "x" * 592)
    for count in (593, 5_000_000):
        assert "is too long for a DOI" in problem(doi_of, "10.1000/" + "x" * count)


@given(st.from_regex(r"10\.[0-9]{4,9}/[!-%'-~]*[a-z0-9]", fullmatch=True))
def test_a_normalised_doi_stays_what_it_is(doi: str) -> None:
    assume(len(doi) <= 600)
    assert doi_of(doi_of(doi)) == doi_of(doi)


@pytest.mark.parametrize(
    "pmid",
    [
        *("38012345", " 38012345 ", "0038012345", "38012345.", "38012345,", "(38012345)"),
        *("PMID: 38012345", "pmid38012345", "PMID 38012345;", "PubMed: 38012345"),
        *("https://pubmed.ncbi.nlm.nih.gov/38012345/", "pubmed.ncbi.nlm.nih.gov/38012345"),
        *("http://www.ncbi.nlm.nih.gov/pubmed/38012345", "PMID:&nbsp;38012345", "380\u200b12345"),
        "https://pubmed.ncbi.nlm.nih.gov/38012345/?term=sleep#abstract",
    ],
)
def test_a_pubmed_number_is_one_number_however_it_is_written(pmid: str) -> None:
    assert pmid_of(pmid) == "38012345"


@pytest.mark.parametrize(
    "pmid", ["x1", "-1", "1.0", "١٢٣", "123456789", "0", "PMC38012345", "PMID", "1 2"]
)
def test_what_is_no_pubmed_number_is_refused(pmid: str) -> None:
    assert "is not a valid PubMed number" in problem(pmid_of, pmid)


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("https://www.example.com/a?a=1&amp;b=2", "https://www.example.com/a?a=1&b=2"),
        ("https://www.example.com/a?a=1&#38;b=2&#x26;c", "https://www.example.com/a?a=1&b=2&c"),
        ("https://www.example.com/?a&amp;amp;amp;b", "https://www.example.com/?a&b"),
        ("https://www.example.com/?a=1&copy=2&lt=3", "https://www.example.com/?a=1&copy=2&lt=3"),
        (" https://www.example.com/&quot;a&quot; ", 'https://www.example.com/"a"'),
    ],
)
def test_entities_in_a_web_address_are_characters(url: str, meant: str) -> None:
    assert url_of(url) == meant


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
        "https://example.org/a&nbsp;b",
    ],
)
def test_what_is_no_whole_web_address_is_refused(url: str) -> None:
    assert "is not a valid web address" in problem(url_of, url)


def case(shared: Path, name: str) -> Summary:
    data = (shared / "cases" / "files" / name).read_bytes()
    summary, _ = read_warned(data, name)
    return summary


def test_two_files_about_one_study_name_it_alike(shared: Path) -> None:
    one, other = (case(shared, f"doi-full-stop-{name}.md") for name in "ab")
    assert one.doi == other.doi is not None
    one, other = (case(shared, f"pmid-{name}.md") for name in "ab")
    assert one.pmid == other.pmid is not None


def test_an_endless_address_of_entities_is_read_at_once() -> None:
    url = "https://www.example.com/?a" + "&amp;" * 200_000 + "&" + "amp;" * 200_000
    assert url_of(url) == "https://www.example.com/?a" + "&" * 200_001


def test_a_doi_has_small_ascii_letters_and_keeps_all_others() -> None:
    assert doi_of("10.1000/ÄbC-İK") == "10.1000/Äbc-İk"


@given(st.text("aBc1./()[]-_;<>İß%", min_size=1, max_size=20))
def test_a_doi_is_the_same_when_it_is_read_again(text: str) -> None:
    try:
        doi = doi_of(f"10.1000/{text}")
    except BadValueError:
        reject()
    assert doi_of(doi) == doi
    for form in (f"doi:{doi}", f"  {doi}.", f"{doi};", f"https://doi.org/{quote(doi)}"):
        assert doi_of(form) == doi
