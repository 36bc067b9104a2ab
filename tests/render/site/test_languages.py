"""Which language each word of a page is in, and which way it runs: no judge of markup sees that."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import html

from msnewsletter import urls
from msnewsletter.glossary import NO_GLOSSARY, Glossary, Term
from msnewsletter.model import AnnouncedCorrection, ArchivedIssue, Card, Correction, Status
from msnewsletter.render.corrections import SummaryHistory
from msnewsletter.render.site.index_pages import SitePages
from msnewsletter.render.site.issue_pages import IssuesAround, render_pages
from msnewsletter.render.site.related import RelatedCandidates
from render.site.sample import CUTOFF, MASTHEAD, entry_of, summary_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.model import Entry, Issue, Masthead

ARABIC = replace(
    MASTHEAD,
    language="ar",
    title="أبحاث بلغة بسيطة",
    description="دراسات جديدة بلغة بسيطة.",
    disclaimer="ليس نصيحة طبية.",
    postal_address="شارع المثال",
    question="أي دراسة تخصني؟",
)
# Of each language a script: so every piece of text shows which it is in.
SCRIPTS = {
    "he": re.compile(r"[\u05d0-\u05ea]"),
    "ar": re.compile(r"[\u0621-\u064a]"),
    "en": re.compile(r"[A-Za-z]"),
}
HEBREW = {
    "language": "he",
    "headline": "מחקר מצא הבדל קטן בין שתי קבוצות של אנשים שישנו היטב.",
    "title": "שינה",
    "found": "ארבעים אנשים השתתפו.\n\n- ראשון\n- שני",
    "why_it_matters": "זה יכול לעזור.",
    "cautions": "- קטן\n- קצר\n\nועוד.",
    "studied_in": "אנשים",
    "key_messages": ("ישנו היטב.",),
    "disclaimer": "לא ייעוץ רפואי.",
    "participants": "ארבעים",
    "funding": "קרן.",
    "teaser": "שינה טובה.",
}
ARAB = {
    "headline": "وجدت دراسة فرقا صغيرا بين مجموعتين من الناس الذين ناموا جيدا.",
    "found": "شارك أربعون شخصا.",
    "why_it_matters": "قد يساعد.",
    "cautions": "دراسة صغيرة.",
    "studied_in": "ناس",
    "interests": "لا شيء.",
    "tags": ("نوم",),
}
ENGLISH = {"language": "en", "studied_in": "mice", "note": "We erred.", "status": Status.CORRECTED}


GLOSSARIES = {
    "ar": Glossary(
        title="",
        opening="كلمات صعبة.",
        terms=(Term(forms=("خلية", "جسيم"), explanation="جزء من الجسم.\n\n- صغير\n- حي"),),
    )
}


def entries(language: str) -> tuple[Entry, ...]:
    """A summary in each language, those of the newsletter's own without a word on it."""
    own = {"language": None}
    tags = ARAB["tags"] if language == "ar" else ()
    card = Card(date=CUTOFF.date(), teaser=str(HEBREW["headline"])[:40])
    kinds = [
        HEBREW | {"related": (card,), "tags": tags},
        HEBREW | {"status": Status.WITHDRAWN, "note": "טעינו."},
        ENGLISH | (own if language == "en" else {}) | {"tags": tags},
        *([ARAB, ARAB | {"status": Status.RETRACTED, "note": "سحبت."}] if tags else []),
    ]
    return tuple(
        entry_of(summary_of(f"k{place}", **fields), position=place)
        for place, fields in enumerate(kinds, start=1)
    )


def site(masthead: Masthead, issue: Issue, templates: dict[str, str]) -> dict[str, bytes]:
    carried = entries(masthead.language)
    told = tuple(
        Correction(
            key=one.summary.key,
            id=one.id,
            issue=6,
            headline=one.summary.headline,
            status=Status.CORRECTED,
            after=replace(one.summary, headline=one.summary.headline + " "),
        )
        for one in carried
    )
    whole = replace(issue, masthead=masthead, entries=carried, corrections=told)
    near = ArchivedIssue(number=6, cutoff=CUTOFF, count=1)
    announced = [AnnouncedCorrection(number=7, cutoff=CUTOFF, correction=one) for one in told]
    pages = SitePages(masthead, templates, glossary=GLOSSARIES.get(masthead.language, NO_GLOSSARY))
    tags = {urls.tag_slug(tag): tag for one in carried for tag in one.summary.tags}
    return {
        **render_pages(
            whole,
            templates,
            candidates={one.id: RelatedCandidates(newest=carried) for one in carried},
            histories={
                one.id: SummaryHistory(modified=CUTOFF, announced=(said,))
                for one, said in zip(carried, announced, strict=True)
            },
            around=IssuesAround(previous=near, following=replace(near, number=8)),
        ),
        **pages.fixed(tags),
        **{urls.tag_page_name(slug): pages.tag(slug, tag, carried) for slug, tag in tags.items()},
        urls.HOME: pages.home([whole, replace(whole, number=6)]),
        urls.LATEST: pages.latest(7),
        urls.ARCHIVE: pages.archive(urls.ARCHIVE, [near], chunk=2),
        urls.CORRECTIONS: pages.ledger(urls.CORRECTIONS, announced, chunk=1),
    }


