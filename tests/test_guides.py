"""docs/guides/sources.md: every set-up and command in it, as written, against a small site."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from typing import TYPE_CHECKING

import pytest

from homes import AT, command, empty_home
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.settings import load_settings
from msnewsletter.source_settings import KINDS, FetchedSource
from sources.fetch.web_server import Answer, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home
    from sources.fetch.web_server import Asked, Reply, WebServer

EXAMPLE = "www.example.org"
LONGEST = 10  # lines of a set-up
RSS = 'version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'


def page(about: str, *, found: str = "") -> str:
    """A page of the site in plain HTML, without a date."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{about} | Example</title>'
        f"<meta name='citation_doi' content='10.1000/{about}'>"
        f"<nav><a href='/'>Home</a></nav><main><h1>What we know of {about}.</h1>"
        f"<h2>What was found</h2><p>{found or f'Something was found about {about}.'}</p>"
        f"<h2>Why it matters</h2><p>Knowing more about {about} may help.</p>"
        f"<h2>Cautions</h2><p>The study of {about} was small.</p>"
        f"<p class='study'>In <span class='journal'>Journal of {about}</span>, "
        f"<a href='https://doi.org/10.1000/{about}'>the paper</a></p></main></html>"
    )


def site(server: WebServer) -> None:
    """An index, a sitemap, two feeds, an endpoint and three pages."""
    pages = {f"/summaries/{one}": page(one) for one in ("gut", "eye", "sleep")}
    items = "".join(
        f'<li><time datetime="2026-11-2{day}"></time><a href="{path}">Read</a></li>'
        for day, path in enumerate(pages)
    )
    urls = "".join(
        f"<url><loc>{server.url(path)}</loc><lastmod>2026-11-20</lastmod></url>" for path in pages
    )
    entries = "".join(
        f"<item><guid isPermaLink='false'>tag:example,2026:{path}</guid><title>Short</title>"
        f"<link>{server.url(path)}</link><pubDate>Fri, 20 Nov 2026 08:00:00 +0000</pubDate></item>"
        for path in pages
    )
    other = page("eye", found="The nerve of the eye became thinner.").partition("</h1>")[2]
    theirs = (
        f"<item><guid>https://other.example/eye</guid><title>What we know of eye.</title>"
        f"<dc:identifier>doi:10.1000/eye</dc:identifier><link>https://other.example/eye</link>"
        f"<description><![CDATA[{other}]]></description></item>"
    )
    xml = "application/xml"
    server.routes |= pages | {
        "/summaries/": f"<main><ul>{items}</ul></main><footer><a href='/about'>Us</a></footer>",
        "/sitemap.xml": Answer(
            kind=xml,
            body=f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode(),
        ),
        "/feed.xml": feed(server, entries),
        "/feed-of-others.xml": feed(server, theirs),
        "/api/summaries": endpoint,
    }


def feed(server: WebServer, items: str) -> Answer:
    head = f"<title>Example</title><link>{server.url()}</link><description>.</description>"
    body = f"<rss {RSS}><channel>{head}{items}</channel></rss>"
    return Answer(kind="application/rss+xml", body=body.encode())


def endpoint(asked: Asked) -> Reply:
    if asked.headers["Authorization"] != "Bearer secret":
        return Answer(status=401)
    one = {
        "id": 42,
        "title": "What we know of gut.",
        "body": "<p>Something was found.</p>",
        "why": "It may help.",
        "limits": "The study was small.",
    }
    return Answer(kind="application/json", body=json.dumps({"data": [one]}).encode())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    monkeypatch.setenv("CMS_TOKEN", "secret")
    with serving() as server:
        site(server)
        yield server


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return empty_home(tmp_path / "home", start="2026-01-01")


def blocks_in(text: str, heading: str = "") -> list[tuple[str, str]]:
    """Language and text of each fenced block, below a heading or everywhere."""
    found: list[tuple[str, list[str]]] = []
    inside, below = False, not heading
    for line in text.splitlines():
        if line.startswith("```"):
            if not inside and below:
                found.append((line[3:], []))
            inside = not inside
        elif inside and below:
            found[-1][1].append(line)
        elif not inside and heading and line.startswith("## "):
            below = line == f"## {heading}"
    return [(language, "".join(f"{line}\n" for line in lines)) for language, lines in found]


