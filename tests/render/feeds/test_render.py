from __future__ import annotations

import json
import locale
import os
import random
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from lxml import etree
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

import golden
from chance import examples, seed
from checks.forty_texts import FINE, LEFT
from msnewsletter.model import Entry, Status, Summary, WrittenBy
from msnewsletter.render.feeds.feedgen_extensions import XHTML
from msnewsletter.render.feeds.items import FeedItem
from msnewsletter.render.feeds.render import render_feeds
from msnewsletter.render.feeds.stylesheet import feed_style
from msnewsletter.render.feeds.view import feed_views
from msnewsletter.render.site.verify import check_feeds
from msnewsletter.sources.markdown import read as read_markdown
from msnewsletter.theme.newsletter_theme import DEFAULT_THEME
from render.feeds.repeats import repeated_titles
from render.site.reading import NAMES, as_a_reader, read_atom, read_json, read_rss
from render.site.sample import AWKWARD, CUTOFF, ENTRIES, MASTHEAD, entry_of, summary_of

GOLDEN = Path(__file__).parents[2] / "golden" / "site"
FOLDERS = ("", "full/")
ATOM = "{http://www.w3.org/2005/Atom}"


def feeds_of(*entries: Entry) -> dict[str, bytes]:
    items = [
        FeedItem(entry=entry, issue=7, added=CUTOFF if entry.late else None) for entry in entries
    ]
    views = feed_views(MASTHEAD, items, updated=CUTOFF)
    return {"feed.css": feed_style(DEFAULT_THEME).encode(), **render_feeds(*views)}


def one(**fields: Any) -> dict[str, bytes]:
    return feeds_of(entry_of(summary_of("one", **fields)))


@pytest.fixture(scope="module")
def feeds() -> dict[str, bytes]:
    return feeds_of(*ENTRIES)


def test_there_are_three_formats_of_teasers_and_of_full_texts_and_one_stylesheet(
    feeds: dict[str, bytes],
) -> None:
    names = ("rss.xml", "atom.xml", "feed.json")
    assert set(feeds) == {"feed.css"} | {folder + name for folder in FOLDERS for name in names}


@pytest.mark.parametrize("status", list(Status))
def test_what_something_became_of_leads_to_our_own_page_and_keeps_its_id(status: Status) -> None:
    theirs, kept = "https://source.example/one", status is Status.LIVE
    note = None if kept else "We wrote 140. There were 14."
    (before,) = read_atom(one(url=theirs)["atom.xml"])
    found = one(url=theirs, status=status, note=note)
    for folder in FOLDERS:
        (item,) = read_rss(found[f"{folder}rss.xml"])
        assert [item] == read_atom(found[f"{folder}atom.xml"])
        assert [item] == read_json(found[f"{folder}feed.json"])
        assert item.id == before.id
        assert item.link.startswith(theirs if kept else MASTHEAD.site)
    assert (theirs.encode() in b"".join(found.values())) is kept


@pytest.mark.parametrize("folder", FOLDERS)
def test_rss_atom_and_json_say_the_same_in_the_same_order(
    feeds: dict[str, bytes], folder: str
) -> None:
    rss = read_rss(feeds[f"{folder}rss.xml"])
    assert rss == read_atom(feeds[f"{folder}atom.xml"]) == read_json(feeds[f"{folder}feed.json"])
    assert len(rss) == len(ENTRIES)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_feed_reader_sees_the_same_ids_titles_links_dates_and_order(
    feeds: dict[str, bytes], folder: str
) -> None:
    def seen(name: str) -> list[tuple[Any, ...]]:
        return [
            (e.id, e.title, e.link, e.published_parsed, e.updated_parsed, e.summary, e.author)
            for e in as_a_reader(feeds[folder + name]).entries
        ]

    assert seen("rss.xml") == seen("atom.xml")
    assert [entry[0] for entry in seen("rss.xml")] == [entry.id for entry in ENTRIES]


@pytest.mark.parametrize("folder", FOLDERS)
def test_atom_is_valid(feeds: dict[str, bytes], folder: str, shared: Path) -> None:
    schema = etree.RelaxNG(etree.parse(shared / "schemas" / "atom.rng"))
    schema.assertValid(etree.fromstring(feeds[f"{folder}atom.xml"]).getroottree())


