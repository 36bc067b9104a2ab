from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import html

from msnewsletter import urls
from msnewsletter.catalogues.own_words import ENGLISH
from msnewsletter.glossary import Glossary, Term
from msnewsletter.render.site.glossary_page import glossary_view
from msnewsletter.render.site.index_pages import SitePages
from msnewsletter.render.site.issue_pages import render_pages
from render.site.markup import Page
from render.site.sample import AWKWARD, MASTHEAD, entry_of, summary_of

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.model import Issue

GLOSSARY = Glossary(
    opening="Some words are hard.",
    terms=(
        Term(
            forms=("killer T cell", "killer T cells"),
            explanation="A T cell that kills.\n\n- One T cell.\n- A killer T cell again.",
        ),
        Term(
            forms=("T cell", "T cells", "T lymphocyte", "<i>thymus</i> cell"),
            explanation="A white blood cell, such as a killer T cell or a T lymphocyte.",
        ),
        Term(forms=("EBV",), explanation=AWKWARD),
        Term(forms=("髓鞘",), explanation="髓鞘 is myelin."),
    ),
)


@pytest.fixture(scope="module")
def templates(root: Path) -> dict[str, str]:
    folder = root / "templates"
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.j2")
    }


def links(data: bytes, within: str = "") -> list[tuple[str, str]]:
    """The words that are linked to an explanation, each with its address."""
    found = html.fromstring(data).xpath(f"{within}//a[@class='term']")
    return [(link.text, link.get("href")) for link in found]


def summary_page(issue: Issue, templates: dict[str, str], **fields: object) -> bytes:
    entry = entry_of(summary_of("one", **fields))
    pages = render_pages(replace(issue, entries=(entry,)), templates, glossary=GLOSSARY)
    return pages[urls.page_name(entry)]


def test_a_summarys_page_links_each_term_once_where_it_is_first_used(
    issue: Issue, templates: dict[str, str]
) -> None:
    data = summary_page(
        issue,
        templates,
        headline="EBV and T cells.",
        found="Killer T cells were seen.\n\n- EBV was there.\n- T lymphocytes were not.",
        why_it_matters="EBV is common.",
        cautions="We do not know what a T cell or a killer T cell does.",
    )
    assert links(data) == [
        ("Killer T cells", f"../glossary.html#{urls.term_anchor('killer T cell')}"),
        ("EBV", "../glossary.html#term-ebv"),
        ("T cell", f"../glossary.html#{urls.term_anchor('T cell')}"),
    ]
    Page.read(data)


def test_links_change_no_word_of_a_page_and_no_markup_of_a_text_becomes_markup(
    issue: Issue, templates: dict[str, str]
) -> None:
    fields = {"found": f"EBV {AWKWARD} EBV&nbsp;<b>T cell</b>", "why_it_matters": "EBV"}
    entry = entry_of(summary_of("one", **fields))
    plain, linked = (
        html.fromstring(render_pages(replace(issue, entries=(entry,)), templates, **given)[path])
        for path in [urls.page_name(entry)]
        for given in ({}, {"glossary": GLOSSARY})
    )
    said, also = (page.xpath("string(//main)") for page in (plain, linked))
    assert said == also
    assert "<b>T cell</b>" in said
    assert not linked.xpath("//main//b")


def test_the_glossarys_page_explains_every_term_at_its_anchor_by_the_alphabet(
    templates: dict[str, str],
) -> None:
    data = SitePages(MASTHEAD, templates, glossary=GLOSSARY).fixed({})[urls.GLOSSARY]
    page = html.fromstring(data)
    names = [term.name for term in GLOSSARY.terms]
    assert page.xpath("//h1/text()") == ["Words explained"]
    assert page.xpath("//h2/text()") == ["EBV", "killer T cell", "T cell", "髓鞘"]
    assert page.xpath("//main/p/text()") == ["Some words are hard."]
    anchors = page.xpath("//section/@id")
    assert sorted(anchors) == sorted(map(urls.term_anchor, names))
    assert all(anchor.isascii() for anchor in anchors)
    # Plurals are no other names.
    assert page.xpath("//section[h2='T cell']/p[@class='quiet']//bdi/text()") == [
        "T lymphocyte",
        "<i>thymus</i> cell",
    ]
    Page.read(data)


def test_explanations_that_use_each_other_are_linked_once_and_never_to_themselves(
    templates: dict[str, str],
) -> None:
    data = SitePages(MASTHEAD, templates, glossary=GLOSSARY).fixed({})[urls.GLOSSARY]
    killer, plain = (f"#{urls.term_anchor(name)}" for name in ("killer T cell", "T cell"))
    assert links(data, "//section[h2='killer T cell']") == [("T cell", plain)]
    assert links(data, "//section[h2='T cell']") == [("killer T cell", killer)]
    assert links(data, "//section[h2='髓鞘']") == []


def test_all_pages_lead_to_the_glossary_where_there_is_one(
    issue: Issue, templates: dict[str, str]
) -> None:
    for glossary in (GLOSSARY, Glossary(title="Hard words")):
        pages = SitePages(MASTHEAD, templates, glossary=glossary)
        made = pages.fixed({}) | render_pages(issue, templates, glossary=glossary)
        made[urls.HOME] = pages.home([issue])
        assert (urls.GLOSSARY in made) == bool(glossary.terms)
        for name, data in made.items():
            if name.endswith(".html"):
                root = "/ms/" if name == urls.MISSING else "../" * name.count("/")
                hrefs = html.fromstring(data).xpath("//footer//a/@href")
                assert (f"{root}glossary.html" in hrefs) == bool(glossary.terms)


def test_the_glossarys_own_title_stands_above_it() -> None:
    assert glossary_view(replace(GLOSSARY, title="Hard words"), ENGLISH).title == "Hard words"