class Guide:
    """A section of the guide, its example's address replaced by the server's."""

    def __init__(self, root: Path, heading: str, server: WebServer, home: Home) -> None:
        text = (root / "docs" / "guides" / "sources.md").read_text()
        text = text.replace(f"https://{EXAMPLE}", server.url(""))
        text = text.replace(EXAMPLE, f"127.0.0.1:{server.port}")
        self.home, self._blocks = home, blocks_in(text, heading)

    def blocks(self, language: str = "sh") -> list[str]:
        return [text for name, text in self._blocks if name == language]

    def set_up(self, number: int = 0, *more: str) -> None:
        """Write a set-up at the end of newsletter.toml; of this machine, and without pauses."""
        text = self.home.settings.read_text().split("[[sources]]", maxsplit=1)[0]
        tables = (self.blocks("toml")[number], *more)
        given = "\n".join(tables)
        given = re.sub(
            r"^(url|index|sitemap) =", r"private = true\npause = 0\n\1 =", given, flags=re.MULTILINE
        )
        self.home.settings.write_text(f"{text}{given}\n")

    def run(self, *, fails: tuple[str, ...] = ()) -> dict[str, str]:
        """Run all commands in order; what each said."""
        said = {}
        for line in "".join(self.blocks()).splitlines():
            program, *words = shlex.split(line)
            assert program == "msnewsletter"
            private = ["--private"] if words[0] in {"read", "import"} else []
            done = command(self.home, *words, *private)
            assert (done.returncode == 0) is (words[0] not in fails), done.stdout + done.stderr
            said[words[0]] = done.stdout + done.stderr
        return said


@pytest.fixture
def guide(root: Path, server: WebServer, home: Home, request: pytest.FixtureRequest) -> Guide:
    """The section with the heading that the test's parameter names."""
    return Guide(root, request.param, server, home)