def texts(page: html.HtmlElement) -> Iterator[tuple[str, html.HtmlElement]]:
    """Every piece of text that readers see, with the element that it is in."""
    for element in page.find("body").iter():
        if (element.text or "").strip():
            yield element.text, element
        for child in element:
            if (child.tail or "").strip():
                yield child.tail, element


def nearest(element: html.HtmlElement, name: str) -> str:
    return next(
        one.get(name) for one in (element, *element.iterancestors()) if one.get(name) is not None
    )


BLOCKS = frozenset({"p", "li", "h1", "h2", "h3", "dd", "dt", "a"})


def isolated(element: html.HtmlElement) -> bool:
    """Whether the words around a text have no say in how it runs."""
    return any(one.tag == "bdi" for one in (element, *element.iterancestors()))


def alone(text: str, element: html.HtmlElement) -> bool:
    """Whether a text stands alone in its block, or link."""
    block = next(one for one in (element, *element.iterancestors()) if one.tag in BLOCKS)
    return "".join(block.itertext()).strip() == text.strip()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_word_of_every_page_is_in_the_language_that_its_element_says(
    issue: Issue, templates: dict[str, str], language: str
) -> None:
    masthead = ARABIC if language == "ar" else MASTHEAD
    seen = dict.fromkeys(SCRIPTS, 0)
    for path, data in site(masthead, issue, templates).items():
        if not path.endswith(".html"):
            continue
        page = html.fromstring(data)
        for text, element in texts(page):
            scripts = [name for name, letters in SCRIPTS.items() if letters.search(text)]
            assert len(scripts) <= 1, (path, text)
            for name in scripts:
                seen[name] += 1
                assert nearest(element, "lang") == name, (path, text)
    assert seen["en"] > 100
    assert seen["he"] > 30
    assert (seen["ar"] > 50) == (language == "ar")


@pytest.mark.parametrize(("masthead", "side"), [(ARABIC, "rtl"), (MASTHEAD, "ltr")])
def test_pages_run_as_their_language_does_and_our_own_words_from_left_to_right(
    issue: Issue, templates: dict[str, str], masthead: Masthead, side: str
) -> None:
    for path, data in site(masthead, issue, templates).items():
        if not path.endswith(".html"):
            continue
        page = html.fromstring(data)
        assert (page.get("lang"), page.get("dir")) == (masthead.language, side)
        for text, element in texts(page):
            if SCRIPTS["en"].search(text) and not isolated(element):
                # A single word needs no direction.
                one_word = text.strip().isalpha()
                assert nearest(element, "dir") == "ltr" or one_word, (path, text)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_words_of_a_summary_are_isolated_wherever_they_stand(
    issue: Issue, templates: dict[str, str], language: str
) -> None:
    masthead = ARABIC if language == "ar" else MASTHEAD
    for path, data in site(masthead, issue, templates).items():
        if path.endswith(".html"):
            for text, element in texts(html.fromstring(data)):
                if SCRIPTS["he"].search(text) and not isolated(element):
                    assert alone(text, element), (path, text)
                    assert nearest(element, "dir") == "rtl", (path, text)


def test_a_page_of_one_language_marks_nothing(issue: Issue, templates: dict[str, str]) -> None:
    for data in render_pages(issue, templates).values():
        page = html.fromstring(data)
        assert page.xpath("//@lang") == ["en"]
        assert page.xpath("//@dir") == ["ltr"]


def test_titles_and_programs_are_told_the_language_of_the_summary(
    issue: Issue, templates: dict[str, str]
) -> None:
    pages = site(ARABIC, issue, templates)
    hebrew, *_, arab, _ = entries("ar")
    page = html.fromstring(pages[urls.page_name(hebrew)])
    assert page.find(".//title").get("lang") == "he"
    assert '"inLanguage": "he"' in page.find(".//script").text
    page = html.fromstring(pages[urls.page_name(arab)])
    assert page.find(".//title").get("lang") is None
    assert '"inLanguage": "he"' not in page.find(".//script").text


@pytest.mark.parametrize("masthead", [ARABIC, MASTHEAD])
def test_a_text_runs_by_its_letters_and_not_by_the_first(
    issue: Issue, templates: dict[str, str], masthead: Masthead
) -> None:
    told = "MS: " + str(ARAB["found"])
    fields = ("headline", "found", "why_it_matters", "studied_in", "disclaimer", "caution")
    texts_ = {field: f"MS {number}: {ARAB['found']}" for number, field in enumerate(fields)}
    points = {"cautions": f"- {told}\n- {told}", "key_messages": (told,), "funding": told}
    carried = (entry_of(summary_of("mixed", language="ar", **texts_, **points)),)
    pages = render_pages(replace(issue, masthead=masthead, entries=carried), templates)
    seen = 0
    for data in pages.values():
        for text, element in texts(html.fromstring(data)):
            if text.startswith("MS") and SCRIPTS["ar"].search(text):
                seen += 1
                # A `bdi` that says nothing would run as its first letter does.
                one = next(each for each in (element, *element.iterancestors()) if each.tag != "a")
                assert nearest(one, "dir") == "rtl", text
                assert one.tag != "bdi" or one.get("dir") == "rtl", text
    assert seen > 10
