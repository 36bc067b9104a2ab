"""The site of the documents: it is built without a complaint, and loads nothing from elsewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from lxml import html

from browsers import chromium, patient_page

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a page loads by itself: not what a reader may follow.
LOADED = (
    "//script/@src | //img/@src | //iframe/@src | //source/@src | //object/@data"
    " | //link[not(@rel='canonical' or @rel='next' or @rel='prev')]/@href"
)
IN_CSS = re.compile(r"(?:url\(|@import )\s*['\"]?(?=(?:https?:)?//)([^'\")]+)")


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """The site of the documents in a folder, as `make docs` makes it."""
    zensical = Path(sys.executable).with_name("zensical")
    return subprocess.run(
        [zensical, "build", "--clean", "--strict"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def copied(root: Path, folder: Path) -> Path:
    """The documents and their settings, in a folder of their own."""
    shutil.copytree(root / "docs", folder / "docs")
    shutil.copyfile(root / "zensical.toml", folder / "zensical.toml")
    return folder


@pytest.fixture(scope="module")
def site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copied(root, tmp_path_factory.mktemp("documents"))
    done = build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "build" / "docs"


def test_every_page_is_in_the_site_and_in_its_navigation(root: Path, site: Path) -> None:
    pages = {page.relative_to(root / "docs") for page in (root / "docs").rglob("*.md")}
    assert len(pages) > 35
    named = (root / "zensical.toml").read_text()
    for page in pages:
        assert (site / page.with_suffix(".html")).is_file(), page
        assert f'"{page.as_posix()}"' in named, page


def test_no_page_and_no_stylesheet_loads_anything_from_elsewhere(site: Path) -> None:
    pages = [*site.rglob("*.html")]
    assert len(pages) > 35
    for page in pages:
        found = html.parse(page).xpath(LOADED)
        assert found, page
        assert not [one for one in found if urlsplit(str(one)).netloc], page
        assert not IN_CSS.findall(page.read_text()), page
    sheets = [*site.rglob("*.css")]
    assert sheets
    assert not [one for sheet in sheets for one in IN_CSS.findall(sheet.read_text())]


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its own name)
            """Say nothing."""

    handler = partial(Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_browser_asks_nobody_else(address: str) -> None:
    """The theme's script knows addresses elsewhere, for what our pages do not have."""
    asked: set[str] = set()
    with chromium() as browser:
        page = patient_page(browser)
        page.on("request", lambda request: asked.add(request.url))
        for name in ("index", "guides/sources"):
            page.goto(f"{address}/{name}.html", wait_until="networkidle")
    assert len(asked) > 5
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}


def test_a_link_and_an_anchor_that_lead_nowhere_fail(root: Path, tmp_path: Path) -> None:
    folder = copied(root, tmp_path)
    with (folder / "docs" / "index.md").open("a") as page:
        page.write("\nSee [here](guides/gone.md) and [there](guides/sending.md#gone).\n")
    done = build(folder)
    assert done.returncode != 0
    for what in ("page", "anchor"):
        assert f"{what} does not exist" in done.stdout + done.stderr