@pytest.mark.parametrize("folder", FOLDERS)
def test_json_is_valid_json_feed(feeds: dict[str, bytes], folder: str, shared: Path) -> None:
    schemas = [
        json.loads((shared / "schemas" / name).read_text())
        for name in ("json-feed.json", "json-feed-1.json")
    ]
    registry: Registry[Any] = Registry()
    for schema, alias in zip(schemas, ("feed", "feed-1"), strict=True):
        resource = Resource.from_contents(schema, default_specification=DRAFT4)
        registry = registry.with_resource(f"https://json.schemastore.org/{alias}", resource)
    validator = Draft4Validator(
        schemas[0], registry=registry, format_checker=Draft4Validator.FORMAT_CHECKER
    )
    validator.validate(json.loads(feeds[f"{folder}feed.json"]))


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_feed_names_itself_the_site_its_language_and_its_author(
    feeds: dict[str, bytes], folder: str
) -> None:
    rss, atom = as_a_reader(feeds[f"{folder}rss.xml"]), as_a_reader(feeds[f"{folder}atom.xml"])
    channel = etree.fromstring(feeds[f"{folder}rss.xml"])[0]
    assert channel.findtext("link") == rss.feed.link == atom.feed.link == MASTHEAD.site
    assert rss.feed.language == atom.feed.language == "en"
    assert atom.feed.author == MASTHEAD.title
    for feed, name, kind in ((rss, "rss.xml", "rss"), (atom, "atom.xml", "atom")):
        own = [each for each in feed.feed.links if each.rel == "self"]
        assert [(each.href, each.type) for each in own] == [
            (f"{MASTHEAD.site}{folder}{name}", f"application/{kind}+xml")
        ]
        assert feed.feed.updated_parsed == CUTOFF.utctimetuple()
    sheet = json.loads(feeds[f"{folder}feed.json"])
    assert sheet["home_page_url"] == MASTHEAD.site
    assert sheet["feed_url"] == f"{MASTHEAD.site}{folder}feed.json"


def test_the_feed_of_teasers_and_the_full_one_are_two_feeds(feeds: dict[str, bytes]) -> None:
    ids = [as_a_reader(feeds[f"{folder}atom.xml"]).feed.id for folder in FOLDERS]
    assert ids[0] == MASTHEAD.id
    assert ids[0] != ids[1]


def test_the_stylesheet_is_found_from_both_folders(feeds: dict[str, bytes]) -> None:
    for folder, path in (("", "feed.css"), ("full/", "../feed.css")):
        for name in ("rss.xml", "atom.xml"):
            instruction = etree.fromstring(feeds[folder + name]).getprevious()
            assert instruction.target == "xml-stylesheet"
            assert dict(instruction.attrib) == {"href": path, "type": "text/css"}


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize(("name", "each"), [("rss.xml", "item"), ("atom.xml", "entry")])
def test_in_a_browser_an_entry_is_its_headline_as_a_link_and_its_teaser(
    feeds: dict[str, bytes], folder: str, name: str, each: str
) -> None:
    root = etree.fromstring(feeds[folder + name])
    shown = [
        [(part.tag, part.get("href"), part.text) for part in one if part.prefix == "html"]
        for one in root.iter(f"{{*}}{each}")
    ]
    items = json.loads(feeds[f"{folder}feed.json"])["items"]
    html = f"{{{XHTML}}}"
    assert shown == [
        [(f"{html}a", item["url"], item["title"]), (f"{html}p", None, item["summary"])]
        for item in items
    ]


def test_ids_are_the_permanent_ones_and_no_addresses(feeds: dict[str, bytes]) -> None:
    guids = etree.fromstring(feeds["rss.xml"]).findall("channel/item/guid")
    assert [guid.text for guid in guids] == [entry.id for entry in ENTRIES]
    assert {guid.get("isPermaLink") for guid in guids} == {"false"}


