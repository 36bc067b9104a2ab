from __future__ import annotations

import json
import posixpath
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import golden
from chance import examples
from msnewsletter import urls
from msnewsletter.errors import TemplateError
from msnewsletter.model import ArchivedIssue, Card, Issue, Status, WrittenBy
from msnewsletter.render.feeds.items import FeedItem
from msnewsletter.render.feeds.render import render_feeds
from msnewsletter.render.feeds.view import feed_views, issues_view, tag_view
from msnewsletter.render.site.crawlers import opml
from msnewsletter.render.site.icons import icon_files
from msnewsletter.render.site.index_pages import SitePages
from msnewsletter.render.site.issue_pages import render_pages
from render.site.markup import Page
from render.site.sample import AWKWARD, CUTOFF, ENTRIES, MASTHEAD, entry_of, summary_of

if TYPE_CHECKING:
    from pathlib import Path

GUT, LOST, CHANGED, RETRACTED = (urls.page_name(entry) for entry in ENTRIES)


@pytest.fixture
def site(issue: Issue, templates: dict[str, str]) -> dict[str, bytes]:
    items = [FeedItem(entry=entry, issue=issue.number) for entry in issue.entries]
    pages = SitePages(MASTHEAD, templates)
    tags = {urls.tag_slug(tag): tag for entry in ENTRIES for tag in entry.summary.tags}
    tagged = {slug: pages.tag(slug, tag, ENTRIES[:1]) for slug, tag in tags.items()}
    return {
        **render_pages(issue, templates),
        **pages.fixed(tags, counts=dict.fromkeys(tags, 2)),
        **icon_files(MASTHEAD.title),
        **{urls.tag_page_name(slug): page for slug, page in tagged.items()},
        **render_feeds(*feed_views(MASTHEAD, items, updated=CUTOFF)),
        **render_feeds(issues_view(MASTHEAD, [issue], updated=CUTOFF)),
        **{
            name: data
            for tag in tags.values()
            for name, data in render_feeds(
                tag_view(MASTHEAD, tag, items[:1], updated=CUTOFF)
            ).items()
        },
        "archive.html": pages.archive(
            urls.ARCHIVE,
            [ArchivedIssue(number=7, cutoff=CUTOFF, count=len(ENTRIES))],
            chunk=1,
            leading={7: ENTRIES[0]},
        ),
        urls.CORRECTIONS: pages.ledger(urls.CORRECTIONS, [], chunk=1),
        "feeds.opml": opml(MASTHEAD, tags),
        "index.html": SitePages(MASTHEAD, templates).home([issue]),
    }


def pages_of(site: dict[str, bytes]) -> dict[str, Page]:
    return {path: Page.read(data) for path, data in site.items() if path.endswith(".html")}


def shown(issue: Issue, templates: dict[str, str], **fields: object) -> Page:
    """The page of a summary with these fields."""
    entry = entry_of(summary_of("one", **fields))
    pages = render_pages(replace(issue, entries=(entry,)), templates)
    return Page.read(pages[urls.page_name(entry)])


def test_an_issue_has_its_page_and_one_for_each_entry(
    issue: Issue, templates: dict[str, str]
) -> None:
    paths = {"issues/0007.html", GUT, LOST, CHANGED, RETRACTED}
    assert set(render_pages(issue, templates)) == paths


def test_every_relative_link_leads_to_a_file_of_the_site(site: dict[str, bytes]) -> None:
    for path, page in pages_of(site).items():
        hrefs = [each["href"] for tag in ("a", "link") for each in page.all(tag)]
        ours = [href for href in hrefs if not urlsplit(href).scheme]
        targets = {
            posixpath.normpath(posixpath.join("/ms", posixpath.dirname(path), unquote(href)))
            for href in ours
            if not href.startswith("#")
        }
        assert len(targets) > 5
        assert targets <= {f"/ms/{name}" for name in site}


