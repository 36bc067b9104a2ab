"""Ids and addresses that lead to another study by now: nothing is lost, and nothing is merged."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chance import examples
from databases import start_anew
from fetching import SITE, page_source, read_at
from fetching import keep as keep_finds
from homes import AT, FOLDER, empty_home, name_sources
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.fetched_summaries import Keeper
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.source_memory import index_path, read_memory
from msnewsletter.sources.fetched_file import file_of, parse_fetched

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.sources.fetch.finds import Read

DAY = timedelta(days=1)
BEFORE = AT - 2 * DAY
LATEST = "https://example.org/latest.html"
DAYS = {"gut": 18, "eye": 20, "ear": 21}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = empty_home(tmp_path / "home")
    name_sources(home, page_source(), FOLDER)
    return home


def keep(home: Home, source: str, *finds: Read, at: datetime) -> None:
    """Keep finds of a source that the newsletter had before its first issue."""
    keep_finds(home, source, *finds, at=at, running=False)


def said_of(about: str, **fields: str) -> dict[str, str | tuple[str, ...]]:
    """A whole summary whose words no other study's has."""
    words = {
        name: " ".join(f"{about}{name}{number}" for number in range(12)) + "."
        for name in ("found", "why_it_matters", "cautions")
    }
    day = f"2026-11-{DAYS.get(about, 22)}"
    given = {"headline": f"What we know of {about}.", "published": day, **words}
    return {name: value for name, value in (given | fields).items() if value}


def entry(about: str, number: str, page: str = "", **fields: str) -> Read:
    """A feed's entry: by its number, and by its page."""
    address = page or f"https://example.org/{about}"
    return read_at(address, said_of(about, **fields), number)


def look(home: Home, at: datetime) -> NextIssuePreview:
    return next_issue_preview(home, at=at, by_hand=True)


def chosen(found: NextIssuePreview) -> list[str]:
    entries = found.issue.entries if found.issue else ()
    return sorted(one.summary.headline.split()[-1].strip(".") for one in entries)


def kept(home: Home) -> dict[str, str]:
    """The headline of each summary of the source, by key."""
    memory = read_memory(home, SITE)
    assert memory
    paths = {key: file_of(home, SITE, key) for key in memory.summaries}
    return {
        key: str(parse_fetched(path.read_bytes(), "x").fields["headline"])
        for key, path in paths.items()
    }


def test_a_new_study_with_an_old_number_has_a_key_of_its_own(home: Home) -> None:
    keep(home, SITE, entry("gut", "1"), at=BEFORE)
    collect_now(home, at=BEFORE)
    # The newer first, as a feed has them.
    for _ in range(2):
        keep(home, SITE, entry("eye", "1"), entry("gut", "5"), at=BEFORE)
        found = look(home, AT)
        assert (chosen(found), found.collected.refused) == (["eye", "gut"], ())
    keys = {"site:1": "What we know of gut.", "example.org/eye": "What we know of eye."}
    assert kept(home) == keys


def test_a_new_study_with_the_number_of_a_sent_one_is_sent_too(home: Home) -> None:
    keep(home, SITE, entry("gut", "1"), at=BEFORE)
    publish(home, at=AT)
    keep(home, SITE, entry("eye", "1"), entry("gut", "5"), at=AT)
    found = look(home, AT + DAY)
    assert (chosen(found), found.collected.refused, found.alarms) == (["eye"], (), ())
    assert found.draft.edits == ()


def test_numbers_that_are_given_anew_lead_to_their_texts(home: Home) -> None:
    """Sent or not, no text comes under another's key, and none comes twice."""
    abouts = ("gut", "eye", "ear")
    keep(home, SITE, *(entry(one, str(n)) for n, one in enumerate(abouts)), at=BEFORE)
    before = kept(home)
    publish(home, at=AT)
    for _ in range(2):
        finds = (entry(one, str((n + 1) % 3)) for n, one in enumerate(abouts))
        keep(home, SITE, *finds, at=AT)
        found = look(home, AT + DAY)
        assert (chosen(found), found.collected.refused, found.alarms) == ([], (), ())
        assert kept(home) == before


@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize("sent", [True, False])
def test_studies_that_come_to_one_address_one_after_the_other_are_all_sent(
    home: Home, *, sent: bool, numbered: bool
) -> None:
    def there(about: str) -> Read:
        return entry(about, about, LATEST) if numbered else read_at(LATEST, said_of(about))

    keep(home, SITE, there("gut"), at=BEFORE)
    if sent:
        publish(home, at=AT - DAY)
    for about in ("eye", "ear"):
        keep(home, SITE, there(about), at=AT)
        collect_now(home, at=AT)
    found = look(home, AT + DAY)
    assert chosen(found) == (["ear", "eye"] if sent else ["ear", "eye", "gut"])
    assert (found.collected.refused, found.alarms) == ((), ())
    # What comes back is what it was.
    keep(home, SITE, there("eye"), there("gut"), there("ear"), at=AT + DAY)
    assert len(kept(home)) == 3


