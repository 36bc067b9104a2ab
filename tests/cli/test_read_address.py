"""`read` of addresses and saved pages, with and without --explain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import command, empty_home, name_sources
from sources.fetch.web_server import Answer, WebServer, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home

PAGE = (
    '<!doctype html><meta charset="utf-8"><title>Gut and MS – A site</title>'
    '<meta property="article:published_time" content="2026-11-20T08:00:00Z">'
    "<main><h1>Gut bacteria differ.</h1><h2>What was found</h2><p>They differ.</p>"
    "<h2>Why it matters</h2><p>It helps.</p><h2>Cautions</h2><p>Mice only.</p></main>"
)

REFERENCE = ("journal", "doi")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return empty_home(tmp_path)


@pytest.fixture
def site() -> Iterator[WebServer]:
    with serving() as found:
        yield found


def test_an_address_is_printed_like_a_file(home: Home, site: WebServer) -> None:
    url = site.put("/gut", PAGE)
    said = command(home, "read", "--private", url)
    assert said.returncode == 0, said.stderr
    lines = said.stdout.splitlines()
    assert lines[0] == "Gut bacteria differ."
    assert url in lines[1]
    assert "published 2026-11-20T08:00:00+00:00" in lines[2]
    assert lines[-1] == "1 summary."


def test_explain_says_where_each_field_is_from_and_what_others_say(
    home: Home, site: WebServer
) -> None:
    url = site.put("/gut", PAGE)
    said = command(home, "read", "--private", "--explain", url).stdout
    assert "headline: “Gut bacteria differ.”\n    from the page's h1" in said
    assert "meta: title says “Gut and MS – A site”" in said
    assert "cautions: “Mice only.”\n    from the heading “Cautions”" in said
    assert "from meta: article:published_time" in said


def test_explain_says_where_the_date_is_from_or_that_there_is_none(
    home: Home, tmp_path: Path
) -> None:
    path = tmp_path / "gut.html"
    bare = PAGE.replace(
        '<meta property="article:published_time" content="2026-11-20T08:00:00Z">', ""
    )
    path.write_text(bare)
    said = command(home, "read", "--explain", str(path))
    assert "published: no place in the page says it" in said.stdout
    path.write_text(bare.replace("</h1>", "</h1><time datetime=2019-05-01>1 May 2019</time>", 1))
    said = command(home, "read", "--explain", str(path))
    assert "published: “2019-05-01”\n    from the page's <time>" in said.stdout
    path.write_text(bare.replace("</h1>", "</h1><p>Published 5/1/2019</p>", 1))
    said = command(home, "read", "--explain", str(path))
    assert "published: no place in the page says it" in said.stdout
    assert "'5/1/2019' could be two days (the page's line of its publication)" in said.stderr


def test_explain_lists_what_was_not_found_and_where_its_place_is_named(
    home: Home, tmp_path: Path
) -> None:
    path = tmp_path / "gut.html"
    path.write_text(PAGE.partition("<h2>Cautions")[0])
    said = command(home, "read", "--explain", str(path)).stdout
    missing = [line.strip() for line in said.splitlines() if "no place in the page" in line]
    assert missing == [f"{name}: no place in the page says it" for name in ("cautions", *REFERENCE)]
    assert "[sources.headings] and [sources.select] say where it is" in said
    reference = '<meta name="citation_doi" content="10.1000/x">'
    reference += '<meta name="citation_journal_title" content="Brain">'
    path.write_text(PAGE.replace("<title>", f"{reference}<title>"))
    assert "no place" not in command(home, "read", "--explain", str(path)).stdout


def test_an_address_of_this_machine_is_allowed_by_an_option_and_its_refusal_says_so(
    home: Home, site: WebServer
) -> None:
    done = command(home, "read", site.put("/gut", PAGE))
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.endswith("; correct the address, or add --private: it is of your own network")


def test_of_an_address_that_fails_now_nothing_promises_another_try(
    home: Home, site: WebServer
) -> None:
    site.routes["/gut"] = Answer(status=500)
    for asks in ("read", "import"):
        [line] = command(home, asks, "--private", site.url("/gut")).stderr.splitlines()[:1]
        assert line.endswith("/gut: answers 500 (Internal Server Error); try again later")


def test_a_saved_page_is_read_and_explained(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "gut.html"
    path.write_text(PAGE)
    said = command(home, "read", str(path))
    assert "key gut" in said.stdout
    assert "from the heading" in command(home, "read", "--explain", str(path)).stdout


def test_what_fails_is_one_line_and_the_rest_is_read(
    home: Home, site: WebServer, tmp_path: Path
) -> None:
    good = site.put("/gut", PAGE)
    half = site.put("/half", PAGE.partition("<h2>Cautions")[0])
    gone = str(tmp_path / "none.html")
    said = command(home, "read", "--private", gone, site.base + "/gone", half, good)
    assert said.returncode == 1
    refused = [line for line in said.stderr.splitlines() if line.startswith("refused")]
    assert len(refused) == 3
    assert "no cautions found" in refused[2]
    assert said.stdout.endswith("1 summary.\n")


def test_what_a_page_holds_cannot_move_the_terminal(home: Home, site: WebServer) -> None:
    url = site.put("/gut", PAGE.replace("They differ.", "They \x1b[2J differ."))
    assert "\x1b" not in command(home, "read", "--private", "--explain", url).stdout


SELECTED = PAGE.replace("</main>", '<p class="ref">Brain, <a href="/x">a</a></p></main>')


def test_a_source_of_the_home_says_how_an_address_is_read(home: Home, site: WebServer) -> None:
    url = site.put("/gut", SELECTED)
    name_sources(
        home,
        f'name = "site"\nkind = "page"\nprivate = true\npause = 0\nurls = ["{url}"]\n'
        '[sources.select]\njournal = ".ref"\n',
        'name = "export"\nkind = "command"\ncommand = "true"\n',
    )
    without = command(home, "read", "--explain", "--private", url).stdout
    assert "journal: no place in the page says it" in without
    assert "--source NAME reads with what your source" in without
    said = command(home, "read", "--explain", "--source", "site", url)
    assert said.returncode == 0, said.stderr
    assert "journal: “Brain, a”\n    from select: .ref" in said.stdout
    saved = home.root / "saved.html"
    saved.write_text(SELECTED)
    assert (
        "journal: “Brain, a”"
        in command(home, "read", "--explain", "--source", "site", str(saved)).stdout
    )
    for words, problem in (
        (("--source", "sitte"), "no source that is fetched has the name 'sitte'; did you mean"),
        (("--source", "export"), "the source 'export' is of the kind 'command'"),
        (("--source", "site", "--kind", "feed"), "--kind and --source exclude each other"),
    ):
        refused = command(home, "read", *words, url)
        assert refused.returncode == 2
        assert problem in refused.stderr


def test_a_feed_is_read_by_the_settings_of_its_source_and_so_are_its_pages(
    home: Home, site: WebServer
) -> None:
    site.put("/gut", SELECTED)
    entry = "<item><title>Gut.</title><guid>urn:x:g</guid><link>/gut</link></item>"
    feed = site.put("/feed", f'<rss version="2.0"><channel><link>/</link>{entry}</channel></rss>')
    name_sources(
        home,
        f'name = "news"\nkind = "feed"\nprivate = true\npause = 0\nurl = "{feed}"\n'
        'follow = true\n[sources.select]\njournal = ".ref"\n',
    )
    read = command(home, "read", "--source", "news", feed).stdout
    assert "Brain, a; published" in read
    page = command(home, "read", "--source", "news", site.url("/gut")).stdout
    assert "Brain, a; published" in page