def test_every_page_has_a_language_one_heading_a_title_and_its_canonical_address(
    site: dict[str, bytes],
) -> None:
    for path, page in pages_of(site).items():
        assert page.all("html") == [{"lang": "en", "dir": "ltr"}]
        assert len(page.all("h1")) == 1
        assert page.text("title")
        canonical = [each["href"] for each in page.all("link") if each["rel"] == "canonical"]
        own = MASTHEAD.site + ("" if path == "index.html" else path)
        # The page for what is missing is shown at any address and has none of its own.
        assert canonical == ([] if path == "404.html" else [own])


def test_every_page_leads_feed_readers_to_the_main_feed_first(site: dict[str, bytes]) -> None:
    for path, page in pages_of(site).items():
        found = [each for each in page.all("link") if each["rel"] == "alternate"]
        main = found[0]
        assert main["type"] == "application/rss+xml"
        root = "/ms/" if path == "404.html" else "../" * path.count("/")
        assert main["href"] == root + "rss.xml"
        assert all(each["title"].startswith(MASTHEAD.title) for each in found)


def test_pages_run_no_script_and_load_nothing_from_elsewhere(site: dict[str, bytes]) -> None:
    for page in pages_of(site).values():
        assert not [tag for tag, _ in page.elements if tag in {"img", "iframe", "form", "object"}]
        # Data that browsers do not run.
        assert {each["type"] for each in page.all("script")} <= {"application/ld+json"}
        loaded = [each["href"] for each in page.all("link") if each["rel"] == "stylesheet"]
        assert len(loaded) == 1
        assert loaded[0].endswith("style.css")
    assert b"url(" not in site["style.css"]
    assert b"@import" not in site["style.css"]


def test_the_stylesheet_is_css_and_not_escaped_as_html(site: dict[str, bytes]) -> None:
    css = site["style.css"].decode()
    assert "&" not in css
    assert css.count("{") == css.count("}")
    assert "prefers-color-scheme: dark" in css


def test_a_summary_answers_plain_questions_in_order(site: dict[str, bytes]) -> None:
    page = pages_of(site)[GUT]
    assert page.text("h1") == ENTRIES[0].summary.headline
    assert page.text("h2").splitlines() == [
        "What was found?",
        "Why does it matter?",
        "What should you keep in mind?",
        "Where does this come from?",
        "Related summaries",
    ]
    assert "Researchers looked at 40 people.\nThey saw a small difference." in page.text("p")


def test_a_section_that_the_summary_lacks_has_no_heading(
    issue: Issue, templates: dict[str, str]
) -> None:
    page = shown(issue, templates, why_it_matters="", cautions="")
    assert "matter" not in page.text("h2")
    assert not [each for each in page.all("section") if each.get("class") == "caution"]


def test_a_summary_names_its_study_its_review_and_its_disclaimer(site: dict[str, bytes]) -> None:
    page = pages_of(site)[GUT]
    hrefs = [each["href"] for each in page.all("a")]
    assert "https://doi.org/10.1000/xyz(2026)5" in hrefs
    assert "https://pubmed.ncbi.nlm.nih.gov/12345678/" in hrefs
    assert "https://summaries.example.org/gut?a=1&b=2" in hrefs
    assert "AI-written; checked by Dr. Ada Example on 2 May 2026" in page.text("p")
    assert "Written by AI: for information, not advice." in page.text("p")
    assert "In mice · Neurology(R) neuroimmunology & neuroinflammation · 3 May 2026 · " in page.line
    assert "journal issue dated December 2026" in page.text("p")


def test_a_summary_without_a_disclaimer_shows_the_newsletters(site: dict[str, bytes]) -> None:
    page = pages_of(site)[LOST]
    assert MASTHEAD.disclaimer in page.text("p")
    assert "AI-written; not checked by a person" in page.text("p")


