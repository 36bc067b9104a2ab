"""What the lint sees, and that it sees nothing where there is nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chance import examples
from msnewsletter.errors import RefusedError
from msnewsletter.model import Card, Status
from msnewsletter.render.feeds.items import FeedItem, FeedLinks
from msnewsletter.render.feeds.render import render_feeds
from msnewsletter.render.feeds.view import feed_views
from msnewsletter.render.site import verify
from msnewsletter.render.site.related import (
    CitedEntry,
    RelatedCandidates,
    related_summaries,
    start_of,
)
from render.site.sample import CUTOFF, ENTRIES, MASTHEAD, entry_of, summary_of


def feeds() -> dict[str, bytes]:
    items = [FeedItem(entry=entry, issue=7) for entry in ENTRIES]
    return render_feeds(*feed_views(MASTHEAD, items, updated=CUTOFF))


def test_the_sample_feeds_agree() -> None:
    verify.check_feeds(feeds())


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("id", "urn:uuid:other", "entry 1 has the id"),
        ("title", "Another", "entry 1 has the title"),
        ("url", "https://example.org/", "entry 1 has the link"),
        ("date_published", "2026-01-01T00:00:00+00:00", "entry 1 has the published"),
        ("date_modified", "2026-01-01T00:00:00+00:00", "entry 1 has the updated"),
        ("content_html", "<p>Another</p>", "entry 1 has the text"),
    ],
)
def test_a_format_that_says_something_else_is_named(field: str, value: str, said: str) -> None:
    files = feeds()
    feed = json.loads(files["feed.json"])
    feed["items"][0][field] = value
    files["feed.json"] = json.dumps(feed).encode()
    with pytest.raises(RefusedError, match=said) as refused:
        verify.check_feeds(files)
    assert "\n" not in str(refused.value)
    assert "feed.json" in str(refused.value)


def test_another_order_and_another_number_are_named() -> None:
    for change in (lambda items: items.reverse(), lambda items: items.pop()):
        files = feeds()
        feed = json.loads(files["feed.json"])
        change(feed["items"])
        files["feed.json"] = json.dumps(feed).encode()
        with pytest.raises(RefusedError, match=r"entr(y 1|ies)"):
            verify.check_feeds(files)


def test_a_feed_that_does_not_parse_is_named() -> None:
    files = feeds()
    files["full/rss.xml"] = files["full/rss.xml"].replace(b"</channel>", b"")
    with pytest.raises(RefusedError, match=r"full/rss\.xml: feedparser cannot read it"):
        verify.check_feeds(files)


def links_in(name: str, body: str, *, there: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    verify.verify_links(
        {name: body.encode()}, site="https://a.example/ms/", exists=there.__contains__
    )


@pytest.mark.parametrize(
    "href",
    [
        "#top",
        "https://elsewhere.example/",
        "mailto:a@b.example",
        "../style.css",
        "other.html#part",
        "https://a.example/ms/style.css",
        "https://a.example/ms/",
        "/ms/style.css",
        "//elsewhere.example/x",
        "?page=2",
        "https://a.example/ms/style.css?utm_source=mail&amp;x=1#top",
        "HTTPS://A.Example:443/ms/style.css",
        "//A.example/ms/style.css",
        "https://a.example:8443/ms/nowhere",
        "https://a.example/other/nowhere",
    ],
)
def test_links_that_lead_somewhere_are_silent(href: str) -> None:
    there = {"style.css", "index.html", "pages/other.html", "pages"}
    links_in("pages/one.html", f"<a href='{href}'>x</a>", there=there)


@pytest.mark.parametrize(
    "href",
    [
        *("nowhere.html", "/ms/nowhere", "https://a.example/ms/no", "../no", "nowhere.html?x=1"),
        *("https://A.EXAMPLE/ms/no", "https://a.example:443/ms/no", "//a.example/ms/no"),
    ],
)
def test_links_that_lead_nowhere_are_named(href: str) -> None:
    with pytest.raises(RefusedError, match=r"pages/one\.html: its link .* leads nowhere"):
        links_in("pages/one.html", f"<a href={href}>x</a>")


def test_an_archive_that_is_not_there_is_named() -> None:
    items = [FeedItem(entry=ENTRIES[0], issue=7)]
    linked = FeedLinks(archived="archive/0007/", previous="archive/0006/")
    files = render_feeds(*feed_views(MASTHEAD, items, updated=CUTOFF, linked=linked))
    own = {name for folder in ("", "full/") for name in (f"{folder}{n}" for n in NAMES)}
    with pytest.raises(RefusedError, match="archive/0006/"):
        verify.verify_links(files, site=MASTHEAD.site, exists=own.__contains__)


NAMES = ("rss.xml", "atom.xml", "feed.json", "feed.css", "issues/0007.html", "index.html")

TEXT = st.text(
    st.characters(codec="utf-8") | st.sampled_from("&<>;#'\"\x92\xa0amplt1280x\u2028 "), max_size=40
)


@settings(max_examples=examples(200))
@given(TEXT, TEXT, TEXT, st.sampled_from(Status))
def test_no_text_at_all_makes_the_lint_stop_a_publish(
    headline: str, text: str, tag: str, status: Status
) -> None:
    summary = summary_of("one", headline=headline, found=text, note=text, status=status)
    entry = entry_of(replace(summary, tags=(tag,), cautions=text, journal=headline))
    verify.check_feeds(
        render_feeds(*feed_views(MASTHEAD, [FeedItem(entry=entry, issue=1)], updated=CUTOFF))
    )


# ── related summaries ────────────────────────────────────────────────────────────────────────

LONG = "Researchers who looked at “one” thing for a year found that"


def cards(*teasers: str, **candidates: Any) -> list[tuple[str, str | None]]:
    day = CUTOFF.date()
    entry = entry_of(
        summary_of("citing", related=tuple(Card(date=day, teaser=one) for one in teasers))
    )
    found = related_summaries(entry, RelatedCandidates(**candidates), MASTHEAD)
    return [(card.name.line, card.path) for card in found.related]


def test_a_card_is_linked_only_when_one_summary_begins_as_it_does() -> None:
    one, two = (cited(key, f"{LONG} it {says}.") for key, says in TWO)
    plain = LONG.replace("“", '"').replace("”", '"')
    assert start_of(plain) == start_of(one.headlines[0])
    assert cards(plain, cited=[one])[0][1] is not None
    assert cards(plain, cited=[one, two])[0][1] is None
    assert cards(f"{LONG} it works, or so.", cited=[one])[0][1] is None
    assert cards("Researchers", cited=[one])[0][1] is None


TWO = (("one", "works"), ("two", "does not"))


def cited(key: str, *headlines: str, **fields: Any) -> CitedEntry:
    entry = entry_of(summary_of(key, **{"headline": headlines[-1], **fields}))
    return CitedEntry(entry=entry, headlines=headlines)


def test_a_card_that_cites_a_headline_from_before_its_correction_still_leads_there() -> None:
    one = cited("one", f"{LONG} it works.", "It does not work, as we know now.")
    assert cards(LONG, cited=[one])[0][1] is not None


def test_a_card_of_what_was_withdrawn_says_so_where_it_is_sure() -> None:
    one, two = (cited(key, f"{LONG} it {says}.", status=Status.WITHDRAWN) for key, says in TWO)
    assert cards(LONG, cited=[one])[0][0] == f"Withdrawn: {LONG}"
    assert cards(LONG, cited=[one, two])[0] == (LONG, None)


def test_a_card_of_what_was_taken_down_goes_also_where_two_are_meant_or_it_is_short() -> None:
    gone = {"headline": "", "status": Status.TAKEN_DOWN}
    one = cited("one", f"{LONG} it works.", **gone)
    assert cards(LONG, "Another.", cited=[one]) == [("Another.", None)]
    assert cards(LONG, cited=[one, cited("two", f"{LONG} it does not.")]) == []
    assert cards("Sleep.", "Sle", cited=[cited("one", "Sleep.", **gone)]) == [("Sle", None)]


def test_six_are_shown_the_summarys_own_first_and_none_twice_or_taken_back() -> None:
    others = [entry_of(summary_of(f"other {n}", headline=f"Other {n}")) for n in range(9)]
    gone = entry_of(summary_of("gone", status=Status.WITHDRAWN))
    entry = entry_of(summary_of("me", related=(Card(date=CUTOFF.date(), teaser="Own card."),)))
    around = RelatedCandidates(sharing=[gone, entry, others[0]], newest=[entry, *others])
    found = related_summaries(entry, around, MASTHEAD)
    assert [card.name.line for card in found.related] == ["Own card.", "Other 0"]
    assert [card.name.line for card in found.others] == [f"Other {n}" for n in range(1, 5)]