def section(heading: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("guide", [heading], indirect=True, ids=[heading])


@section("My site has no feed")
def test_a_site_without_a_feed_is_read_page_by_page(guide: Guide, server: WebServer) -> None:
    guide.set_up()
    said = guide.run()
    assert "from the heading “Cautions”" in said["read"]
    assert "Source site: 3 new or changed summaries" in said["collect"]
    assert "What we know of sleep" in said["status"]
    assert "2026-11-22" in said["status"]
    assert "/about" not in server.paths


@section("My site has no feed")
def test_a_field_that_is_elsewhere_is_selected(guide: Guide) -> None:
    guide.set_up(1)
    said = guide.run()
    assert "3 new or changed" in said["collect"]
    found = next_issue_preview(guide.home, at=AT)
    assert found.issue
    journals = {one.summary.doi: one.summary.journal for one in found.issue.entries}
    assert journals["10.1000/gut"] == "Journal of gut"


@section("My site has a feed")
def test_a_feed_leads_to_the_pages(guide: Guide) -> None:
    guide.set_up()
    said = guide.run()
    assert "Source news: 3 new or changed summaries" in said["collect"]
    assert "What we know of gut" in said["status"]
    assert "2026-11-20" in said["status"]


@section("My content system answers with JSON")
def test_an_endpoint_is_read_with_a_token(guide: Guide) -> None:
    guide.set_up()
    said = guide.run()
    assert "Source cms: 1 new or changed summary" in said["collect"]
    assert "What we know of gut" in said["status"]


@section("Only a program can read it")
def test_a_program_reads_a_spreadsheet(guide: Guide) -> None:
    guide.set_up()
    (guide.home.root / "export.py").write_text(guide.blocks("python")[0])
    (guide.home.root / "summaries.csv").write_text(
        "key,headline,found,why_it_matters,cautions,doi\n"
        'gut-2026,What we know of gut.,"It differs, a little.",It may help.,It was small.,\n'
    )
    said = guide.run()
    assert "Source export: 1 new or changed summary" in said["collect"]
    assert "What we know of gut" in said["status"]


@section("I write files")
def test_files_are_read(guide: Guide, root: Path) -> None:
    guide.set_up()
    [example] = [
        text
        for language, text in blocks_in((root / "README.md").read_text())
        if language == "markdown"
    ]
    (guide.home.root / "summaries" / "gut.md").write_text(example)
    assert "1 new or changed summary" in guide.run()["collect"]


@section("Take over what there is, once")
def test_a_page_is_imported_as_a_file(guide: Guide) -> None:
    said = guide.run()
    [path] = (guide.home.root / "summaries").glob("*.md")
    assert "# What we know of gut." in path.read_text()
    assert "What we know of gut" in said["status"]


@section("Change a text that was fetched")
def test_a_file_of_the_same_key_counts(guide: Guide, root: Path, server: WebServer) -> None:
    site_alone = Guide(root, "My site has no feed", server, guide.home)
    site_alone.set_up(0, '[[sources]]\npath = "summaries"')
    command(guide.home, "collect")
    (guide.home.root / "summaries" / "gut.md").write_text(guide.blocks("markdown")[0])
    said = command(guide.home, "status").stdout
    assert "In a small study, people with MS had other bacteria in the gut" in said
    assert "What we know of gut" not in said


@section("Two sources have the same study")
def test_two_texts_of_one_study_wait_for_a_choice(guide: Guide) -> None:
    guide.set_up()
    said = guide.run()
    assert "Source news: 1 new or changed summary" in said["collect"]
    assert "tell one study in different words" in said["status"]
    assert "has the text of news now" in said["choose"]
    now = command(guide.home, "status").stdout
    assert "in different words" not in now
    [path] = (guide.home.root / "summaries").glob("*.md")
    assert "The nerve of the eye became thinner." in path.read_text()


@section("When a source fails")
def test_a_source_that_fails_is_said_and_keeps_what_it_said(
    guide: Guide, root: Path, server: WebServer
) -> None:
    Guide(root, "My site has no feed", server, guide.home).set_up()
    command(guide.home, "collect")
    server.routes["/summaries/"] = Answer(status=500)
    said = guide.run(fails=("collect",))  # its only source
    assert "Source site: failed" in said["collect"]
    assert "What we know of gut" in said["status"]
    assert "fails since" in said["status"]
    assert "site" in said["doctor"]


# ── all of it ────────────────────────────────────────────────────────────────────────────────


def test_every_set_up_is_short_and_every_kind_has_one(root: Path) -> None:
    text = (root / "docs" / "guides" / "sources.md").read_text()
    setups = [one for language, one in blocks_in(text) if language == "toml"]
    assert all(len(one.splitlines()) <= LONGEST for one in setups)
    named = [table for one in setups for table in tomllib.loads(one)["sources"]]
    assert {one.get("kind", "folder") for one in named} == KINDS.keys()
    for one in named:
        KINDS[one.get("kind", "folder")].model_validate(one)


def commented(text: str) -> Iterator[str]:
    """The tables of sources that are comments of the sample, as they are without the signs."""
    below = text.split("[[sources]]\npath", 1)[1]
    for part in re.split(r"^# \[\[sources\]\]$", below, flags=re.MULTILINE)[1:]:
        lines = re.findall(r"^# (\S+ = .*)$", part, re.MULTILINE)
        yield "\n".join(["[[sources]]", *lines])


def test_the_commented_sources_of_the_sample_are_right_together(root: Path, home: Home) -> None:
    sample = (root / "newsletter.toml").read_text()
    tables = [*commented(sample)]
    home.settings.write_text("\n".join([home.settings.read_text(), *tables]))
    found = load_settings(home.settings)
    kinds = [str(getattr(one, "kind", "")) for one in found.sources]
    assert sorted(kinds) == sorted(KINDS)
    assert all(isinstance(one, FetchedSource) for one in found.sources[1:])
