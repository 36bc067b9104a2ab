"""Other people's programs look at the served site: validators, axe, feed readers."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

from homes import AT, sample_home, write_summary
from msnewsletter.publisher import publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home

PAGES = (
    *("", "issues/0001.html", "tags/viruses.html", "feeds.html", "about.html", "topics.html"),
    *("archive.html", "no/such/page", "issues/0002.html"),
)


def judge(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed; tools/setup-judges.sh does it")
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The samples, and the awkward: every kind of notice, right-to-left, cards, no tags.

    The second issue is a correction of the first, and nothing else.
    """
    home = sample_home(tmp_path_factory.mktemp("judged"))
    write_summary(home, "corrected", status="corrected", note="We wrote 40; there were 14.")
    hebrew = write_summary(home, "rtl", tags='["../x", "עברית"]', studied_in="3 people")
    hebrew.write_text(hebrew.read_text().replace("What we know of rtl", "שלום & p < 0.05 ]]> 🧠"))
    write_summary(home, "taken-back")
    publish(home, at=AT)
    write_summary(home, "taken-back", status="withdrawn", note="We mixed up two studies.")
    publish(home, at=AT + timedelta(hours=1))
    return home


@pytest.fixture(scope="module")
def address(home: Home) -> Iterator[str]:
    """The address of the running site."""
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


def test_the_nu_validator_finds_no_error_in_any_page_or_stylesheet(home: Home, root: Path) -> None:
    jar = root / "tests/judges/node_modules/vnu-jar/build/dist/vnu.jar"
    if not jar.is_file():
        pytest.skip("vnu-jar is not installed; tools/setup-judges.sh does it")
    pages = [str(path) for path in home.site.rglob("*.html")]
    sheets = [str(home.site / "style.css")]
    for kind, files in (("--html", pages), ("--css", sheets)):
        done = subprocess.run(
            [judge("java"), "-Xss2m", "-jar", str(jar), kind, "--format", "json", *files],
            capture_output=True,
            text=True,
            check=False,
        )
        said = json.loads(done.stderr)["messages"]
        assert [f"{one['url']}: {one['message']}" for one in said if one["type"] == "error"] == []
    assert len(pages) > 20


def test_axe_finds_nothing_in_light_dark_and_narrow_and_pages_load_only_their_stylesheet(
    root: Path, address: str, pages: list[str]
) -> None:
    script = root / "tests/judges/axe.mjs"
    if not (script.parent / "node_modules").is_dir():
        pytest.skip("axe-core is not installed; tools/setup-judges.sh does it")
    done = subprocess.run(
        [judge("node"), str(script), judge("chromium"), *(address + page for page in pages)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    looks = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(looks) == 3 * len(pages)
    for look in looks:
        assert look["violations"] == [], (look["url"], look["look"])
        assert look["passes"] > 15
        assert not look["scrolls_sideways"], look["url"]
        # The browser itself asks for an icon.
        asked = {url for url in look["asked"] if not url.endswith("favicon.ico")}
        assert asked == {look["url"], f"{address}style.css"}


def ours(home: Home, name: str) -> list[dict[str, Any]]:
    items = json.loads((home.site / name).with_name("feed.json").read_bytes())["items"]
    return [
        {
            "id": item["id"],
            "title": item["title"],
            "link": item["url"],
            "published": item["date_published"].replace("+00:00", ".000Z"),
        }
        for item in items
    ]


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "full/rss.xml", "full/atom.xml"])
def test_two_feed_parsers_from_npm_see_our_entries_in_our_order(
    home: Home, root: Path, name: str
) -> None:
    script = root / "tests/judges/feeds.mjs"
    if not (script.parent / "node_modules").is_dir():
        pytest.skip("the parsers are not installed; tools/setup-judges.sh does it")
    done = subprocess.run(
        [judge("node"), str(script), str(home.site / name)],
        capture_output=True,
        text=True,
        check=True,
    )
    ((_, read),) = json.loads(done.stdout).items()
    for parser in ("feed-parser", "rss-parser"):
        assert read[parser] == ours(home, name), parser


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml"])
def test_newsboat_sees_our_entries(home: Home, tmp_path: Path, address: str, name: str) -> None:
    (tmp_path / "urls").write_text(f"{address}{name}\n")
    (tmp_path / "config").write_text("")
    subprocess.run(
        [
            judge("newsboat"),
            *("-u", tmp_path / "urls", "-c", tmp_path / "cache.db", "-C", tmp_path / "config"),
            *("-x", "reload"),
        ],
        check=True,
        capture_output=True,
        env={"HOME": str(tmp_path), "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
    )
    with sqlite3.connect(tmp_path / "cache.db") as cache:
        query = "SELECT guid, title, url, pubDate FROM rss_item"
        seen = {
            (guid, title, url, moment)
            for guid, title, url, moment in cache.execute(query).fetchall()
        }
    cache.close()
    assert seen == {
        (
            one["id"],
            one["title"],
            one["link"],
            int(datetime.fromisoformat(one["published"]).timestamp()),
        )
        for one in ours(home, name)
    }
