"""Headlines that are very long, or say what the newsletter itself says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lxml import etree, html

from homes import AT, empty_home, write_summary
from msnewsletter.publisher.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home


def write(home: Home, key: str, headline: str) -> None:
    path = write_summary(home, key)
    path.write_text(path.read_text().replace(f"What we know of {key}.", headline))


def test_a_long_headline_is_cut_in_feeds_and_lists_and_whole_on_its_page(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    headline = "Fatigue " * 180 + "eases."
    write(home, "long", headline)
    publish(home, at=AT)
    titles = [
        etree.parse(home.site / "rss.xml").findtext("channel/item/title"),
        etree.parse(home.site / "atom.xml").findtext("{*}entry/{*}title"),
        json.loads((home.site / "feed.json").read_bytes())["items"][0]["title"],
    ]
    (page,) = home.site.glob("summaries/long-*.html")
    tree = html.parse(page)
    titles += [title.split(" – ")[0] for title in tree.xpath("//title/text()")]
    for title in titles:
        assert title is not None
        assert len(title) <= 300
        assert title.startswith("Fatigue Fatigue")
        assert title.endswith("Fatigue…")
    assert [one.text_content().strip() for one in tree.xpath("//h1")] == [headline]
    item = json.loads((home.site / "feed.json").read_bytes())["items"][0]
    assert headline in html.fromstring(item["content_html"]).text_content()


def test_headlines_that_say_what_the_mails_own_links_say_get_a_number(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    for number, headline in enumerate(("Unsubscribe", "Read on the web", "rss feed", "Gut")):
        write(home, f"k{number}", headline)
    publish(home, at=AT)
    mail = html.parse(home.outbox / "new" / "0001" / "digest.html")
    shown = {one.text_content().strip() for one in mail.xpath("//h2/a")}
    assert shown == {"Unsubscribe (2)", "Read on the web (2)", "rss feed (2)", "Gut"}
    text = [link.text_content().strip().casefold() for link in mail.xpath("//a")]
    assert text.count("unsubscribe") == 1
