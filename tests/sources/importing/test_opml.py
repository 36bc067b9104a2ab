"""A feed reader's list becomes sources to paste."""

from __future__ import annotations

import tomllib
from datetime import date
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from msnewsletter.errors import SourceError
from msnewsletter.source_settings import FeedSource
from msnewsletter.sources.importing.opml import ListedFeed, feeds_in, source_sections

DAY = date(2026, 11, 27)


def opml(*outlines: str) -> bytes:
    return f'<opml version="2.0"><body>{"".join(outlines)}</body></opml>'.encode()


def test_each_feed_is_named_once_whatever_folder_it_is_in() -> None:
    found = feeds_in(
        opml(
            '<outline text="News"><outline text="Gut &amp; brain" xmlUrl="https://a.example/f"/>',
            '<outline xmlurl="https://a.example/f/?utm_source=x"/></outline>',
            '<outline title="B" text="C" xmlUrl="feed:https://b.example/f"/>',
        ),
        "l.opml",
    )
    assert found.feeds == (
        ListedFeed(title="Gut & brain", url="https://a.example/f"),
        ListedFeed(title="B", url="https://b.example/f"),
    )
    assert found.refused == ()


def test_what_is_no_web_address_costs_no_other() -> None:
    found = feeds_in(
        opml('<outline xmlUrl="javascript:x"/>', '<outline xmlUrl="https://a.example/f"/>'),
        "l.opml",
    )
    assert [feed.url for feed in found.feeds] == ["https://a.example/f"]
    assert [str(one).partition("; ")[0] for one in found.refused] == [
        "l.opml:1: 'javascript:x' is no web address"
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<opml><body>", "is not well-formed XML"),
        (b"<rss/>", "is no OPML"),
        (b"", "is not well-formed XML"),
        (b'<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd">]><o>&a;</o>', "is no OPML"),
    ],
)
def test_what_is_no_list_is_one_line(data: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        feeds_in(data, "l.opml")


titles = st.text("ab Zé-_\"'#\\\n\u202e1", max_size=60)


@given(st.lists(st.tuples(titles, st.text("abc/?=&\"'\\é", max_size=20)), max_size=8))
def test_the_sections_are_valid_settings_with_names_of_their_own(
    given: list[tuple[str, str]],
) -> None:
    outlines = (
        f"<outline text={quoteattr(title)} xmlUrl={quoteattr(f'https://a.example/{path}')}/>"
        for title, path in given
    )
    feeds = feeds_in(opml(*outlines), "l.opml").feeds
    text = source_sections(feeds, since=DAY, taken={"news"})
    read = tomllib.loads(text).get("sources", [])
    sources = TypeAdapter(list[FeedSource]).validate_python(read)
    assert [source.url for source in sources] == [feed.url for feed in feeds]
    assert all(source.since == DAY for source in sources)
    names = [source.name for source in sources]
    assert len({*names, "news"}) == len(names) + 1


def test_an_entry_without_the_address_of_a_feed_is_said_and_a_folder_is_not() -> None:
    found = feeds_in(
        opml(
            '<outline text="Folder"><outline text="A" xmlUrl="https://a.example/feed"/></outline>',
            '<outline text="A blog" htmlUrl="https://blog.example/"/>',
        ),
        "l.opml",
    )
    assert [feed.url for feed in found.feeds] == ["https://a.example/feed"]
    (refused,) = found.refused
    assert refused.problem == "'A blog' has no address of a feed (xmlUrl)"
