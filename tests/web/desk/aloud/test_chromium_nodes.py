"""What Chromium hears, and that the markup alone says the same."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from browsers import chromium_program
from homes import AT, sample_home
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.web.desk.aloud import chromium_nodes as module
from msnewsletter.web.desk.aloud.chromium_nodes import NoChromiumError, chromium_nodes, nodes_of
from msnewsletter.web.desk.aloud.markup_nodes import markup_nodes
from msnewsletter.web.desk.aloud.spoken import lines_of
from msnewsletter.web.desk.editions import EDITIONS, part_named
from msnewsletter.web.desk.frames import with_style

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PATIENT = 120.0  # seconds, on a machine that does much else

ALL_KINDS = """<!doctype html><html lang="en"><head><title>All kinds</title></head><body>
<div style="display:none">a preheader</div><p aria-hidden="true">hidden</p>
<header><nav aria-label="Site"><ul><li><a href="x">One</a></li><li>Two</li></ul></nav></header>
<main><h1>A <em>title</em></h1><p>Words, <a href="x" aria-label="Issue 7">7</a>,
<i lang="de">Die Zeit</i>.</p><img alt="A chart" src="data:,"><hr>
<section aria-labelledby="w"><h2 id="w">Why?</h2><blockquote>quoted</blockquote></section>
<table role="presentation"><tr><td>left</td><td>right</td></tr></table>
<script>document.title = "run"</script><img src="http://127.0.0.1:9/pixel" alt="">
<article><header>no banner</header><ol><li>first</li></ol></article></main>
<footer>the end</footer></body></html>"""


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Every edition, and a page of each kind, with its style."""
    preview = next_issue_preview(sample_home(tmp_path_factory.mktemp("home")), at=AT)
    site = preview.site()
    kinds = ("index.html", "issues/0001.html", "topics.html")
    summary = next(name for name in site if name.startswith("summaries/"))
    pages = {name: with_style(site[name], site["style.css"]) for name in (*kinds, summary)}
    mails = {name: part_named(preview.files, f"{name}.html") or b"" for name in EDITIONS}
    return {**mails, **pages, "all kinds": ALL_KINDS.encode()}


def test_chromium_and_the_markup_say_the_same_word_for_word(samples: Mapping[str, bytes]) -> None:
    chromium_program()  # where there is none, nothing can be compared
    for name, data in samples.items():
        heard = lines_of(chromium_nodes(data, seconds=PATIENT))
        assert heard == lines_of(markup_nodes(data)), name
        assert len(heard) > 10, name


def test_a_browser_that_hangs_is_ended_and_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs = tmp_path / "chromium-headless-shell"
    hangs.write_text("#!/bin/sh\nexec sleep 1000\n")
    hangs.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(NoChromiumError, match=r"took more than 0\.5 seconds"):
        chromium_nodes(b"<p>x", seconds=0.5)


def test_a_browser_that_cannot_start_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = tmp_path / "chromium-headless-shell"
    fails.write_text("#!/bin/sh\nexit 1\n")
    fails.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert shutil.which("chromium-headless-shell") == str(fails)
    with pytest.raises(NoChromiumError, match="cannot be started"):
        chromium_nodes(b"<p>x", seconds=PATIENT)


def test_without_playwright_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    with pytest.raises(NoChromiumError, match="Playwright is not installed"):
        chromium_nodes(b"<p>x")


def test_a_text_that_is_in_no_document_is_in_the_block_around_it() -> None:
    root = {"nodeId": "1", "ignored": False, "role": {"value": "RootWebArea"}, "childIds": ["2"]}
    text = {"nodeId": "2", "ignored": False, "role": {"value": "StaticText"}}
    tree = {
        "nodes": [root | {"name": {"value": "T"}}, text | {"name": {"value": "made by a style"}}]
    }
    document = {"root": {"nodeType": 9, "backendNodeId": 1}}
    [_, line] = lines_of(nodes_of({"document": document, "tree": tree}))
    assert [piece.text for piece in line] == ["made by a style"]