def test_an_old_study_at_the_address_of_a_sent_one_is_too_old_all_the_same(home: Home) -> None:
    keep_finds(home, SITE, entry("gut", "1", LATEST, published="2026-11-22", url=LATEST), at=BEFORE)
    publish(home, at=AT)
    keep_finds(home, SITE, entry("eye", "2", LATEST, published="2025-11-22"), at=AT)
    assert chosen(look(home, AT + DAY)) == []
    assert look(home, AT + DAY).collected.refused == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"headline": "Another headline", "published": "2026-11-21"},
        {"doi": "10.1000/right", "found": "All of it was written anew.", "published": "2026-11-21"},
        {"headline": "It was wrong", "found": "It was wrong.", "status": "withdrawn", "note": "N"},
        {"headline": "Another headline", "cautions": "A word."},
    ],
)
def test_a_correction_keeps_its_key(home: Home, fields: dict[str, str]) -> None:
    keep(home, SITE, entry("gut", "1", doi="10.1000/wrong"), at=BEFORE)
    keep(home, SITE, entry("gut", "1", "https://example.org/moved", **fields), at=BEFORE)
    assert list(kept(home)) == ["site:1"]


def test_an_undated_page_that_was_written_anew_waits_with_a_line(home: Home) -> None:
    """It may be the same study, or another: neither goes out, and readers hear nothing."""
    keep(home, SITE, read_at(LATEST, said_of("gut", published="")), at=BEFORE)
    collect_now(home, at=BEFORE)
    keep(home, SITE, read_at(LATEST, said_of("eye", published="")), at=BEFORE)
    for _ in range(2):
        found = look(home, AT)
        (refused,) = found.collected.refused
        assert chosen(found) == []
        assert "was that of 'What we know of gut.', which was not sent yet" in str(refused)
        collect_now(home, at=AT)
    path = home.root / "summaries" / "mine.md"
    path.write_text(
        "---\nkey: example.org/latest.html\npublished: 2026-11-20\n---\n# My eye.\n\n"
        "## What was found\nA.\n\n## Why it matters\nB.\n\n## Cautions\nIt was small.\n"
    )
    found = look(home, AT)
    assert (chosen(found), found.collected.refused) == (["eye"], ())


def test_a_key_that_its_source_gives_to_another_study_waits_with_a_line(home: Home) -> None:
    """A source that gives keys of its own means them."""
    first, then = (
        replace(entry(one, "17"), has_key=True, identities=("17",)) for one in ("gut", "eye")
    )
    keep(home, SITE, first, at=BEFORE)
    collect_now(home, at=BEFORE)
    keep(home, SITE, then, at=BEFORE)
    found = look(home, AT)
    assert (chosen(found), len(found.collected.refused)) == ([], 1)
    keep(home, SITE, first, at=BEFORE)
    assert chosen(look(home, AT)) == ["gut"]


def test_a_crash_costs_no_study_its_key(home: Home) -> None:
    keep(home, SITE, entry("gut", "1"), at=BEFORE)
    before = index_path(home, SITE).read_bytes()
    keep(home, SITE, entry("eye", "1"), at=BEFORE)
    after = kept(home)
    for index in (before, b"lost"):
        index_path(home, SITE).write_bytes(index)
        keep(home, SITE, entry("eye", "1"), entry("gut", "5"), at=BEFORE)
        assert kept(home) == after


def test_editors_hear_of_it_once_and_of_three_by_name(home: Home) -> None:
    abouts = ("gut", "eye", "ear", "toe", "arm")
    keep(home, SITE, *(entry(one, str(n)) for n, one in enumerate(abouts)), at=BEFORE)
    memory = read_memory(home, SITE)
    assert memory
    keeper = Keeper(home, SITE, memory, at=BEFORE, first_look=False)
    for number, about in enumerate(abouts):
        keeper.keep(entry(f"{about}s", str(number), published="2026-11-23"))
    (says,) = keeper.remarks
    assert "'What we know of guts.' that of 'What we know of gut.'" in says
    assert says.endswith(", and 2 more")


pages = st.sampled_from([LATEST, "https://example.org/a", "https://example.org/b"])
entries = st.tuples(st.sampled_from(["gut", "eye", "ear"]), st.sampled_from("12"), pages)


@settings(max_examples=examples(40))
@given(st.lists(entries, min_size=1, max_size=8))
def test_no_order_of_reused_names_loses_or_doubles_a_study(
    said: list[tuple[str, str, str]],
) -> None:
    start_anew()
    with tempfile.TemporaryDirectory() as folder:
        home = empty_home(Path(folder) / "home")
        name_sources(home, page_source())
        for about, number, page in said:
            keep(home, SITE, entry(about, number, page), at=BEFORE)
        headlines = sorted(kept(home).values())
        assert set(headlines) == {f"What we know of {about}." for about, _, _ in said}
