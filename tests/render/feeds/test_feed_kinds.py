"""The feeds beside the main ones: of tags, of issues, archives; and what all promise together."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft4Validator
from lxml import etree
from lxml.html import fromstring
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from msnewsletter import urls
from msnewsletter.issue.teaser import HEADLINE_LIMIT
from msnewsletter.model import Issue, Status
from msnewsletter.render.feeds.items import FeedItem, FeedLinks
from msnewsletter.render.feeds.render import render_feeds
from msnewsletter.render.feeds.view import feed_views, issues_view, tag_view
from msnewsletter.render.site import schema_org
from render.site.reading import NAMES, as_a_reader, read_atom, read_json, read_rss
from render.site.sample import AWKWARD, CUTOFF, ENTRIES, MASTHEAD, entry_of, summary_of

if TYPE_CHECKING:
    from pathlib import Path

ITEMS = [FeedItem(entry=entry, issue=7) for entry in ENTRIES]
HUB = "https://hub.example.org/"
FOLDERS = ("", "full/", "issues/", f"tags/{urls.tag_slug('gut & diet')}/")
ARCHIVES = ("archive/0007/", "full/archive/0007/")


@pytest.fixture
def feeds(issue: Issue) -> dict[str, bytes]:
    hub = FeedLinks(hub=HUB)
    archived = FeedLinks(archived="archive/0007/", previous="archive/0006/", hub=HUB)
    main = FeedLinks(previous="archive/0006/", hub=HUB)
    return {
        **render_feeds(*feed_views(MASTHEAD, ITEMS, updated=CUTOFF, linked=main)),
        **render_feeds(tag_view(MASTHEAD, "gut & diet", ITEMS[:1], updated=CUTOFF, linked=hub)),
        **render_feeds(issues_view(MASTHEAD, [issue], updated=CUTOFF, linked=hub)),
        **render_feeds(*feed_views(MASTHEAD, ITEMS, updated=CUTOFF, linked=archived)),
    }


def test_every_kind_has_three_formats_that_agree(feeds: dict[str, bytes]) -> None:
    for folder in (*FOLDERS, *ARCHIVES):
        rss = read_rss(feeds[f"{folder}rss.xml"])
        assert (
            rss == read_atom(feeds[f"{folder}atom.xml"]) == read_json(feeds[f"{folder}feed.json"])
        )
        assert rss


def test_every_kind_is_valid_atom_and_json_feed(feeds: dict[str, bytes], shared: Path) -> None:
    schema = etree.RelaxNG(etree.parse(shared / "schemas" / "atom.rng"))
    loaded = [
        json.loads((shared / "schemas" / name).read_text())
        for name in ("json-feed.json", "json-feed-1.json")
    ]
    registry: Registry[Any] = Registry()
    for each, alias in zip(loaded, ("feed", "feed-1"), strict=True):
        resource = Resource.from_contents(each, default_specification=DRAFT4)
        registry = registry.with_resource(f"https://json.schemastore.org/{alias}", resource)
    validator = Draft4Validator(loaded[0], registry=registry)
    for folder in (*FOLDERS, *ARCHIVES):
        schema.assertValid(etree.fromstring(feeds[f"{folder}atom.xml"]).getroottree())
        validator.validate(json.loads(feeds[f"{folder}feed.json"]))


def test_no_two_feeds_share_an_id_but_an_archive_has_its_feeds(feeds: dict[str, bytes]) -> None:
    ids = {folder: as_a_reader(feeds[f"{folder}atom.xml"]).feed.id for folder in FOLDERS}
    assert len(set(ids.values())) == len(FOLDERS)
    for archive, folder in zip(ARCHIVES, FOLDERS, strict=False):
        assert as_a_reader(feeds[f"{archive}atom.xml"]).feed.id == ids[folder]


def test_an_archive_document_says_so_and_leads_back_and_to_the_feed(
    feeds: dict[str, bytes],
) -> None:
    for archive, folder in zip(ARCHIVES, FOLDERS, strict=False):
        for name in ("rss.xml", "atom.xml"):
            root = etree.fromstring(feeds[archive + name])
            feed = root[0] if root.tag == "rss" else root
            assert feed.find("{http://purl.org/syndication/history/1.0}archive") is not None
            found = {
                each.get("rel"): each.get("href")
                for each in feed.findall("a:link", namespaces=NAMES)
            }
            site = MASTHEAD.site + folder
            assert found["prev-archive"] == f"{site}archive/0006/{name}"
            assert found["current"] == site + name
            assert found["self"] == MASTHEAD.site + archive + name
            assert "next-archive" not in found
        assert json.loads(feeds[f"{archive}feed.json"])["next_url"].endswith(
            "archive/0006/feed.json"
        )


def test_main_feeds_are_no_archives_and_every_feed_names_the_hub(feeds: dict[str, bytes]) -> None:
    for folder in FOLDERS:
        assert b"<fh:archive" not in feeds[f"{folder}atom.xml"]
    for name, data in feeds.items():
        if name.endswith(("atom.xml", "rss.xml")):
            assert f'rel="hub" href="{HUB}"'.encode() in data


def test_no_hub_no_link(issue: Issue) -> None:
    for data in render_feeds(issues_view(MASTHEAD, [issue], updated=CUTOFF)).values():
        assert b"hub" not in data


def test_the_feed_of_issues_has_one_entry_with_all_headlines(
    feeds: dict[str, bytes], issue: Issue
) -> None:
    (entry,) = read_rss(feeds["issues/rss.xml"])
    assert entry.id == issue.id
    assert entry.title == "Issue 7, 4 May 2026"
    assert entry.link == f"{MASTHEAD.site}issues/0007.html"
    for each in ENTRIES:
        assert MASTHEAD.site + urls.page_name(each) in entry.body
    assert "α-Synuclein &amp; IL‑6" in entry.body


def test_a_change_that_counts_moves_updated_and_nothing_else() -> None:
    later = datetime(2026, 6, 1, tzinfo=UTC)
    entry = entry_of(summary_of("one", status=Status.CORRECTED, note="There were 14."))
    feeds = render_feeds(
        *feed_views(MASTHEAD, [FeedItem(entry=entry, issue=7, changed=later)], updated=CUTOFF)
    )
    (read,) = read_atom(feeds["atom.xml"])
    assert (read.published, read.updated) == (entry.feed_date, later)
    assert as_a_reader(feeds["atom.xml"]).feed.updated_parsed == later.utctimetuple()
    assert read_rss(feeds["rss.xml"]) == [read]


def test_a_title_of_ten_thousand_characters_is_cut_and_stands_whole_in_the_body() -> None:
    title = (AWKWARD + " ") * 200
    entry = entry_of(summary_of("one", headline=title))
    feeds = render_feeds(*feed_views(MASTHEAD, [FeedItem(entry=entry, issue=7)], updated=CUTOFF))
    [read] = read_rss(feeds["rss.xml"])
    assert len(read.title) <= HEADLINE_LIMIT
    assert title.startswith(read.title.removesuffix("…"))
    assert title.strip() in fromstring(read.body).text_content()
    assert read_rss(feeds["rss.xml"]) == read_json(feeds["feed.json"])


# ── structured data ──────────────────────────────────────────────────────────────────────────


def test_a_summary_is_a_medical_page_about_a_scholarly_article() -> None:
    data = schema_org.summary_page(MASTHEAD, ENTRIES[0])
    assert data["@type"] == "MedicalWebPage"
    assert data["about"]["@type"] == "MedicalScholarlyArticle"
    assert data["about"]["sameAs"][0] == "https://doi.org/10.1000/xyz(2026)5"
    assert data["reviewedBy"]["name"] == "Dr. Ada Example"
    assert data["lastReviewed"] == "2026-05-02"


def test_structured_data_never_says_what_the_summary_does_not() -> None:
    bare = entry_of(summary_of("one", published=None))
    data = schema_org.summary_page(MASTHEAD, bare)
    known = {"@context", "@type", "@id", "url", "headline", "inLanguage", "isAccessibleForFree"}
    assert set(data) == known | {"isPartOf", "publisher", "description"}


@pytest.mark.parametrize("status", [Status.CORRECTED, Status.WITHDRAWN, Status.RETRACTED])
def test_a_correction_is_a_correction_comment(status: Status) -> None:
    entry = entry_of(summary_of("one", status=status, note="There were 14."))
    data = schema_org.summary_page(MASTHEAD, entry)
    assert data["correction"]["@type"] == "CorrectionComment"
    assert data["correction"]["text"].endswith("There were 14.")


# ── names ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("tag", "slug"), [("mice", "mice"), ("Mice", "mice"), ("b-cells", "b-cells"), ("t4", "t4")]
)
def test_a_plain_tag_names_its_page(tag: str, slug: str) -> None:
    assert urls.tag_slug(tag) == slug


def test_awkward_tags_get_safe_names_of_their_own() -> None:
    awkward = ["../x", "x", "con", "nul", "com1", "a/b", "a b", "a-b", "..", ".", "é", "e", "עברית"]
    slugs = [urls.tag_slug(tag) for tag in awkward]
    assert len(set(slugs)) == len(awkward)
    assert all(slug.replace("-", "").isalnum() and slug.isascii() for slug in slugs)
    assert not {"con", "nul", "com1"} & set(slugs)
    taken = urls.tag_slug("a b")
    assert urls.tag_slug(taken) != taken


def test_keys_that_differ_only_in_case_have_pages_that_differ_in_more() -> None:
    one, other = (
        urls.page_name(replace(entry_of(summary_of(key)), position=1)) for key in ("Ab", "aB")
    )
    assert one.lower() != other.lower()
