"""Corrections of earlier issues on pages and in the feed of issues: first, and enough alone."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from lxml import html

import golden
from msnewsletter import urls
from msnewsletter.model import AnnouncedCorrection, ArchivedIssue, Correction, Status
from msnewsletter.render.corrections import SummaryHistory, correction_views, without_texts
from msnewsletter.render.feeds.render import render_feeds
from msnewsletter.render.feeds.view import issues_view
from msnewsletter.render.site.index_pages import SitePages
from msnewsletter.render.site.issue_pages import render_pages
from render.site.sample import AWKWARD, CUTOFF, ENTRIES, MASTHEAD, entry_of, summary_of

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.model import Issue

PAGE = "issues/0007.html"
LABELS = ["Retracted study in issue 2.", "Correction to issue 6."]
TITLE = "Corrections to earlier issues"
CORRECTIONS = tuple(
    Correction(
        key=key,
        id=MASTHEAD.public_id(key).urn,
        issue=issue,
        headline=headline,
        status=status,
        note=note,
    )
    for key, issue, headline, status, note in (
        ("lost", 2, "A trial found something.", Status.RETRACTED, "See <the> notice."),
        ("wrong", 6, AWKWARD, Status.CORRECTED, "We wrote 140 people.\n\nThere were 14."),
    )
)


@pytest.fixture
def corrected(issue: Issue) -> Issue:
    return replace(issue, corrections=CORRECTIONS)


@pytest.fixture
def alone(corrected: Issue) -> Issue:
    return replace(corrected, entries=())


def headings(page: bytes, level: str) -> list[str]:
    main = html.fromstring(page).find(".//main")
    return [" ".join(each.text_content().split()) for each in main.iter(level)]


def test_the_page_of_an_issue_is_the_one_that_was_looked_at(
    corrected: Issue, templates: dict[str, str], root: Path
) -> None:
    page = render_pages(corrected, templates)[PAGE]
    golden.check(root / "tests" / "golden" / "site" / "issue-with-corrections.html", page)


def test_they_stand_before_the_entries_and_lead_to_the_summaries(
    corrected: Issue, templates: dict[str, str]
) -> None:
    page = render_pages(corrected, templates)[PAGE]
    assert headings(page, "h2")[0] == TITLE
    assert len(headings(page, "h2")) == 1 + len(ENTRIES)
    (block,) = html.fromstring(page).xpath("//section[@class='notice']")
    assert [each.text for each in block.iter("strong")] == LABELS
    hrefs = [each.get("href") for each in html.fromstring(page).iterfind(".//main//a")]
    for one in CORRECTIONS:
        assert f"../{urls.summary_page_name(one.key, one.id)}" in hrefs
    assert "2 corrections to earlier issues, 4 studies, about " in html.tostring(
        html.fromstring(page), encoding="unicode"
    )


def test_one_alone_has_its_label_as_the_heading_and_says_it_once(
    alone: Issue, templates: dict[str, str]
) -> None:
    one = replace(alone, corrections=CORRECTIONS[1:])
    for page in (render_pages(one, templates)[PAGE], SitePages(MASTHEAD, templates).home([one])):
        (block,) = html.fromstring(page).xpath("//section[@class='notice']")
        assert " ".join(block.text_content().split()).startswith("Correction to issue 6 In “")
        assert block.text_content().count("Correction to issue 6") == 1


def test_beside_corrections_the_page_says_how_many_studies_there_are(
    corrected: Issue, templates: dict[str, str]
) -> None:
    pages = render_pages(corrected, templates)
    shown = pages[urls.issue_page_name(corrected.number)].decode()
    [line] = re.findall(r'<p class="quiet">(.*to read in full\.)</p>', shown)
    studies = len(corrected.entries)
    assert re.match(rf"\d corrections? to (an )?earlier issues?, {studies} stud", line), line


def test_an_issue_of_corrections_alone_is_a_page_and_listed_everywhere(
    alone: Issue, templates: dict[str, str]
) -> None:
    assert set(render_pages(alone, templates)) == {PAGE}
    pages = SitePages(MASTHEAD, templates)
    newest = pages.home([alone])
    assert headings(newest, "h3") == [TITLE]
    older = pages.home([replace(alone, number=8), alone]).decode()
    assert '<li><a href="issues/0007.html">2 corrections to earlier issues</a></li>' in older
    listed = pages.archive(
        urls.ARCHIVE, [ArchivedIssue(number=7, cutoff=CUTOFF, count=0)], chunk=1
    ).decode()
    assert "</a>, corrections only</li>" in listed


def test_the_feed_of_issues_tells_them_first(corrected: Issue, alone: Issue) -> None:
    for issue, said in (
        (corrected, "2 corrections, 4 new studies in plain language"),
        (alone, "2 corrections to earlier issues"),
    ):
        feeds = render_feeds(issues_view(MASTHEAD, [issue], updated=CUTOFF))
        (item,) = json.loads(feeds["issues/feed.json"])["items"]
        assert item["summary"] == said
        body = item["content_html"]
        advice = "<p>Please do not rely on what was taken back.</p>"
        first = "<p><strong>Retracted study in issue 2.</strong> We wrote: “<a href="
        assert body.startswith(f"<h2>{TITLE}</h2>\n{advice}\n{first}")
        assert "See &lt;the&gt; notice." in body
        for one in CORRECTIONS:
            address = f"{MASTHEAD.site}{urls.summary_page_name(one.key, one.id)}"
            assert f'<a href="{address}">{one.headline[:11]}' in body
        assert "we have corrected a mistake: We wrote 140 people." in body
        assert ("<ul>" in body) == bool(issue.entries)


def test_a_feed_entry_stays_small_however_many_there_are(alone: Issue) -> None:
    many = tuple(replace(CORRECTIONS[1], key=f"c-{one}", note="x " * 400) for one in range(200))
    feeds = render_feeds(issues_view(MASTHEAD, [replace(alone, corrections=many)], updated=CUTOFF))
    (item,) = json.loads(feeds["issues/feed.json"])["items"]
    assert len(item["content_html"]) < 40_000
    shown = item["content_html"].count("Correction to issue 6")
    assert f"{200 - shown} more corrections in issue 7" in item["content_html"]


# ── in words ─────────────────────────────────────────────────────────────────────────────────

CARRIED = datetime(2026, 4, 6, 7, tzinfo=UTC)
SLEEP = Correction(
    key="sleep",
    id=MASTHEAD.public_id("sleep").urn,
    issue=5,
    headline="Half of 140 people slept better.",
    status=Status.CORRECTED,
    note="There were 14.",
    carried=CARRIED,
)
NEW = replace(SLEEP, after=summary_of("sleep", headline="Half of 14 people slept better."))
FIFTH = "issue 5 of 6 April 2026"
IN = "In “Half of 140 people slept better.”"
WROTE = "We wrote: “Half of 140 people slept better.”"
NOW = "It now says: “Half of 14 people slept better.”"


@pytest.mark.parametrize(
    ("one", "label", "said"),
    [
        (SLEEP, f"Correction to {FIFTH}", f"{IN} we have corrected a mistake: There were 14."),
        (
            replace(SLEEP, note=None),
            f"Correction to {FIFTH}",
            f"{IN} we have corrected a mistake.",
        ),
        (NEW, f"Correction to {FIFTH}", f"{WROTE} {NOW} There were 14."),
        (
            replace(SLEEP, status=Status.WITHDRAWN, carried=None),
            "Withdrawn from issue 5",
            f"{WROTE} There were 14.",
        ),
        (
            replace(SLEEP, status=Status.RETRACTED, note=None),
            f"Retracted study in {FIFTH}",
            WROTE,
        ),
        (
            replace(NEW, status=Status.LIVE, note=None),
            f"Valid again, from {FIFTH}",
            f"{WROTE} {NOW}",
        ),
        (
            replace(SLEEP, status=Status.TAKEN_DOWN, headline="", note="Asked for by law."),
            "Taken down",
            f"A summary in {FIFTH} was taken down. Asked for by law.",
        ),
        (
            without_texts(NEW),
            f"Correction to {FIFTH}",
            "The summary in issue 5 has since been taken down.",
        ),
    ],
)
def test_each_kind_says_what_was_written_and_what_is_right(
    one: Correction, label: str, said: str
) -> None:
    (view,) = correction_views(MASTHEAD, [one])
    assert (view.label, view.text) == (label, said)


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ("140 slept", "14 slept", "We wrote: “140 slept”. It now says: “14 slept”. There were 14."),
        ("Did 140?", "14 did", "We wrote: “Did 140?” It now says: “14 did”. There were 14."),
        ("140 (all.)", "So “14.”", "We wrote: “140 (all.)” It now says: “So “14.”” There were 14."),
        ("x" * 301, "14", f"We wrote: “{'x' * 299}…” It now says: “14”. There were 14."),
    ],
)
def test_a_quoted_headline_ends_its_sentence_by_one_stop(before: str, now: str, said: str) -> None:
    one = replace(SLEEP, headline=before, after=summary_of("sleep", headline=now))
    (view,) = correction_views(MASTHEAD, [one])
    assert view.text == said


@pytest.mark.parametrize(
    ("one", "link"),
    [
        (NEW, "Half of 14 people slept better."),
        (replace(SLEEP, status=Status.WITHDRAWN), "Half of 140 people slept"),
        (replace(SLEEP, status=Status.CONCERN), "Half of 140 people slept"),
        (without_texts(NEW), "The summary in issue 5"),
    ],
)
def test_the_link_names_the_headline_that_the_page_has_now(one: Correction, link: str) -> None:
    (view,) = correction_views(MASTHEAD, [one])
    (linked,) = [run.text for run in view.runs if run.linked]
    assert linked.startswith(link)


# ── where it is listed ───────────────────────────────────────────────────────────────────────


def announced(*corrections: Correction) -> tuple[AnnouncedCorrection, ...]:
    return tuple(
        AnnouncedCorrection(number=number, cutoff=CUTOFF + timedelta(days=number), correction=one)
        for number, one in enumerate(corrections, start=8)
    )


def page_of(issue: Issue, templates: dict[str, str], **fields: object) -> bytes:
    """The page of a summary with these fields, corrected in issue 8 and again in issue 9."""
    entry = entry_of(summary_of("sleep", **fields))
    told = announced(SLEEP, replace(NEW, note="A typist <b>slipped</b>."))
    history = SummaryHistory(modified=told[-1].cutoff, announced=told)
    made = render_pages(replace(issue, entries=(entry,)), templates, histories={entry.id: history})
    return made[urls.page_name(entry)]


def test_a_summarys_page_lists_each_correction_with_its_day_and_the_issue_that_told_it(
    issue: Issue, templates: dict[str, str], root: Path
) -> None:
    page = page_of(
        issue, templates, headline="Half of 14 people slept better.", status=Status.CORRECTED
    )
    golden.check(root / "tests" / "golden" / "site" / "summary-with-history.html", page)
    (section,) = html.fromstring(page).xpath("//section[@class='history']")
    items = [" ".join(each.text_content().split()) for each in section.iter("li")]
    assert items == [
        f"12 May 2026, announced in issue 8 {IN} we have corrected a mistake: There were 14.",
        f"13 May 2026, announced in issue 9 {WROTE} {NOW} A typist <b>slipped</b>.",
    ]
    assert section.xpath(".//a/@href") == ["../issues/0008.html", "../issues/0009.html"]
    assert section.xpath(".//time/@datetime") == ["2026-05-12", "2026-05-13"]


def test_programs_read_when_it_was_corrected_and_where(
    issue: Issue, templates: dict[str, str]
) -> None:
    page = html.fromstring(page_of(issue, templates, status=Status.CORRECTED))
    data = json.loads(page.find(".//script").text)
    assert data["dateModified"] == "2026-05-13T07:00:00+00:00"
    first, last = data["correction"]
    assert first == {
        "@type": "CorrectionComment",
        "text": "In “Half of 140 people slept better.” we have corrected a mistake: There were 14.",
        "datePublished": "2026-05-12T07:00:00+00:00",
        "url": "https://news.example.org/ms/issues/0008.html",
    }
    assert last["url"].endswith("issues/0009.html")


def test_what_is_live_again_has_no_comment_without_words(
    issue: Issue, templates: dict[str, str]
) -> None:
    page = html.fromstring(page_of(issue, templates))
    told = json.loads(page.find(".//script").text)["correction"]
    assert len(told) == 2
    assert all(one["text"] for one in told)


def test_a_page_that_was_taken_down_has_a_title_and_the_notice_and_nothing_else(
    issue: Issue, templates: dict[str, str]
) -> None:
    gone = replace(summary_of("sleep"), headline="", found="", why_it_matters="", cautions="")
    entry = entry_of(replace(gone, status=Status.TAKEN_DOWN, note="Asked for by a person."))
    shown = html.fromstring(
        render_pages(replace(issue, entries=(entry,)), templates)[urls.page_name(entry)]
    )
    assert [each.text for each in shown.iter("h1")] == ["This summary was taken down"]
    assert [each.text_content() for each in shown.iterfind(".//main//h2")] == [
        "Where does this come from?"
    ]
    assert shown.xpath("//main//a/@href") == ["../issues/0007.html"]
    assert "AI-written" not in shown.find(".//main").text_content()
    assert "Asked for by a person." in shown.find(".//main").text_content()


def test_the_ledger_has_every_correction_with_both_links(
    templates: dict[str, str], root: Path
) -> None:
    pages = SitePages(MASTHEAD, templates)
    told = announced(*CORRECTIONS, NEW)[::-1]
    page = pages.ledger(urls.CORRECTIONS, told, chunk=2)
    golden.check(root / "tests" / "golden" / "site" / "corrections.html", page)
    shown = html.fromstring(page)
    (ledger,) = shown.xpath("//ul[@class='ledger']")
    assert ledger.xpath("li//time/@datetime") == ["2026-05-14", "2026-05-13", "2026-05-12"]
    for item, one in zip(ledger.iter("li"), told, strict=True):
        summary = urls.summary_page_name(one.correction.key, one.correction.id)
        assert item.xpath(".//a/@href") == [urls.issue_page_name(one.number), summary]
    assert "corrections/issues-0001.html" in shown.xpath("//main//a/@href")
    older = html.fromstring(pages.ledger(urls.ledger_page_name(1), told, chunk=1))
    assert "../corrections.html" in older.xpath("//main//a/@href")


def test_the_ledger_links_each_headline_and_numbers_no_page_twice(
    templates: dict[str, str],
) -> None:
    other = replace(SLEEP, key="other", id=MASTHEAD.public_id("other").urn)
    withdrawn = replace(SLEEP, status=Status.WITHDRAWN)
    told = announced(SLEEP, other, withdrawn)
    page = html.fromstring(SitePages(MASTHEAD, templates).ledger(urls.CORRECTIONS, told, chunk=1))
    links = [item.xpath(".//a")[-1] for item in page.xpath("//ul[@class='ledger']/li")]
    assert [link.text_content() for link in links] == [
        "Half of 140 people slept better.",
        "Half of 140 people slept better. (2)",
        "Half of 140 people slept better.",
    ]
    assert links[0].get("href") == links[2].get("href") != links[1].get("href")


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.RETRACTED, Status.CONCERN])
def test_what_the_notice_says_is_not_repeated_but_keeps_its_day_and_issue(
    issue: Issue, templates: dict[str, str], status: Status
) -> None:
    note = "The numbers were those of another study."
    entry = entry_of(summary_of("sleep", headline=SLEEP.headline, status=status, note=note))
    told = announced(SLEEP, replace(SLEEP, status=status, note=note))
    history = SummaryHistory(modified=told[-1].cutoff, announced=told)
    made = render_pages(replace(issue, entries=(entry,)), templates, histories={entry.id: history})
    main = html.fromstring(made[urls.page_name(entry)]).find(".//main")
    assert main.text_content().count(note) == 1
    (when,) = main.xpath(".//p[@class='notice']/following-sibling::p[1]")
    assert when.text_content() == "13 May 2026, announced in issue 9"
    assert [each.get("href") for each in when.iter("a")] == ["../issues/0009.html"]
    (section,) = main.xpath(".//section[@class='history']")
    assert section.find("h2").text == "What has changed since?"
    (earlier,) = section.iter("li")
    assert "announced in issue 8" in earlier.text_content()


def test_a_headline_that_is_another_now_is_said_beside_the_notice(
    issue: Issue, templates: dict[str, str]
) -> None:
    entry = entry_of(summary_of("sleep", headline="Nobody slept.", status=Status.WITHDRAWN))
    told = announced(replace(SLEEP, status=Status.WITHDRAWN, note=None))
    history = SummaryHistory(modified=told[-1].cutoff, announced=told)
    made = render_pages(replace(issue, entries=(entry,)), templates, histories={entry.id: history})
    page = html.fromstring(made[urls.page_name(entry)])
    (said,) = page.xpath("//section[@class='history']//li/p[2]")
    assert said.text_content().startswith("We wrote: “Half of 140 people slept better.”")


def test_a_ledger_without_corrections_says_so(templates: dict[str, str]) -> None:
    pages = SitePages(MASTHEAD, templates)
    said = {
        (path, chunk): html.fromstring(pages.ledger(path, [], chunk=chunk)).find(".//main")
        for path, chunk in (
            (urls.CORRECTIONS, 1),
            (urls.CORRECTIONS, 2),
            (urls.ledger_page_name(1), 1),
        )
    }
    texts = [" ".join(main.text_content().split()) for main in said.values()]
    assert "So far there was nothing to correct." in texts[0]
    assert "The newest issues had nothing to correct. Older corrections" in texts[1]
    assert "These issues had nothing to correct." in texts[2]


def test_every_page_leads_to_the_ledger(issue: Issue, templates: dict[str, str]) -> None:
    pages = {**render_pages(issue, templates), **SitePages(MASTHEAD, templates).fixed({})}
    for path, page in pages.items():
        if path.endswith(".html"):
            links = html.fromstring(page).xpath("//footer//a[text()='All corrections']/@href")
            assert len(links) == 1
            assert links[0].endswith("corrections.html")
    about = html.fromstring(pages[urls.ABOUT]).xpath("//main//a/@href")
    assert urls.CORRECTIONS in about


def test_the_home_page_shows_ten_and_leads_to_the_others(
    alone: Issue, templates: dict[str, str]
) -> None:
    many = tuple(replace(CORRECTIONS[1], key=f"c-{one}") for one in range(12))
    home = html.fromstring(SitePages(MASTHEAD, templates).home([replace(alone, corrections=many)]))
    (block,) = home.xpath("//section[@class='notice']")
    assert len(block.findall("p")) == 11
    assert block.findall("p")[-1].text_content() == "All 12 corrections in issue 7"
