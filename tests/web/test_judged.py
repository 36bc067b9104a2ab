"""Other people's programs look at the served site: validators, axe, feed readers."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin
from urllib.request import urlopen

import feedparser
import pytest

import nu_checker
from browsers import chromium_program
from homes import AT, empty_home, sample_home, write_summary
from msnewsletter.publisher.publish import publish
from msnewsletter.render.site.icons import ICON_FILES
from web.newsboat import Newsboat
from web.servers import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home

PAGES = (
    *("", "issues/0001.html", "tags/viruses.html", "feeds.html", "about.html", "topics.html"),
    *("archive.html", "no/such/page", "issues/0002.html"),
    "glossary.html",
)


GLOSSARY = """\
# Hard words
Some words are hard.

## virus, viruses, EBV
It makes copies of itself.

- A virus needs a cell.
- EBV is one.

## study was small, cell
Few were in it, or one virus.

## עברית
שלום EBV.
"""

# Lighthouse takes five seconds a page: it sees the home, an issue and a summary, and every kind of
# page by `make judge`. axe sees them all each time.
EVERY_PAGE = "JUDGE_EVERY_PAGE" in os.environ
FOR_ALL = ("issues/0001", "summaries/corrected")


def by_node(root: Path, script: str, *words: str) -> str:
    """What a script of tests/judges says."""
    folder = root / "tests/judges"
    if not (folder / "node_modules").is_dir():
        pytest.skip("npm's judges are not installed; tools/setup-judges.sh does it")
    done = subprocess.run(
        [judge("node"), str(folder / script), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def judge(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed; tools/setup-judges.sh does it")
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The samples, and the awkward: every kind of notice, right-to-left, cards, no tags.

    The second issue is a correction of the first, and nothing else; the third comes late.
    """
    home = sample_home(tmp_path_factory.mktemp("judged"))
    write_summary(home, "corrected", status="corrected", note="We wrote 40; there were 14.")
    hebrew = write_summary(
        home, "rtl", tags='["../x", "עברית"]', studied_in="3 people", language="he"
    )
    hebrew.write_text(hebrew.read_text().replace("What we know of rtl", "שלום & p < 0.05 ]]> 🧠"))
    write_summary(home, "taken-back")
    # Linked in paragraphs and in cautions, and from one explanation to another.
    home.glossary.write_text(GLOSSARY)
    publish(home, at=AT)
    write_summary(home, "taken-back", status="withdrawn", note="We mixed up two studies.")
    publish(home, at=AT + timedelta(hours=1))
    write_summary(home, "late", "2026-11-01")
    write_summary(home, "morning", "2026-11-20T08:00:00+01:00")
    publish(home, at=AT + timedelta(hours=2))
    return home


