"""JSON-LD as sites write it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.sources.html.field_candidates import FieldCandidates
from msnewsletter.sources.html.json_ld import JsonLdArticle, article_of, nodes_of
from msnewsletter.sources.identifiers import doi_of


def article(*scripts: object, titles: tuple[str, ...] = ()) -> JsonLdArticle:
    texts = [one if isinstance(one, str) else json.dumps(one) for one in scripts]
    return article_of(nodes_of(texts), addresses={"example.org/a"}, titles=titles)


def fields(*scripts: object) -> dict[str, Any]:
    found = FieldCandidates()
    article(*scripts).add_fields(found)
    return {name: values[0].value for name, values in found.by_field.items()}


PAPER = {
    "@type": "MedicalScholarlyArticle",
    "name": "A paper",
    "author": [{"@type": "Person", "name": "A. Example"}, "B. Example"],
    "isPartOf": {
        "@type": "PublicationIssue",
        "isPartOf": {"@type": "Periodical", "name": "Brain : a journal"},
    },
    "identifier": [
        {"@type": "PropertyValue", "propertyID": "DOI", "value": "10.1000/abc"},
        {"@type": "PropertyValue", "propertyID": "PMID", "value": 38012345},
    ],
    "datePublished": "2026-12-31",
}


@pytest.mark.parametrize(
    "script",
    [
        {"@type": "NewsArticle", "headline": "H"},
        [{"@type": "Organization"}, {"@type": ["Thing", "BlogPosting"], "headline": "H"}],
        {"@graph": [{"@type": "WebPage", "name": "W"}, {"@type": "Article", "headline": "H"}]},
        {"@type": "https://schema.org/Article", "headline": ["H"]},
        {"@type": "MedicalWebPage", "headline": {"@value": "H"}},
        {"@type": "ScholarlyArticle", "headline": "H"},
        '<!-- {"@type": "Article", "headline": "H"} -->',
        '// <![CDATA[\n{"@type": "Article", "headline": "H"}\n// ]]>',
        "{&quot;@type&quot;: &quot;Article&quot;, &quot;headline&quot;: &quot;H&quot;}",
    ],
)
def test_the_article_is_found_in_all_the_shapes_of_a_script(script: object) -> None:
    assert fields("{ broken", script)["headline"] == "H"


def test_the_paper_is_what_the_page_is_about_and_its_date_is_the_journals() -> None:
    page = {"@type": "MedicalWebPage", "headline": "H", "about": PAPER}
    assert fields({**page, "datePublished": "2026-11-20", "author": {"name": "Editor"}}) == {
        "headline": "H",
        "published": "2026-11-20",
        "doi": "10.1000/abc",
        "pmid": "38012345",
        "paper_title": "A paper",
        "authors": ("A. Example", "B. Example"),
        "journal": "Brain : a journal",
        "cover_date": "2026-12-31",
    }


@pytest.mark.parametrize(
    "citation",
    [
        {"@type": "CreativeWork", "sameAs": "https://doi.org/10.1000/abc"},
        {"@type": "ScholarlyArticle", "@id": "https://doi.org/10.1000/abc"},
        "Example A. A paper. Brain 2026. doi:10.1000/abc",
        [{"@id": "#paper"}],
    ],
)
def test_a_citation_with_a_doi_is_the_paper(citation: object) -> None:
    paper = {"@id": "#paper", "@type": "ScholarlyArticle", "sameAs": ["10.1000/abc"]}
    graph = {"@graph": [{"@type": "Article", "headline": "H", "citation": citation}, paper]}
    assert doi_of(fields(graph)["doi"]) == "10.1000/abc"


def test_of_several_cited_papers_none_is_the_paper() -> None:
    others = [{"@type": "ScholarlyArticle", "sameAs": f"10.1000/{n}"} for n in range(2)]
    assert "doi" not in fields({"@type": "Article", "headline": "H", "citation": others})


def test_the_date_of_the_last_change_is_no_date_of_publication() -> None:
    assert "published" not in fields({"@type": "Article", "dateModified": "2026-11-20"})


def test_entities_are_decoded_once() -> None:
    script = {"@type": "Article", "headline": "A &amp; B &amp;amp; C &rsquo; &copy=1"}
    assert fields(script)["headline"] == "A & B &amp; C ’ &copy=1"


def test_of_several_articles_the_address_or_the_title_names_the_page() -> None:
    one, other = ({"@type": "Article", "headline": title} for title in ("One", "Other"))
    assert article(one, other).several
    assert article({**one, "url": "https://example.org/a/"}, other).page == {
        **one,
        "url": "https://example.org/a/",
    }
    assert article(one, other, titles=("other.",)).page == other
    assert article(one, one).page == one


_NAMES = (
    *("@type", "@graph", "@id", "about", "headline", "author", "identifier", "isPartOf"),
    *("hasPart", "articleBody", "sameAs", "mainEntity", "mainEntityOfPage", "citation"),
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.just("Article"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(_NAMES),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(_JSON)
def test_any_json_is_read_without_a_fault(value: object) -> None:
    found = article({"@type": "Article", "about": value}, {"@graph": value})
    found.add_fields(FieldCandidates())
    list(found.bodies())


def test_json_that_is_nested_without_end_is_passed_over() -> None:
    assert nodes_of(["[" * 100_000, '{"@graph":' * 50_000]) == []


PERSON = {"@type": "Person", "@id": "#ada", "name": "Ada &amp; Co"}


@pytest.mark.parametrize(
    ("scripts", "author"),
    [
        (({"@type": "BlogPosting", "author": PERSON},), "Ada & Co"),
        (
            ({"@type": "Article", "author": [{"@type": "Organization", "name": "O"}, PERSON]},),
            "Ada & Co",
        ),
        (({"@type": "Article", "author": {"@id": "#ada", "name": "Ada"}}, PERSON), "Ada & Co"),
        (({"@type": "Article", "author": {"@type": "Organization", "name": "O"}},), ""),
        (({"@type": "Article", "author": "Ada"},), ""),
        (({"@type": "Article", "author": {"@type": "Person"}},), ""),
        (({"@type": "Article", "author": [None, 3, [], {"@type": ["Person"], "name": []}]},), ""),
        (({"@type": "ScholarlyArticle", "author": PERSON},), ""),
        (({"@type": "Article"}, PERSON), ""),
    ],
)
def test_a_person_who_is_the_page_s_author_is_known(
    scripts: tuple[object, ...], author: str
) -> None:
    assert article(*scripts).author == author