CHECK = {"reviewed_by": "Ada", "reviewed_on": date(2026, 5, 3)}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (CHECK, True),
        (CHECK | {"changed_on": date(2026, 5, 2)}, True),
        (CHECK | {"changed_on": date(2026, 5, 9)}, False),
        (CHECK | {"status": Status.WITHDRAWN, "note": "It was wrong."}, False),
        ({}, False),
    ],
)
def test_search_engines_are_told_of_a_check_of_the_text_shown_only(
    issue: Issue, templates: dict[str, str], fields: dict[str, Any], *, told: bool
) -> None:
    entry = entry_of(summary_of("one", **fields))
    page = render_pages(replace(issue, entries=(entry,)), templates)[urls.page_name(entry)]
    found = re.search(r"(?s)<script[^>]*>(.*?)</script>", page.decode())
    assert found
    assert ({"reviewedBy", "lastReviewed"} & set(json.loads(found[1])) != set()) is told


def test_a_page_whose_text_is_replaced_names_nobody_who_checked_it(
    issue: Issue, templates: dict[str, str]
) -> None:
    page = shown(issue, templates, **CHECK, status=Status.RETRACTED, note="See the journal.")
    assert "Ada" not in page.text()
    assert "written" not in page.text("p")


ABOUT = {
    WrittenBy.AI: "An AI writes it from the study",
    WrittenBy.PEOPLE: "People write it from the study",
    WrittenBy.BOTH: "AI and people write it from the study",
}


@pytest.mark.parametrize("written_by", WrittenBy)
def test_the_page_about_the_newsletter_says_who_writes(
    written_by: WrittenBy, templates: dict[str, str]
) -> None:
    masthead = replace(MASTHEAD, written_by=written_by, disclaimer="Not medical advice.")
    page = SitePages(masthead, templates).fixed({})[urls.ABOUT]
    text = " ".join(Page.read(page).text("p").split())
    assert ABOUT[written_by] in text
    assert "where this differs, the summary’s page says so" in text
    assert ("AI" in text) is (written_by is not WrittenBy.PEOPLE)
    assert ("not checked by a person" in text) is (written_by is not WrittenBy.PEOPLE)


def test_related_cards_keep_their_dates_and_texts(site: dict[str, bytes]) -> None:
    page = pages_of(site)[GUT]
    assert page.text("time").splitlines() == ["31 December 2026", "6 April 2026"]
    assert page.all("time")[0]["datetime"] == "2026-12-31"
    assert "Learn what a sample card says & why it en" in page.text("bdi")


def test_a_card_that_was_cut_shows_that_it_goes_on(issue: Issue, templates: dict[str, str]) -> None:
    cut, whole = "x" * 100, "y" * 99 + "."
    cards = tuple(Card(date=CUTOFF.date(), teaser=teaser) for teaser in (cut, whole))
    lines = shown(issue, templates, related=cards).text("bdi").splitlines()
    assert f"{cut}…" in lines
    assert whole in lines


def test_awkward_text_comes_through_unharmed(site: dict[str, bytes]) -> None:
    pages = pages_of(site)
    assert pages[LOST].text("h1") == AWKWARD
    assert AWKWARD in pages["issues/0007.html"].text("a")
    assert AWKWARD in pages["index.html"].text("a")
    assert "{{ 7 * 7 }}" not in site[LOST].decode()


def test_braces_in_a_text_are_text(issue: Issue, templates: dict[str, str]) -> None:
    page = shown(issue, templates, headline="{{ 7 * 7 }} {% raw %} <script>alert(1)</script>")
    assert page.text("h1") == "{{ 7 * 7 }} {% raw %} <script>alert(1)</script>"


def test_an_entry_in_an_issue_shows_one_caution_and_its_badge(site: dict[str, bytes]) -> None:
    page = pages_of(site)["issues/0007.html"]
    bold = page.text("strong").splitlines()
    assert bold == ["In", *["Keep in mind:"] * 3]
    assert page.line.count("Keep in mind: The study was small. It cannot show a cause.") == 3
    assert "In mice · Neurology(R)" in page.line
    assert "1 May 2026 · added late, from before an earlier issue" in page.text("p")
    assert "First seen 2 May 2026 (no date given)" in page.text("p")


def test_a_teaser_that_only_repeats_its_headline_is_not_shown_twice(
    site: dict[str, bytes],
) -> None:
    page = pages_of(site)["issues/0007.html"]
    assert page.text().count(AWKWARD) == 1
    assert "In mice, one gut microbe made the illness worse." in page.text("p")


