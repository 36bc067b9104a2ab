"""Long texts of hostile shapes take no more than their length: no square of it anywhere.

What was a square took minutes at these sizes; each takes a second or two now. The bounds are
computing time of a process of its own, thirty times what it needs.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import pytest

from forks import ends_within
from homes import AT, empty_home
from msnewsletter.publisher.publish import publish
from msnewsletter.render.site.verify import check_feeds
from msnewsletter.sources.text_limits import LINES_LIMIT, SECTION_LIMIT
from msnewsletter.text_diff import changed_words, differences

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 60
GOOD = {"headline": "h", "found": "f", "why_it_matters": "w", "cautions": "c"}
SHAPES = {
    "many sentences": "a. ",
    "an ampersand escaped again and again": "amp;",
    "entities": "&amp;amp;",
    "brackets": "a[",
    "points": "- x\n",
    "words": "word ",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_sections_as_long_as_they_may_be_are_published(tmp_path: Path, shape: str) -> None:
    home = empty_home(tmp_path / "home")
    piece = SHAPES[shape]
    times = min(
        SECTION_LIMIT // len(piece) - 1, LINES_LIMIT - 1 if "\n" in piece else SECTION_LIMIT
    )
    text = "&" * (piece == "amp;") + piece * times
    odd = GOOD | dict.fromkeys(("found", "why_it_matters", "cautions"), text)
    file = home.root / "summaries" / "a.json"
    file.write_text(json.dumps([odd | {"key": "odd"}, GOOD | {"key": "good", "headline": "i"}]))
    assert ends_within(SECONDS, partial(publish, home, at=AT))
    record = json.loads((home.records / "0001.json").read_text())
    assert len(record["issue"]["entries"]) == 2


def test_a_note_of_any_signs_is_published(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    file = home.root / "summaries" / "a.json"
    file.write_text(json.dumps(GOOD | {"key": "good"}))
    home.records.mkdir()
    home.next_issue.write_text("---\nissue: 1\n---\n" + "[" * 5_000)
    assert ends_within(SECONDS, partial(publish, home, at=AT))


def test_a_feed_with_a_million_escapes_is_compared() -> None:
    text = "&" + "amp;" * 250_000 + "lt;"
    item = {
        "id": "a",
        "title": "t",
        "url": "https://x.example/",
        "content_html": text,
        "date_published": "2026-11-20T08:00:00Z",
        "date_modified": "2026-11-20T08:00:00Z",
    }
    day = "2026-11-20T08:00:00Z"
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id><title>f</title>'
        f"<updated>{day}</updated><entry><id>a</id><title>t</title><published>{day}</published>"
        f'<updated>{day}</updated><link href="https://x.example/"/>'
        f'<content type="html">{text.replace("&", "&amp;")}</content></entry></feed>'
    ).encode()
    files = {"rss.xml": atom, "atom.xml": atom, "feed.json": json.dumps({"items": [item]}).encode()}
    assert ends_within(SECONDS, partial(check_feeds, files))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("word " * 40_000, "word " * 20_000 + "other " + "word " * 20_000),
        ("word " * 40_000, "other " * 40_000),
        ("a b " * 30_000, "b c a " * 30_000),
    ],
)
def test_two_versions_of_a_long_text_are_compared(before: str, after: str) -> None:
    assert ends_within(SECONDS, partial(changed_words, before, after))
    lines = (text.replace(" ", "\n") for text in (before, after))
    assert ends_within(SECONDS, partial(differences, *lines))