@pytest.fixture(scope="module")
def arabic_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A newsletter from right to left, with English and Arabic summaries and a correction."""
    home = empty_home(
        tmp_path_factory.mktemp("arabic"),
        language='"ar"\nwords = "en"\ndisclaimer = "ليس نصيحة طبية."',
        title='"ملاحظات بحثية"',
        description='"دراسات جديدة بلغة بسيطة."',
    )
    arab = write_summary(home, "arab", tags='["نوم"]', doi="10.5555/a.1", studied_in="16 شخصا")
    arab.write_text(arab.read_text().replace("What we know of arab", "MS: نام المشاركون ساعة أطول"))
    write_summary(home, "english", language="en", tags='["نوم"]', studied_in="12 people")
    home.glossary.write_text("## خلية, جسيم\nجزء من الجسم.\n")
    publish(home, at=AT)
    write_summary(home, "arab", tags='["نوم"]', status="corrected", note="أخطأنا: 16 وليس 60.")
    write_summary(home, "late", "2026-11-01")
    publish(home, at=AT + timedelta(hours=1))
    return home


@pytest.fixture(scope="module")
def address(home: Home) -> Iterator[str]:
    """The address of the running site."""
    with served(home) as address:
        yield address


@pytest.fixture(scope="module")
def arabic_pages(arabic_home: Home) -> Iterator[list[str]]:
    """The addresses of one page of each kind of the newsletter from right to left."""
    (summary,) = (path.name for path in arabic_home.site.glob("summaries/arab-*"))
    names = ("", "issues/0002.html", f"summaries/{summary}", "glossary.html", "corrections.html")
    with served(arabic_home) as address:
        yield [address + name for name in names]


@contextmanager
def served(home: Home) -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-m", "msnewsletter", "--home", str(home.root), "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found
        try:
            yield found[0]
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def pages(home: Home) -> list[str]:
    summaries = sorted(path.name for path in home.site.glob("summaries/*"))
    chosen = [name for name in summaries if name.startswith(("rtl", "corrected", "sample-epstein"))]
    assert len(chosen) == 3
    return [*PAGES, *(f"summaries/{name}" for name in chosen)]


def test_serve_answers_over_a_real_connection(address: str) -> None:
    with urlopen(f"{address}rss.xml") as answer:  # noqa: S310  (our own server)
        assert answer.headers["ETag"].startswith('"')
        assert answer.read().startswith(b"<?xml")


def test_the_nu_validator_finds_no_error_in_any_page_or_stylesheet(
    home: Home, arabic_home: Home, root: Path
) -> None:
    jar = root / "tests/judges" / nu_checker.JAR
    if not jar.is_file():
        pytest.skip("vnu-jar is not installed; tools/setup-judges.sh does it")
    pages = [str(path) for one in (home, arabic_home) for path in one.site.rglob("*.html")]
    assert len(pages) > 20
    files = [*pages, str(home.site / "style.css")]
    said = nu_checker.nu_errors(judge("java"), str(jar), files)
    assert [f"{one['url']}: {one['message']}" for one in said] == []


def test_axe_finds_nothing_in_light_dark_and_narrow_and_pages_load_only_their_stylesheet(
    root: Path, address: str, pages: list[str], arabic_pages: list[str]
) -> None:
    urls = [*(address + page for page in pages), *arabic_pages]
    said = by_node(root, "axe.mjs", chromium_program(), *urls)
    looks = [json.loads(line) for line in said.splitlines()]
    assert len(looks) == 3 * len(urls)
    for look in looks:
        assert look["violations"] == [], (look["url"], look["look"])
        assert look["passes"] > 15
        assert not look["scrolls_sideways"], look["url"]
        # The browser chooses one of our icons, once.
        icons = {urljoin(look["url"], f"/{name}") for name in ICON_FILES}
        asked = set(look["asked"]) - icons
        assert asked == {look["url"], urljoin(look["url"], "/style.css")}


def test_lighthouse_gives_every_page_100_for_accessibility_best_practices_and_search(
    root: Path, address: str, pages: list[str], arabic_pages: list[str]
) -> None:
    # Of what is not there Lighthouse only says so: its page is looked at where it is.
    there = [*(page for page in pages if not page.startswith("no/")), "404.html"]
    if not EVERY_PAGE:
        there = [page for page in there if page == "" or page.startswith(FOR_ALL)]
        assert len(there) == 3
    urls = [*(address + page for page in there), *arabic_pages[1 : None if EVERY_PAGE else 2]]
    said = by_node(root, "lighthouse.mjs", chromium_program(), *urls)
    looks = [json.loads(line) for line in said.splitlines()]
    assert len(looks) == len(urls)
    for look in looks:
        assert set(look["scores"].values()) == {1}, look
        assert look["passed"] > 40
        assert (look["failed"], look["warnings"]) == ([], [])


def test_on_paper_a_caution_stays_with_its_heading_and_a_study_shows_its_address(
    root: Path, address: str, pages: list[str], arabic_pages: list[str]
) -> None:
    chosen = [page for page in pages if page.startswith(("issues/", "summaries/"))]
    urls = [*(address + page for page in chosen), *arabic_pages[1:3]]
    looks = list(
        map(json.loads, by_node(root, "print.mjs", chromium_program(), *urls).splitlines())
    )
    assert len(looks) == len(urls)
    for look in looks:
        assert set(look["after"]) <= {"avoid"}, look["url"]
        assert set(look["inside"]) <= {"avoid"}, look["url"]
        assert look["shown"] == 0, "nobody can follow a link on paper"
        assert all(href in after for href, after in look["studies"]), look
    for part in ("studies", "after", "inside"):
        assert any(look[part] for look in looks), part


def ours(home: Home, name: str) -> list[dict[str, Any]]:
    items = json.loads((home.site / name).with_name("feed.json").read_bytes())["items"]
    return [
        {
            "id": item["id"],
            "title": item["title"],
            "link": item["url"],
            "published": item["date_published"].replace("+00:00", ".000Z"),
            "author": item["authors"][0]["name"],
        }
        for item in items
    ]


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "full/rss.xml", "full/atom.xml"])
def test_four_feed_parsers_from_npm_see_our_entries_in_our_order_with_their_author(
    home: Home, root: Path, name: str
) -> None:
    ((_, read),) = json.loads(by_node(root, "feeds.mjs", str(home.site / name))).items()
    assert set(read) == {"feed-parser", "rss-parser", "feedparser", "feedsmith"}
    for parser, seen in read.items():
        assert seen == ours(home, name), parser


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "full/rss.xml", "full/atom.xml"])
def test_feedparser_sees_our_entries_in_our_order_with_their_author(home: Home, name: str) -> None:
    read = feedparser.parse((home.site / name).read_bytes())
    assert not read.bozo
    assert [
        {
            "id": entry.id,
            "title": entry.title,
            "link": entry.link,
            "published": f"{datetime(*entry.published_parsed[:6]):%Y-%m-%dT%H:%M:%S.000Z}",  # noqa: DTZ001
            "author": entry.author,
        }
        for entry in read.entries
    ] == ours(home, name)


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml"])
def test_feedparser_gets_only_what_is_new_because_it_asks_for_it(tmp_path: Path, name: str) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    with Server(home.site).running() as server:
        url = f"http://127.0.0.1:{server.port}/{name}"
        first = feedparser.parse(url)
        assert (first.status, len(first.entries)) == (200, 8)
        assert feedparser.parse(url, etag=first.etag).status == 304
        assert feedparser.parse(url, modified=first.modified).status == 304
        write_summary(home, "new")
        publish(home, at=AT + timedelta(hours=1))
        then = feedparser.parse(url, etag=first.etag)
        assert (then.status, then.bozo) == (226, False)
        assert [entry.title for entry in then.entries] == ["What we know of new."]
        assert feedparser.parse(url, etag=then.etag).status == 304


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml"])
def test_newsboat_keeps_our_entries_with_their_author_and_shows_them_in_our_order(
    home: Home, tmp_path: Path, address: str, name: str
) -> None:
    expected = ours(home, name)
    reader = Newsboat(judge("newsboat"), tmp_path, f"{address}{name}")
    assert [kept._asdict() for kept in reader.kept()] == expected
    dated = [(one["published"], one["title"]) for one in expected]
    assert reader.shown(dated) == dated