@pytest.mark.chance
@pytest.mark.parametrize("folder", FOLDERS)
def test_an_atom_entry_names_its_author_and_says_nothing_twice(
    feeds: dict[str, bytes], folder: str
) -> None:
    entries = etree.fromstring(feeds[f"{folder}atom.xml"]).findall(f"{ATOM}entry")
    assert len(entries) == len(ENTRIES)
    for entry in entries:
        assert entry.findtext(f"{ATOM}author/{ATOM}name") == MASTHEAD.title
        summary = entry.findtext(f"{ATOM}summary")
        assert summary != entry.findtext(f"{ATOM}content")
    # Of what was taken back the full feed has no more to say than the feed of teasers.
    said = sum(entry.find(f"{ATOM}summary") is not None for entry in entries)
    live = sum(not one.summary.status.takes_back for one in ENTRIES)
    assert said == (live if folder else 0)


def test_newest_comes_first_then_key_whatever_order_they_are_given_in() -> None:
    entries = [
        entry_of(summary_of(key), day=day)
        for day, keys in ((3, "bé Z a"), (1, "x"), (2, "c B"))
        for key in keys.split()
    ]
    expected = [entry.id for entry in (*sorted_by_key(entries[:3]), *sorted_by_key(entries[4:]))]
    for turn in range(10):
        shuffled = random.Random(seed(turn)).sample(entries, len(entries))
        read = read_rss(feeds_of(*shuffled)["rss.xml"])
        assert [each.id for each in read] == [*expected, entries[3].id]


def sorted_by_key(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.summary.key)


def test_a_teaser_entry_has_teaser_one_caution_and_disclaimer_and_no_full_text() -> None:
    body = read_rss(one(teaser="A short text.", cautions="Few people. " * 30)["rss.xml"])[0].body
    assert body.startswith("<p>A short text.</p>")
    assert "<p><strong>Keep in mind:</strong> Few people. Few people. " in body
    assert "Few people. (More cautions in the whole summary.)</p>" in body
    assert MASTHEAD.disclaimer in body
    assert "40 people" not in body


def test_the_full_feed_describes_its_entries_too_for_readers_that_show_no_content() -> None:
    item = etree.fromstring(one(teaser="A short text.")["full/rss.xml"]).find("channel/item")
    assert item.findtext("description").startswith("<p>A short text.</p>")


def test_the_study_is_identified_and_related(feeds: dict[str, bytes]) -> None:
    for name in ("rss.xml", "atom.xml"):
        found = etree.fromstring(feeds[name]).xpath("//dc:identifier/text()", namespaces=NAMES)
        assert found == ["doi:10.1000/xyz(2026)5", "pmid:12345678"]
    links = as_a_reader(feeds["atom.xml"]).entries[0].links
    assert [(each.rel, each.type, each.href) for each in links] == [
        ("alternate", "text/html", "https://summaries.example.org/gut?a=1&b=2"),
        ("related", "text/html", "https://doi.org/10.1000/xyz(2026)5"),
        ("related", "text/html", "https://pubmed.ncbi.nlm.nih.gov/12345678/"),
    ]
    assert json.loads(feeds["feed.json"])["items"][0]["external_url"] == links[1].href


def test_every_link_in_a_body_is_absolute(feeds: dict[str, bytes]) -> None:
    bodies = [each.body for folder in FOLDERS for each in read_rss(feeds[f"{folder}rss.xml"])]
    hrefs = [a.get("href") for body in bodies for a in etree.HTML(body).iter("a")]
    assert len(hrefs) == 18
    assert all(href.startswith("https://") for href in hrefs)


def test_a_body_holds_a_few_plain_elements_and_nothing_that_loads_or_runs(
    feeds: dict[str, bytes],
) -> None:
    bodies = [each.body for folder in FOLDERS for each in read_rss(feeds[f"{folder}rss.xml"])]
    found = {(each.tag, *each.attrib) for body in bodies for each in etree.HTML(body).iter()}
    wrapped = {("html",), ("body",)}  # by the parser
    assert found - wrapped == {("p",), ("h2",), ("strong",), ("a", "href")}
    listed = read_rss(one(found="- One.\n- Two.", cautions="3. One.\n4. Two.")["full/rss.xml"])
    found = {(each.tag, *each.attrib) for each in etree.HTML(listed[0].body).iter()}
    assert {("ul",), ("ol", "start"), ("li",)} < found


def test_a_body_leads_to_the_issue_that_carried_it() -> None:
    body = read_rss(one()["rss.xml"])[0].body
    assert '<a href="https://news.example.org/ms/issues/0007.html">Issue 7</a>' in body


