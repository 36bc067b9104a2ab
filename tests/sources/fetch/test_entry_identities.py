"""Each entry of a feed is known by something that stays, and by nothing that is another's."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.sources.feed.feed_entries import FeedDocument, SourceEntry
from msnewsletter.sources.fetch.entry_identities import EntrySays, identified, without_others
from msnewsletter.sources.fetch.known_source import KnownSummary

URL = "https://example.org/feed"
HASH = "0123456789abcdef0123"


def identities(*entries: SourceEntry) -> list[tuple[str, ...]]:
    feed = FeedDocument(entries=entries, home="https://example.org/blog/")
    return [one.identities for one in identified(feed, URL).entries]


@pytest.mark.parametrize(
    ("id_", "link", "known"),
    [
        ("urn:uuid:1", "https://example.org/a/", ("urn:uuid:1", "example.org/a")),
        ("tag:example.org,2026:1", "", ("tag:example.org,2026:1",)),
        ("https://example.org/?p=1", "https://example.org/a", ("example.org?p=1", "example.org/a")),
        ("http://example.org/a", "https://example.org/a?utm_source=x", ("example.org/a",)),
        ("123", "https://example.org/a", ("123", "example.org/a")),
        (HASH, "", (HASH,)),
        ("123", "https://example.org/", ("123",)),
        ("123", "https://example.org/blog", ("123",)),
        ("", "https://example.org/a", ("example.org/a",)),
    ],
)
def test_an_entry_is_known_by_its_id_and_its_page(
    id_: str, link: str, known: tuple[str, ...]
) -> None:
    assert identities(SourceEntry(id=id_, link=link)) == [known]


def test_a_link_that_two_entries_share_is_no_identity() -> None:
    link = "https://example.org/a"
    assert identities(SourceEntry(id="urn:1", link=link), SourceEntry(id="urn:2", link=link)) == [
        ("urn:1",),
        ("urn:2",),
    ]


@pytest.mark.parametrize(
    ("entries", "known"),
    [
        ([("x", "/a", "A"), ("x", "/b", "B")], [("example.org/a",), ("example.org/b",)]),
        # A version of an entry has its title or its page, and the newest stands first.
        ([("x", "/a", "A"), ("x", "/b", "A")], [("x", "example.org/a")]),
        ([("x", "/a", "A"), ("x", "/a", "B")], [("x",)]),
        ([("x", "/a", "A"), ("x", "/a", "B"), ("x", "/a", "A")], [("x",)]),
        ([("https://example.org/blog/", "/a", "A")], [("example.org/a",)]),
        ([("https://example.org/blog/", "", "A")], [("example.org/blog",)]),
    ],
)
def test_an_id_of_all_entries_names_none(
    entries: list[tuple[str, str, str]], known: list[tuple[str, ...]]
) -> None:
    given = [
        SourceEntry(id=id_, link=f"https://example.org{link}" if link else "", title=title)
        for id_, link, title in entries
    ]
    assert identities(*given) == known


def test_all_entries_of_a_feed_with_one_id_and_one_page_are_known_by_their_titles() -> None:
    entries = [SourceEntry(id="N/A", link="https://example.org/N/A", title=t) for t in "ABC"]
    found = identified(FeedDocument(entries=tuple(entries), home=""), URL)
    assert len({one.identities for one in found.entries}) == 3
    (remark,) = found.remarks
    assert "3 entries have an id that names none of them ('N/A')" in remark


def test_entries_with_nothing_of_their_own_are_known_by_their_titles() -> None:
    first, second = identities(SourceEntry(title="A"), SourceEntry(title="B"))
    assert first != second
    assert identities(SourceEntry(title="A")) == [first]


@pytest.mark.parametrize("size", [2_049, 4_000_000])
def test_an_id_or_a_link_of_megabytes_is_none_and_is_said_in_a_line(size: int) -> None:
    link, long = "https://example.org/a", "https://example.org/" + "x" * size
    entries = (SourceEntry(id="g" * size, link=link), SourceEntry(id="2", link=long, title="B"))
    found = identified(FeedDocument(entries=entries, home=""), URL)
    assert [one.identities for one in found.entries] == [("example.org/a",), ("2",)]
    assert [one.entry.link for one in found.entries] == [link, ""]
    (remark,) = found.remarks
    assert "2 entries have an id or a link of more than 2,048 characters" in remark
    assert len(remark) < 200


@given(
    st.lists(
        st.builds(
            SourceEntry,
            id=st.sampled_from(["", "1", "2", "urn:a", "https://example.org/x"]),
            link=st.sampled_from(["", "https://example.org/x", "https://example.org/y", URL]),
            title=st.sampled_from(["", "A", "B"]),
        )
    )
)
def test_no_two_entries_have_an_identity_in_common(entries: list[SourceEntry]) -> None:
    known = identities(*entries)
    assert all(known)
    every = [one for each in known for one in each]
    assert len(every) == len(set(every))


ENTRIES = st.lists(
    st.builds(
        SourceEntry,
        id=st.sampled_from(["", "1", "2", "3"]),
        link=st.sampled_from([f"https://example.org/{name}" for name in "abcd"]),
        title=st.sampled_from(["A", "B", "C", "D"]),
    ),
    max_size=5,
)


@given(before=ENTRIES, after=ENTRIES)
def test_no_entry_leads_to_two_summaries_nor_two_to_one_if_they_have_something_new(
    before: list[SourceEntry], after: list[SourceEntry]
) -> None:
    first = identified(FeedDocument(entries=tuple(before), home=URL), URL).entries
    seen = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    known = {
        name: KnownSummary(
            key=one.identities[0],
            first_seen=seen,
            looked=seen,
            read=seen,
            headline=one.entry.title,
        )
        for one in first
        for name in one.identities
    }

    def says(entry: SourceEntry) -> EntrySays:
        return EntrySays(published="", headline=entry.title)

    assert without_others(first, known, says) == first, "the same feed is the same summaries"
    then = identified(FeedDocument(entries=tuple(after), home=URL), URL).entries
    found = without_others(then, known, says)
    keys = [{known[name].key for name in one.identities if name in known} for one in found]
    news = [[name for name in one.identities if name not in known] for one in found]
    whole = [one for one, new in zip(keys, news, strict=True) if new or len(one) <= 1]
    assert all(len(one) <= 1 for one in whole)
    taken = [next(iter(one)) for one, new in zip(keys, news, strict=True) if one and new]
    assert len(taken) == len(set(taken))
