"""The words that readers get of a summary, and those that a form of the desk shows of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msnewsletter.render.site.verify import read_feed
from msnewsletter.web.desk.views import plain_text

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from msnewsletter.home import Home


class ReadersWords(NamedTuple):
    """What readers get of a summary, each on one line; `feed`: its title, and its text."""

    mail: str
    page: str
    feed: tuple[str, str]


def shown_words(page: Page) -> ReadersWords:
    """What the form for a correction shows of it."""
    mail, its_page = (page.frame_locator(f"iframe.w{name}") for name in ("mail", "page"))
    return ReadersWords(
        mail=one_line(mail.locator(".correction").inner_text()),
        page=one_line(its_page.locator("main").inner_text()),
        feed=(
            one_line(page.locator(".feed .title").inner_text()),
            one_line(page.locator(".feed p").nth(1).inner_text()),
        ),
    )


def words_got(reader: Page, home: Home, key: str, *, issue: int) -> ReadersWords:
    """What readers have of it, now that the issue is out, whose mail corrects it."""
    reader.goto((home.outbox / f"new/{issue:04}/digest.html").as_uri())
    mail = one_line(reader.locator(".correction").inner_text())
    return ReadersWords(mail=mail, page=page_got(reader, home, key), feed=feed_got(home, key))


def page_got(reader: Page, home: Home, key: str) -> str:
    """The words of its page."""
    (path,) = (home.site / "summaries").glob(f"{key}-*.html")
    reader.goto(path.as_uri())
    return one_line(reader.locator("main").inner_text())


def feed_got(home: Home, key: str) -> tuple[str, str]:
    """Its title and text in the feed of new summaries."""
    (path,) = (home.site / "summaries").glob(f"{key}-*.html")
    (entry,) = (
        one
        for one in read_feed("rss.xml", (home.site / "rss.xml").read_bytes())
        if one.link.endswith(path.name)
    )
    return one_line(entry.title), one_line(plain_text(entry.text))


def one_line(text: str) -> str:
    """The words, spaced once."""
    return " ".join(text.split())