def test_a_link_with_letters_outside_ascii_is_encoded_once() -> None:
    feeds = one(url='https://example.org/ä"?q=%C3%A4&b')
    link = "https://example.org/%C3%A4%22?q=%C3%A4&b"
    assert [each.link for each in read_rss(feeds["rss.xml"])] == [link]
    assert read_rss(feeds["rss.xml"]) == read_json(feeds["feed.json"])


def test_tags_are_categories(feeds: dict[str, bytes]) -> None:
    assert read_rss(feeds["rss.xml"])[0].tags == ("gut & diet", "mice")


def test_an_awkward_title_is_escaped_once_and_comes_back_whole(feeds: dict[str, bytes]) -> None:
    assert AWKWARD in [each.title for each in read_rss(feeds["rss.xml"])]
    assert as_a_reader(feeds["atom.xml"]).entries[1].title == AWKWARD
    assert b"&amp;amp; IL" in feeds["rss.xml"]  # in the body, which is HTML in XML
    assert b"<title>\xce\xb1-Synuclein &amp; IL" in feeds["rss.xml"]


def test_control_characters_and_surrogates_lose_themselves_and_nothing_else() -> None:
    nasty = "a\x00b\x0bc\x1bd\ufffee\uffff\ud800f\udfff\x85g"
    feeds = one(headline=nasty, found=nasty, tags=(nasty, "\x00"), journal=nasty, teaser=nasty)
    read = read_rss(feeds["full/rss.xml"])
    assert read == read_atom(feeds["full/atom.xml"]) == read_json(feeds["full/feed.json"])
    assert read[0].title == "abcdefg"
    assert read[0].tags == ("abcdefg",)


def test_a_headline_of_illegal_characters_alone_still_gives_a_title() -> None:
    assert read_rss(one(headline="\x00")["rss.xml"])[0].title.startswith("urn:uuid:")


def test_a_late_entry_says_so_and_others_do_not() -> None:
    late = feeds_of(entry_of(summary_of("late"), late=True))
    assert (
        "1 May 2026 · added late, from before an earlier issue" in read_rss(late["rss.xml"])[0].body
    )
    assert "added late" not in read_rss(one()["rss.xml"])[0].body


def test_an_undated_page_says_that_it_gave_no_date() -> None:
    body = read_rss(one(published=None)["rss.xml"])[0].body
    assert "First seen 1 May 2026 (no date given)" in body


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, "AI-written; not checked by a person"),
        ({"reviewed_by": "A. B."}, "AI-written; checked by A. B."),
        (
            {"reviewed_by": "Ada", "reviewed_on": date(2026, 5, 2)},
            "AI-written; checked by Ada on 2 May 2026",
        ),
        (
            {"reviewed_by": "Ada", "reviewed_on": date(2026, 5, 2), "changed_on": date(2026, 5, 9)},
            "AI-written; checked by Ada on 2 May 2026, before it was changed on 9 May 2026",
        ),
        ({"written_by": WrittenBy.PEOPLE}, "Written by people"),
    ],
)
def test_the_review_line_claims_no_more_than_was_done(fields: dict[str, Any], line: str) -> None:
    assert f"<p>{line}</p>" in read_rss(one(**fields)["rss.xml"])[0].body


def test_a_late_entry_is_updated_when_its_issue_came_out_and_keeps_its_own_date() -> None:
    late = feeds_of(entry_of(summary_of("late"), late=True))
    for name, read in (("rss.xml", read_rss), ("atom.xml", read_atom), ("feed.json", read_json)):
        (seen,) = read(late[name])
        assert (seen.published.day, seen.updated) == (1, CUTOFF)


def test_a_correction_shows_before_the_teaser_under_the_same_id() -> None:
    feeds = one(status=Status.CORRECTED, note="There were 14 people.")
    read = read_rss(feeds["rss.xml"])[0]
    assert read.title == "Corrected: A sample finding about one."
    assert read.body.startswith(
        "<p><strong>We have corrected this summary. There were 14 people.</strong></p>\n"
        "<p>Researchers looked"
    )
    assert read.id == read_rss(one()["rss.xml"])[0].id


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.RETRACTED])
def test_what_was_taken_back_keeps_its_id_and_shows_the_notice_alone(status: Status) -> None:
    feeds = one(status=status, note="Here is why.")
    for folder in FOLDERS:
        read = read_rss(feeds[f"{folder}rss.xml"])[0]
        assert read.id == MASTHEAD.public_id("one").urn
        assert read.title != "A sample finding about one."
        assert "Please do not rely on it. Here is why." in read.body
        assert "sample finding" not in read.body
        assert "written" not in read.body
        assert "40 people" not in read.body
    assert "sample" not in json.loads(feeds["feed.json"])["items"][0]["summary"]


