"""The site as publishing leaves it: whole, linked, complete back to the first summary, and lazy."""

from __future__ import annotations

import json
import posixpath
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html

from chance import examples
from databases import lose_database, on_both, start_anew
from homes import AT, empty_home, sample_home, write_summary
from msnewsletter import urls
from msnewsletter.errors import RefusedError
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.render.site import verify
from publisher.walking import ATOM, SITE, walked

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

HOUR = timedelta(hours=1)


def files(home: Home) -> dict[str, bytes]:
    return {
        path.relative_to(home.site).as_posix(): path.read_bytes()
        for path in home.site.rglob("*")
        if path.is_file()
    }


def touched(home: Home) -> dict[str, int]:
    """When each file was last written, in a form that a rewrite with the same bytes changes."""
    return {name: (home.site / name).stat().st_ino for name in files(home)}


def read(home: Home, name: str) -> dict[str, dict[str, str]]:
    return {item["id"]: item for item in json.loads((home.site / name).read_bytes())["items"]}


def many_issues(tmp_path: Path, sizes: tuple[int, ...]) -> Home:
    home = empty_home(tmp_path)
    for number, size in enumerate(sizes):
        for one in range(size):
            write_summary(home, f"s-{number}-{one}")
        publish(home, at=AT + number * HOUR, agreed=True)
    return home


