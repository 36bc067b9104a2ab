"""The five real pages through the whole path: every artefact shows their text unharmed."""

from __future__ import annotations

import email
import email.policy
import html
import json
import re
from typing import TYPE_CHECKING

import feedparser
import pytest

from homes import AT, command, empty_home, published_tree
from msnewsletter.publisher.publish import publish
from msnewsletter.text_sentences import sentences_in

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home


@pytest.fixture
def home(tmp_path: Path, shared: Path) -> Home:
    """A home whose source is the folder of real pages itself, published."""
    home = empty_home(tmp_path, path=f'"{shared / "seeds"}"', start="2025-01-01")
    publish(home, at=AT)
    return home


def pages(shared: Path) -> list[list[str]]:
    """Headline, found, why it matters and cautions of each page: its first four lines."""
    return [path.read_text().split("\n")[:4] for path in sorted((shared / "seeds").iterdir())]


def journals(shared: Path) -> list[str]:
    texts = [path.read_text() for path in sorted((shared / "seeds").iterdir())]
    return [text.split("journals like ")[1].split(" often range")[0] for text in texts]


def flat(text: str) -> str:
    return " ".join(text.split())


def visible(markup: str) -> str:
    return flat(html.unescape(re.sub(r"<[^>]+>", " ", markup)))


def test_read_prints_all_five_pages_exactly(tmp_path: Path, shared: Path) -> None:
    done = command(empty_home(tmp_path), "read", str(shared / "seeds"), "--json")
    assert done.returncode == 0
    read = json.loads(done.stdout)
    sections = ("headline", "found", "why_it_matters", "cautions")
    assert [[one[name] for name in sections] for one in read] == pages(shared)
    assert [one["journal"] for one in read] == journals(shared)
    assert [one["published"] for one in read] == [None] * 5
    fifth = [path.read_text().split("\n")[4] for path in sorted((shared / "seeds").iterdir())]
    said = [one["disclaimer"] for one in read if one["disclaimer"]]
    assert said == [line for line in fifth if line.startswith("AI-generated summary")]
    assert len(said) == 1
    cards = [(card["date"], card["teaser"]) for one in read for card in one["related"]]
    assert len(cards) == 30
    assert len(set(cards)) == 14
    assert {len(teaser) for _, teaser in cards} == {100}
    assert max(date for date, _ in cards) == "2026-12-31"


@pytest.mark.parametrize("name", ["digest.eml", "mailmerge.eml"])
def test_both_messages_hold_the_text_in_both_parts(home: Home, shared: Path, name: str) -> None:
    data = (home.outbox / "new" / "0001" / name).read_bytes()
    message = email.message_from_bytes(data, policy=email.policy.default)
    parts = {part.get_content_type(): part.get_content() for part in message.iter_parts()}
    for text in (flat(parts["text/plain"]), visible(parts["text/html"])):
        assert_shown(text, shared)


def test_html_and_text_hold_the_text(home: Home, shared: Path) -> None:
    folder = home.outbox / "new" / "0001"
    assert_shown(visible((folder / "digest.html").read_text()), shared)
    assert_shown(flat((folder / "digest.txt").read_text()), shared)


def assert_shown(text: str, shared: Path) -> None:
    """Every headline; all of what the first study found, and the others' first sentences."""
    shown = sorted(pages(shared), key=lambda page: text.index(page[0]))
    for place, (_, found, _, _) in enumerate(shown):
        assert (found if place == 0 else next(sentences_in(found))) in text
    for journal in journals(shared):
        assert journal in text
    assert all(sign in text for sign in "—“”’&")


def test_the_feeds_agree_and_hold_the_text(home: Home, shared: Path) -> None:
    for folder in ("", "full/"):
        rss = feedparser.parse((home.site / f"{folder}rss.xml").read_bytes())
        atom = feedparser.parse((home.site / f"{folder}atom.xml").read_bytes())
        by_json = json.loads((home.site / f"{folder}feed.json").read_bytes())["items"]
        assert not rss.bozo
        assert not atom.bozo
        seen = [(entry.id, entry.title, entry.link) for entry in atom.entries]
        assert [(entry.id, entry.title, entry.link) for entry in rss.entries] == seen
        assert [(item["id"], item["title"], item["url"]) for item in by_json] == seen
        dates = [entry.published_parsed for entry in atom.entries]
        assert [entry.published_parsed for entry in rss.entries] == dates
        assert rss.feed.link == "https://notes.example.org/"
    titles = {entry.title for entry in atom.entries}
    assert titles == {headline for headline, *_ in pages(shared)}
    bodies = visible(" ".join(html.unescape(entry.content[0].value) for entry in atom.entries))
    assert all(section in bodies for page in pages(shared) for section in page[1:])


def test_pages_and_record_hold_every_section(home: Home, shared: Path) -> None:
    tree = published_tree(home)
    shown = " ".join(visible(data.decode()) for name, data in tree.items() if "/summaries/" in name)
    record = json.loads(home.record(1).read_bytes())
    kept = [entry["summary"] for entry in record["issue"]["entries"]]
    for headline, found, why, cautions in pages(shared):
        assert all(text in shown for text in (headline, found, why, cautions))
        [one] = [summary for summary in kept if summary["headline"] == headline]
        assert [one["found"], one["why_it_matters"], one["cautions"]] == [found, why, cautions]


def test_an_undated_page_says_that_its_date_is_when_it_was_first_seen(home: Home) -> None:
    text = flat((home.outbox / "new" / "0001" / "digest.txt").read_text())
    assert text.lower().count("first seen 23 november 2026") == 5