def test_fractions_of_a_second_do_not_part_the_formats() -> None:
    entry = replace(entry_of(summary_of("one")), feed_date=datetime(2026, 5, 1, 9, 0, 0, 7, UTC))
    feeds = feeds_of(entry)
    assert read_rss(feeds["rss.xml"]) == read_atom(feeds["atom.xml"])


def test_a_feed_without_entries_is_valid_too(shared: Path) -> None:
    feeds = feeds_of()
    schema = etree.RelaxNG(etree.parse(shared / "schemas" / "atom.rng"))
    schema.assertValid(etree.fromstring(feeds["atom.xml"]).getroottree())
    assert as_a_reader(feeds["rss.xml"]).feed.link == MASTHEAD.site


def test_the_process_locale_is_never_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("other threads would see the locale change")

    monkeypatch.setattr(locale, "setlocale", refuse)
    assert one()["rss.xml"].count(b"+0000") == 2


PROGRAM = """
import hashlib, locale, sys, time
try: locale.setlocale(locale.LC_ALL, "")
except locale.Error: pass
time.tzset()
from render.feeds.test_render import feeds_of, ENTRIES
feeds = feeds_of(*ENTRIES)
print(hashlib.sha256(repr(sorted(feeds.items())).encode()).hexdigest())
"""


def test_bytes_are_the_same_under_any_hash_seed_time_zone_and_locale(root: Path) -> None:
    def digest(**settings: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONPATH": f"{root}/tests:{root}/src", **settings},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    one, other = (
        digest(PYTHONHASHSEED="1", TZ="Pacific/Kiritimati", LC_ALL="C"),
        digest(PYTHONHASHSEED="2", TZ="America/Los_Angeles", LC_ALL="C.UTF-8", LANGUAGE="de"),
    )
    assert one == other


@pytest.mark.parametrize(
    "name", ["rss.xml", "atom.xml", "feed.json", "full/rss.xml", "full/feed.json", "feed.css"]
)
def test_feeds_are_as_they_were_looked_at(feeds: dict[str, bytes], name: str) -> None:
    golden.check(GOLDEN / name, feeds[name])


@pytest.mark.parametrize(
    "name", ["rss.xml", "atom.xml", "feed.json", "full/rss.xml", "full/feed.json"]
)
def test_no_entry_that_was_looked_at_begins_as_its_title_does(name: str) -> None:
    assert repeated_titles(name, (GOLDEN / name).read_bytes()) == []


def test_nor_does_one_of_texts_as_an_ai_writes_them() -> None:
    read = [read_markdown(draft.markdown, draft.name, draft.name) for draft in (*LEFT, *FINE)]
    entries = [entry_of(one) for reading in read for one in reading.summaries]
    feeds = feeds_of(*entries)
    assert len(entries) == 66
    for name in feeds.keys() - {"feed.css"}:
        assert repeated_titles(name.rpartition("/")[2], feeds[name]) == []
    assert all(item["summary"] for item in json.loads(feeds["feed.json"])["items"])


def test_a_teaser_that_would_repeat_the_title_is_left_out_and_nothing_is_empty() -> None:
    headline = "Nothing is left to say."
    feeds = one(headline=headline, found=headline, why_it_matters="", cautions="")
    for name in feeds.keys() - {"feed.css"}:
        shown = repeated_titles(name.rpartition("/")[2], feeds[name])
        # Its text is its headline: the full feed has no other.
        assert shown == []
    assert "summary" not in json.loads(feeds["feed.json"])["items"][0]


# ── languages ────────────────────────────────────────────────────────────────────────────────

ARABIC = "النوم الجيد يساعد."