def test_every_internal_link_of_the_whole_site_leads_to_a_file(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    for number, tags in enumerate(("[../x, con]", "[Mice, gut & diet]", "[mice]"), start=1):
        write_summary(home, f"more-{number}", tags=tags)
        publish(home, at=AT + number * HOUR)
    built = files(home)
    seen = 0
    for name, data in built.items():
        if not name.endswith(".html"):
            continue
        for element in html.fromstring(data).iter("a", "link"):
            href = urldefrag(element.get("href")).url
            if href.startswith(SITE):
                target = href.removeprefix(SITE)
                target += "index.html" if not target or target.endswith("/") else ""
            elif not href or ":" in href:
                continue
            else:
                target = posixpath.normpath(posixpath.join("/", posixpath.dirname(name), href))[1:]
            assert unquote(target) in built, (name, href)
            seen += 1
    assert seen > 300
    for name in ("sitemap.xml", "sitemaps/0001.xml", "sitemaps/pages.xml"):
        for loc in etree.fromstring(built[name]).iter("{*}loc"):
            assert (loc.text.removeprefix(SITE) or "index.html") in built
    for outline in etree.fromstring(built["feeds.opml"]).iter("outline"):
        assert outline.get("xmlUrl").removeprefix(SITE) in built


def test_every_feed_and_archive_document_says_the_same_in_all_its_formats(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    for number, tags in enumerate(("[../x, con]", "[Mice, gut & diet]", "[mice]"), start=1):
        path = write_summary(home, f"more-{number}", tags=tags)
        path.write_text(
            path.read_text().replace("# What", "# “A & B” <em>in</em> C’s Ünit: what", 1)
        )
        publish(home, at=AT + number * HOUR)
    feeds = {
        name: data
        for name, data in files(home).items()
        if posixpath.basename(name) in urls.FEED_NAMES and not name.startswith("sitemaps/")
    }
    folders = {posixpath.dirname(name) for name in feeds}
    kinds = {folder.split("/")[0] for folder in folders}
    assert kinds == {"", "full", "issues", "tags", "archive"}
    assert "full/archive/0004" in folders
    assert len(folders) > 15
    verify.check_feeds(feeds)


@pytest.mark.parametrize("sizes", [(3,), (8,) * 7, (1, 30, 2, 30, 1), (60, 3), (5, 170), (230, 1)])
def test_walking_prev_archive_meets_every_summary_ever_published_exactly_once(
    tmp_path: Path, sizes: tuple[int, ...]
) -> None:
    home = many_issues(tmp_path, sizes)
    for name in ("atom.xml", "rss.xml", "full/atom.xml", "full/rss.xml"):
        feed, *archives = walked(home, name)
        in_archives = [id_ for document in archives for id_ in document]
        # Archive documents share nothing; with the feed, they share one issue at most.
        assert len(in_archives) == len(set(in_archives))
        assert len(set(feed) | set(in_archives)) == sum(sizes)
        assert len(set(feed) & set(in_archives)) <= max(sizes)
        assert len(feed) == min(sum(sizes), max(40, min(sizes[-1], 150)))


def test_json_feeds_lead_back_to_the_first_summary_too(tmp_path: Path) -> None:
    home = many_issues(tmp_path, (8,) * 7)
    place, ids = "feed.json", set()
    while place:
        feed = json.loads((home.site / place).read_bytes())
        ids |= {item["id"] for item in feed["items"]}
        place = feed.get("next_url", "").removeprefix(SITE)
    assert len(ids) == 56


def test_archive_documents_change_only_with_a_text_of_theirs(tmp_path: Path) -> None:
    home = many_issues(tmp_path, (8, 8))
    before = {name: data for name, data in files(home).items() if "archive/" in name}
    assert len(before) == 12
    for number in range(2, 9):
        write_summary(home, f"later-{number}")
        publish(home, at=AT + number * HOUR)
    after = files(home)
    assert {name: after[name] for name in before} == before


def test_an_unchanged_republish_rewrites_no_file(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    before = touched(home)
    publish(home, at=AT)
    publish(home, at=AT + HOUR)
    assert touched(home) == before


@on_both
def test_a_lost_database_brings_back_the_same_site(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    write_summary(home, "next", tags="[viruses]")
    publish(home, at=AT + HOUR)
    before = files(home)
    lose_database(home)
    shutil.rmtree(home.site)
    publish(home, at=AT + 2 * HOUR)
    assert files(home) == before


def test_a_lost_site_is_whole_again_after_the_next_issue(tmp_path: Path) -> None:
    home = many_issues(tmp_path, (3, 3))
    before = files(home)
    shutil.rmtree(home.site)
    write_summary(home, "new")
    publish(home, at=AT + 10 * HOUR)
    after = files(home)
    assert set(before) < set(after)
    assert {name for name in before if "archive/" in name and before[name] != after[name]} == set()


def test_publishing_touches_what_the_issue_changes_and_nothing_else(tmp_path: Path) -> None:
    home = many_issues(tmp_path, (3,) * 6)
    before = touched(home)
    write_summary(home, "new", tags="[viruses]")
    publish(home, at=AT + 10 * HOUR)
    after = touched(home)
    assert set(before) <= set(after)
    new = {name for name in after if before.get(name) != after[name]}
    old_pages = {name for name in before if name.startswith(("summaries/", "issues/0", "archive/"))}
    # The newest so far gets its link to the next.
    assert new & old_pages == {"issues/0006.html"}
    assert len(new) == 1 + 1 + 1 + 6 + 4 + 6 + 3 + len(
        (
            "index",
            "latest",
            "archive",
            "topics",
            "feeds",
            "opml",
            "sitemap of the chunk",
            "of pages",
        )
    )


def led_to(home: Home, name: str) -> dict[str, str]:
    """Where a page leads, by what the link says it is: `next`, `prev`, `canonical`."""
    page = html.fromstring((home.site / name).read_bytes())
    return {one.get("rel"): one.get("href") for one in page.iter("a", "link") if one.get("rel")}


def test_each_issue_leads_to_the_one_before_and_to_the_next_as_soon_as_it_is_out(
    tmp_path: Path,
) -> None:
    home = many_issues(tmp_path, (1, 1))
    assert led_to(home, "issues/0001.html")["next"] == "../issues/0002.html"
    assert "prev" not in led_to(home, "issues/0001.html")
    assert led_to(home, "issues/0002.html")["prev"] == "../issues/0001.html"
    assert "next" not in led_to(home, "issues/0002.html")
    write_summary(home, "new")
    publish(home, at=AT + 10 * HOUR)
    assert led_to(home, "issues/0002.html")["next"] == "../issues/0003.html"


def test_one_address_always_leads_to_the_newest_issue_and_is_in_no_sitemap(tmp_path: Path) -> None:
    home = many_issues(tmp_path, (1, 1))
    page = html.fromstring((home.site / urls.LATEST).read_bytes())
    (refresh,) = page.xpath("//meta[@http-equiv='refresh']/@content")
    assert refresh == "0; url=../issues/0002.html"
    assert page.xpath("//main//a/@href") == ["../issues/0002.html"]
    assert led_to(home, urls.LATEST)["canonical"] == f"{SITE}issues/0002.html"
    assert not page.xpath("//script")
    sitemaps = [*home.site.glob("sitemaps/*.xml"), home.site / urls.SITEMAP]
    assert all(b"latest" not in sitemap.read_bytes() for sitemap in sitemaps)
    assert f"{SITE}{urls.LATEST_FOLDER}" in (home.site / urls.FEEDS).read_text()


def test_a_preview_leads_to_issues_that_another_home_released(tmp_path: Path) -> None:
    home = many_issues(tmp_path, (1, 1, 1))
    shutil.rmtree(home.site / urls.archive_folder(3))
    (home.site / urls.issue_page_name(3)).unlink()
    edited = home.root / "summaries" / "s-1-0.md"
    edited.write_text(edited.read_text().replace("Something", "Some thing"))
    made = next_issue_preview(home, by_hand=True, at=AT + 10 * HOUR).site()
    assert b"../issues/0003.html" in made["issues/0002.html"]


def test_a_slip_mended_after_sending_shows_and_moves_no_date(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    before = {name: read(home, name) for name in ("feed.json", "full/feed.json")}
    archived = (home.site / "archive/0001/atom.xml").read_bytes()
    sample = next((home.root / "summaries").glob("retro*"))
    sample.write_text(sample.read_text().replace("# Traces", "# MENDED Traces"))
    publish(home, at=AT + HOUR)
    for name, items in before.items():
        after = read(home, name)
        assert list(after) == list(items)
        changed = [id_ for id_, item in after.items() if item != items[id_]]
        assert len(changed) == 1
        for id_, item in after.items():
            for date in ("date_published", "date_modified"):
                assert item[date] == items[id_][date]
    (page,) = home.site.glob("summaries/*retro*")
    for path in (page, home.site / "issues/0001.html", home.site / "index.html"):
        assert b"MENDED Traces" in path.read_bytes()
    renewed = (home.site / "archive/0001/atom.xml").read_bytes()
    assert b"MENDED Traces" in renewed
    assert renewed.replace(b"MENDED ", b"") == archived


def test_an_editor_sees_which_edits_become_public_and_which_a_correction_tells(
    tmp_path: Path,
) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    sample = next((home.root / "summaries").glob("retro*"))
    sent = sample.read_text()

    def accepted() -> list[bool]:
        draft = next_issue_preview(home, by_hand=True, at=AT + HOUR).draft
        return [edit.correction is not None for edit in draft.accepted]

    assert accepted() == []
    sample.write_text(sent.replace("# Traces", "# MENDED Traces"))
    assert accepted() == [False]
    sample.write_text(sent.replace("---\n", "---\nstatus: corrected\nnote: There were 14.\n", 1))
    assert accepted() == [True]
    publish(home, at=AT + HOUR)
    assert accepted() == []


def test_archive_documents_are_cut_by_the_date_that_orders_and_show_the_other(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    for number in range(150):
        write_summary(home, f"day-{number:03}")  # dated to midnight, shown as noon
        write_summary(home, f"hour-{number:03}", "2026-11-20T08:00:00+01:00")
    publish(home, at=AT)
    document = etree.parse(home.site / "archive/0001/atom.xml").getroot()
    titles = [title.text for title in document.iterfind(f"{ATOM}entry/{ATOM}title")]
    kinds = ["day" if "day" in title else "hour" for title in titles]
    assert kinds == ["day"] * 50 + ["hour"] * 150


@pytest.mark.parametrize("status", ["corrected", "withdrawn", "retracted"])
def test_a_correction_after_sending_shows_first_and_counts_as_an_update(
    tmp_path: Path, status: str
) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "one")
    publish(home, at=AT)
    ((id_, before),) = read(home, "feed.json").items()
    write_summary(home, "one", status=status, note="There were 14 people.")
    publish(home, at=AT + HOUR)
    after = read(home, "feed.json")[id_]
    assert after["date_published"] == before["date_published"]
    assert after["date_modified"] == (AT + HOUR).isoformat()
    assert "There were 14 people." in after["content_html"][:200]
    (page,) = home.site.glob("summaries/one-*")
    assert b"There were 14 people." in page.read_bytes()
    publish(home, at=AT + 2 * HOUR)
    assert read(home, "feed.json")[id_] == after


def test_a_correction_of_what_has_left_the_feed_is_in_it_as_long_as_the_issue_that_told_it(
    tmp_path: Path,
) -> None:
    home = many_issues(tmp_path, (1, 45, 45))
    path = home.root / "summaries" / "s-0-0.md"
    (id_,) = (item for item in read(home, "archive/0001/feed.json"))
    assert id_ not in read(home, "feed.json")
    path.write_text(path.read_text().replace("---\nkey", "---\nstatus: retracted\nnote: No.\nkey"))
    publish(home, at=AT + 3 * HOUR)
    for name in ("feed.json", "full/feed.json"):
        told = read(home, name)[id_]
        assert told["title"].startswith("Study retracted:")
        assert told["date_modified"] > told["date_published"]
    feed, *archives = walked(home, "atom.xml")
    assert id_ in feed
    assert len({id_ for document in (feed, *archives) for id_ in document}) == 91

    shutil.rmtree(home.site)
    write_summary(home, "next")
    publish(home, at=AT + 4 * HOUR)
    assert read(home, "full/feed.json")[id_] == told

    for number in range(45):
        write_summary(home, f"later-{number}")
    publish(home, at=AT + 5 * HOUR)
    assert id_ not in read(home, "feed.json"), "the issue that told it has left the feed too"


def test_what_is_live_again_counts_as_an_update_too(tmp_path: Path) -> None:
    home = many_issues(tmp_path, (1,))
    path = home.root / "summaries" / "s-0-0.md"
    whole = path.read_text()
    path.write_text(whole.replace("---\nkey", "---\nstatus: withdrawn\nnote: No.\nkey"))
    publish(home, at=AT + HOUR)
    ((_, withdrawn),) = read(home, "feed.json").items()
    path.write_text(whole)
    publish(home, at=AT + 2 * HOUR)
    ((_, live),) = read(home, "feed.json").items()
    assert not live["title"].startswith("Withdrawn")
    assert live["date_modified"] > withdrawn["date_modified"]


def test_an_edit_that_a_crash_kept_from_the_site_is_shown_by_the_next_run(tmp_path: Path) -> None:
    class Crash(Exception):  # noqa: N818  (it stands for a power cut)
        pass

    def stop(_: object) -> None:
        raise Crash

    home = empty_home(tmp_path)
    path = write_summary(home, "one")
    publish(home, at=AT)
    path.write_text(path.read_text().replace("Something", "Everything"))
    with pytest.raises(Crash):
        publish(
            home, at=AT + HOUR, reached=lambda step: stop(step) if step == "collected" else None
        )
    publish(home, at=AT + 2 * HOUR)
    (page,) = home.site.glob("summaries/one-*")
    assert b"Everything" in page.read_bytes()


EDITS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["Something", "Some thing", "A thing ]]> & <b>"]),
        st.sampled_from(["", "status: corrected\nnote: We erred.\n", "tags: [a, b]\n"]),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=examples(4, exploring=160))
@given(EDITS)
def test_ids_and_published_never_change_whatever_is_edited(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[int, str, str]]
) -> None:
    start_anew()
    home = empty_home(tmp_path_factory.mktemp("edited"))
    for one in range(3):
        write_summary(home, f"s{one}")
    publish(home, at=AT)
    first = {id_: item["date_published"] for id_, item in read(home, "feed.json").items()}
    for turn, (one, text, front) in enumerate(edits, start=1):
        path = write_summary(home, f"s{one}")
        path.write_text(
            path.read_text().replace("Something", text).replace("published:", f"{front}published:")
        )
        publish(home, at=AT + turn * HOUR)
        now = read(home, "feed.json")
        assert {id_: item["date_published"] for id_, item in now.items()} == first


def test_a_card_leads_to_our_page_when_it_is_sure_which_one_is_meant(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    known = write_summary(home, "known")
    headline = (
        "Scientists looked at “known” things for a long time, and found one that nobody knew."
    )
    known.write_text(known.read_text().replace("What we know of known.", headline))
    publish(home, at=AT)
    citing = write_summary(home, "citing")
    cards = [("2026-05-01", headline[:60].replace("“", '"')), ("2026-04-01", "Another, unknown.")]
    text = citing.read_text()
    page = json.dumps(
        {
            "key": "citing",
            "headline": "This one cites others.",
            "found": "Something.",
            "why_it_matters": "It may.",
            "cautions": "Small.",
            "published": "2026-11-20",
            "related": [{"date": date, "teaser": teaser} for date, teaser in cards],
        }
    )
    assert text
    citing.unlink()
    (home.root / "summaries" / "citing.json").write_text(page)
    publish(home, at=AT + HOUR)
    (made,) = home.site.glob("summaries/citing-*")
    lists = html.fromstring(made.read_bytes()).xpath("//section[@class='related']")
    (known_page,) = home.site.glob("summaries/known-*")
    assert lists[0].xpath(".//a/@href") == [f"../summaries/{known_page.name}"]
    assert lists[0].xpath(".//li[not(.//a)]//bdi/text()") == ["Another, unknown."]


def test_keys_and_tags_that_differ_in_case_or_are_no_file_names_are_safe(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    for number, key in enumerate(("Heart", "heart", "HEART")):
        path = write_summary(home, key, tags='["../x", con, CON, "a/b", "..", nul]')
        path.write_text(path.read_text().replace("What we know", f"{number} things we know"))
    publish(home, at=AT)
    assert len(list(home.site.glob("summaries/*.html"))) == 3
    names = {path.relative_to(home.site).as_posix().lower() for path in home.site.rglob("*")}
    assert len(names) == len(list(home.site.rglob("*")))
    stems = {path.stem for path in home.site.glob("tags/*")}
    assert not stems & {"con", "nul", "", "..", "x"}
    assert len(list(home.site.glob("tags/*.html"))) == 5
    assert not (home.outbox / "x.html").exists()


def test_a_hub_is_named_in_every_feed_that_it_is_told_of(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    text = home.settings.read_text().replace("sandbox = true", "sandbox = false")
    hub = "http://localhost:1/"
    home.settings.write_text(text.replace("start =", f'hub = "{hub}"\nstart ='))
    publish(home, at=AT)
    for name, data in files(home).items():
        # Nobody subscribes to what is past.
        expected = [] if "archive/" in name else [hub]
        if name.endswith(("rss.xml", "atom.xml")):
            hubs = etree.fromstring(data).findall(f".//{ATOM}link[@rel='hub']")
            assert [one.get("href") for one in hubs] == expected
        elif name.endswith("feed.json"):
            hubs = json.loads(data).get("hubs", [])
            assert hubs == [{"type": "WebSub", "url": one} for one in expected]


# ── what stops a publish before the feeds change ─────────────────────────────────────────────


def feeds_stay_as_they_are(home: Home, match: str, *, hour: int = 1) -> None:
    before = {name: data for name, data in files(home).items() if name.endswith("xml")}
    write_summary(home, f"new-{hour}")
    with pytest.raises(RefusedError, match=match):
        publish(home, at=AT + hour * HOUR)
    assert {name: data for name, data in files(home).items() if name.endswith("xml")} == before


def test_a_template_whose_link_leads_nowhere_stops_before_the_feeds_change(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    own = home.templates / "site" / "topics.html.j2"
    own.parent.mkdir(parents=True)
    own.write_text('<!doctype html><title>x</title><a href="nowhere.html">x</a>')
    feeds_stay_as_they_are(home, r"topics\.html: its link 'nowhere\.html' leads nowhere; ")
    own.unlink()
    publish(home, at=AT + 2 * HOUR)
    assert len(read(home, "feed.json")) == 9


def test_an_entry_that_would_vanish_or_move_stops_before_the_feeds_change(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    path = home.site / "feed.json"
    good = path.read_bytes()
    feed = json.loads(good)
    feed["items"][0]["date_published"] = "2026-01-01T00:00:00+00:00"
    path.write_text(json.dumps(feed))
    feeds_stay_as_they_are(home, "was published 2026-01-01T00:00:00")
    feed["items"][0]["id"] = "urn:uuid:of-another-newsletter"
    path.write_text(json.dumps(feed))
    feeds_stay_as_they_are(home, "of-another-newsletter would vanish", hour=2)
    path.write_bytes(good)
    publish(home, at=AT + 3 * HOUR)
    assert len(read(home, "feed.json")) == 10


def test_a_site_that_came_back_from_a_backup_is_brought_up_to_date(tmp_path: Path) -> None:
    home, backup = empty_home(tmp_path / "home"), tmp_path / "site"
    write_summary(home, "old")
    publish(home, at=AT)
    shutil.copytree(home.site, backup)
    for one in range(320):
        write_summary(home, f"s{one}")
    publish(home, at=AT + HOUR, agreed=True)
    shutil.rmtree(home.site)
    shutil.copytree(backup, home.site)
    write_summary(home, "new")
    publish(home, at=AT + 2 * HOUR)
    (old,) = read(home, "archive/0001/feed.json")
    assert old not in read(home, "feed.json")
    assert len(read(home, "archive/0002/feed.json") | read(home, "archive/0002-2/feed.json")) == 320


def test_no_date_in_any_feed_is_later_than_the_moment_of_publishing(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "today", str(AT.date()))  # shown as noon, but it is eight in the morning
    write_summary(home, "now", AT.isoformat())
    publish(home, at=AT)
    write_summary(home, "now", AT.isoformat(), status="corrected", note="We erred.")
    publish(home, at=AT + HOUR)
    for name, data in files(home).items():
        if name.endswith("feed.json"):
            # The correction is an issue of its own.
            last = AT + HOUR if name.startswith("issues/") else AT
            for item in json.loads(data)["items"]:
                assert item["date_published"] <= last.isoformat()
                assert item["date_modified"] <= (AT + HOUR).isoformat()
        elif name.endswith("atom.xml"):
            for updated in etree.fromstring(data).iter(f"{ATOM}updated"):
                assert updated.text <= (AT + HOUR).isoformat()
