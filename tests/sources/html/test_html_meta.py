"""What the head of a page says of it, and of the paper."""

from __future__ import annotations

import pytest

from msnewsletter.sources.html.field_candidates import FieldCandidates
from msnewsletter.sources.html.html_document import parse_html
from msnewsletter.sources.html.html_meta import HtmlHead, absolute, head_of


def head(html: str) -> HtmlHead:
    address = "https://example.org/a/b"
    return head_of(parse_html(f"<head>{html}</head>".encode(), address), address)


def fields(html: str) -> dict[str, str | tuple[str, ...]]:
    found = FieldCandidates()
    head(html).add_fields(found)
    return {name: values[0].value for name, values in found.by_field.items()}


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


def test_citations_are_of_the_paper_and_never_the_day_of_the_page() -> None:
    html = (
        meta("citation_date", "2026/05/03")
        + meta("dc.date", "2026-05-04")
        + meta("citation_author", "A. B.")
        + meta("citation_author", "C. D.")
        + meta("CITATION_DOI", "10.1000/a")
    )
    assert fields(html) == {
        "cover_date": "2026/05/03",
        "authors": ("A. B.", "C. D."),
        "doi": "10.1000/a",
    }


def test_dublin_core_dates_the_page_where_nothing_is_of_a_paper() -> None:
    assert fields(meta("dc.date", "2026-05-04")) == {"published": "2026-05-04"}
    both = meta("dc.date", "2026-05-04") + '<meta property="article:published_time" content="2026">'
    assert fields(both)["published"] == "2026"


def test_an_identifier_is_a_doi_only_where_it_looks_like_one() -> None:
    assert fields(meta("dc.identifier", "978-3-16")) == {}
    assert fields(meta("dc.identifier", "doi:10.1000/a")) == {"doi": "doi:10.1000/a"}


def test_a_description_is_no_field() -> None:
    assert fields(meta("description", "A text that is cut …")) == {}


def test_titles_are_without_the_name_of_the_site() -> None:
    html = '<title>It works – Notes</title><meta property="og:site_name" content="Notes">'
    assert head(html).titles == ("It works",)


def test_the_canonical_address_is_absolute_by_the_base_of_the_page() -> None:
    html = '<base href="/c/"><link rel="nofollow Canonical" href="d#part">'
    assert head(html).canonical == "https://example.org/c/d"
    assert head("").canonical == ""


@pytest.mark.parametrize(
    "link", ["", "mailto:a@b.example", "http://[", "//a.example:0/", "/a b", "/a\x00"]
)
def test_what_is_no_web_address_is_none(link: str) -> None:
    assert absolute("https://example.org/", link) == ""