def test_a_corrected_summary_shows_the_correction_and_the_text(site: dict[str, bytes]) -> None:
    page = pages_of(site)[CHANGED]
    assert "We have corrected this summary. We wrote 40 people; there were 14." in page.line
    assert "What was found?" in page.text("h2")


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.RETRACTED])
def test_what_was_taken_back_shows_the_notice_in_the_texts_place(
    issue: Issue, templates: dict[str, str], status: Status
) -> None:
    page = shown(issue, templates, status=status, note="Here is why.")
    assert "Please do not rely on it. Here is why." in page.line
    assert "What was found?" not in page.text("h2")
    assert "40 people" not in page.text()


def test_home_shows_the_newest_issue_first_and_how_to_follow(
    issue: Issue, templates: dict[str, str]
) -> None:
    older = replace(issue, number=6, entries=ENTRIES[2:3])
    page = Page.read(SitePages(MASTHEAD, templates).home([older, issue]))
    assert page.text("h1") == MASTHEAD.title
    text = page.text("a")
    assert text.index("Issue 7, 4 May 2026") < text.index("Issue 6, 4 May 2026")
    hrefs = {each["href"] for each in page.all("a")}
    assert {"rss.xml", "feeds.html", "archive.html", GUT, CHANGED} <= hrefs


def test_home_without_an_issue_says_so(templates: dict[str, str]) -> None:
    page = Page.read(SitePages(MASTHEAD, templates).home([]))
    assert "The first issue is not out yet." in page.text("p")


def test_a_broken_template_is_named_with_its_line(issue: Issue, templates: dict[str, str]) -> None:
    broken = {**templates, "site/summary.html.j2": "fine\n{{ entry.nothing }}"}
    with pytest.raises(TemplateError, match=r"templates/site/summary\.html\.j2:2: .*nothing"):
        render_pages(issue, broken)


@pytest.mark.parametrize(
    "path",
    [
        *("index.html", "issues/0007.html", GUT, RETRACTED, "style.css", "archive.html"),
        *("feeds.html", "tags/mice.html", "404.html", "feeds.opml"),
    ],
)
def test_pages_are_as_they_were_looked_at(site: dict[str, bytes], path: str, root: Path) -> None:
    golden.check(root / "tests" / "golden" / "site" / path, site[path])


ANY_TEXT = st.text(st.characters(), max_size=60)


@settings(max_examples=examples(80))
@given(text=ANY_TEXT, note=ANY_TEXT, status=st.sampled_from(Status))
def test_any_text_at_all_gives_well_formed_pages(
    templates: dict[str, str], text: str, note: str, status: Status
) -> None:
    card = Card(date=CUTOFF.date(), teaser=text)
    entry = entry_of(
        summary_of(
            text.encode(errors="replace").decode(),  # a key is always UTF-8
            headline=text,
            found=text,
            cautions=text,
            journal=text,
            related=(card,),
            status=status,
            note=note,
        )
    )
    issue = Issue(number=1, slot="s", cutoff=CUTOFF, masthead=MASTHEAD, entries=(entry,))
    pages = render_pages(issue, templates)
    for path in ("issues/0001.html", urls.page_name(entry)):
        assert len(Page.read(pages[path]).all("h1")) == 1


def test_a_summarys_page_shows_its_own_title_caution_and_numbers(
    issue: Issue, templates: dict[str, str]
) -> None:
    fields = {"title": "Evening walks", "cautions": "3. It was small.\n4. It was short."}
    page = shown(issue, templates, caution="Ask your team first.", **fields)
    line = page.line
    assert line.index("Evening walks") < line.index("What was found?")
    assert line.index("keep in mind?") < line.index("Ask your team") < line.index("It was small")
    assert [one["start"] for one in page.all("ol")] == ["3"]
    same = shown(issue, templates, title="A headline.", headline="A headline.")
    assert "A headline." not in same.text("p")