@pytest.mark.parametrize("folder", FOLDERS)
def test_an_entry_in_another_language_says_so_in_every_format(folder: str, shared: Path) -> None:
    other = entry_of(summary_of("ar", headline=ARABIC, found=ARABIC, language="ar"), position=2)
    feeds = feeds_of(entry_of(summary_of("en"), day=2), other)
    rss = etree.fromstring(feeds[f"{folder}rss.xml"]).findall("channel/item")
    said = [item.xpath("string(dc:language)", namespaces=NAMES) for item in rss]
    assert said == ["", "ar"]
    items = json.loads(feeds[f"{folder}feed.json"])["items"]
    assert [item.get("language") for item in items] == [None, "ar"]
    atom = etree.fromstring(feeds[f"{folder}atom.xml"])
    in_another = atom.xpath("//*[@xml:lang='ar']")
    kinds = ["title", "content", *(["summary"] if folder else []), "a", "p"]
    assert [etree.QName(each).localname for each in in_another] == kinds
    etree.RelaxNG(etree.parse(shared / "schemas" / "atom.rng")).assertValid(atom.getroottree())
    seen = as_a_reader(feeds[f"{folder}atom.xml"]).entries
    assert [(e.title_detail.language, e.content[0].language) for e in seen] == [
        ("en", "en"),
        ("ar", "ar"),
    ]


def test_a_title_in_our_own_words_is_english_in_an_arabic_newsletter() -> None:
    masthead = replace(MASTHEAD, language="ar")
    gone = entry_of(summary_of("gone", headline="", status=Status.TAKEN_DOWN))
    items = [FeedItem(entry=one, issue=7) for one in (gone, entry_of(summary_of("ar"), day=2))]
    feeds = render_feeds(*feed_views(masthead, items, updated=CUTOFF))
    titles = etree.fromstring(feeds["atom.xml"]).findall(f"{ATOM}entry/{ATOM}title")
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert [title.get(lang) for title in titles] == [None, "en"]


@pytest.mark.parametrize("language", [None, "ar", "en"])
def test_a_title_that_runs_the_other_way_is_the_headline_to_the_letter_for_every_reader(
    language: str | None,
) -> None:
    feeds = one(headline=f"MS: {ARABIC}", language=language)
    for name in ("rss.xml", "atom.xml"):
        assert as_a_reader(feeds[name]).entries[0].title == f"MS: {ARABIC}"
    assert (
        read_rss(feeds["rss.xml"]) == read_atom(feeds["atom.xml"]) == read_json(feeds["feed.json"])
    )
    check_feeds(feeds)


ANY_TEXT = st.text(st.characters(), max_size=40)
MAYBE = st.none() | ANY_TEXT


@st.composite
def summaries(draw: st.DrawFn) -> Summary:
    return Summary(
        key=draw(ANY_TEXT),
        headline=draw(ANY_TEXT),
        found=draw(ANY_TEXT),
        why_it_matters=draw(ANY_TEXT),
        cautions=draw(ANY_TEXT),
        disclaimer=draw(MAYBE),
        journal=draw(MAYBE),
        teaser=draw(MAYBE),
        doi=draw(MAYBE),
        studied_in=draw(MAYBE),
        tags=tuple(draw(st.lists(ANY_TEXT, max_size=3))),
        reviewed_by=draw(MAYBE),
        status=draw(st.sampled_from(Status)),
        note=draw(MAYBE),
    )


@settings(max_examples=examples(150))
@given(st.lists(summaries(), max_size=3, unique_by=lambda summary: ascii(summary.key)))
def test_any_text_at_all_parses_and_agrees_in_every_format(given_: list[Summary]) -> None:
    entries = [
        replace(entry_of(summary_of("x")), summary=summary, id=f"urn:uuid:{number}")
        for number, summary in enumerate(given_)
    ]
    feeds = feeds_of(*entries)
    for folder in FOLDERS:
        rss = read_rss(feeds[f"{folder}rss.xml"])
        assert rss == read_atom(feeds[f"{folder}atom.xml"])
        assert rss == read_json(feeds[f"{folder}feed.json"])
        for name in ("rss.xml", "atom.xml"):
            seen = as_a_reader(feeds[folder + name]).entries
            assert [(each.id, each.link) for each in seen] == [(e.id, e.link) for e in rss]
