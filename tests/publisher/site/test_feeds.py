"""The feeds of whole homes: what their entries say under their titles, and when."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from homes import AT, empty_home, sample_home, write_summary
from made_homes import made_home
from msnewsletter.publisher.publish import publish
from publisher.walking import walked
from render.feeds.repeats import repeated_titles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from msnewsletter.home import Home

DAY = timedelta(days=1)
LATER = datetime(2027, 1, 4, 7, tzinfo=UTC)  # than all issues of the homes of older versions


def items(home: Home, name: str = "feed.json") -> dict[str, dict[str, Any]]:
    return {item["title"]: item for item in json.loads((home.site / name).read_bytes())["items"]}


def samples(root: Path) -> Home:
    home = sample_home(root)
    publish(home, at=AT)
    return home


def older(schema: str) -> Callable[[Path], Home]:
    """A home whose records hold the headlines as teasers, with its next issue."""

    def made(root: Path) -> Home:
        home = made_home(root / "home", schema)
        records = [json.loads(path.read_bytes()) for path in home.records.glob("0*.json")]
        entries = [entry for record in records for entry in record["issue"]["entries"]]
        assert any(entry["teaser"] == entry["summary"]["headline"] for entry in entries)
        text = home.settings.read_text()
        home.settings.write_text(text.replace('review = "required"', 'review = "none"'))
        write_summary(home, "another", "2027-01-02")
        publish(home, at=LATER)
        return home

    return made


HOMES = (samples, older("0004"), older("0005"))


@pytest.mark.parametrize("published", HOMES, ids=("samples", "0004", "0005"))
def test_no_entry_of_any_feed_begins_as_its_title_does(
    tmp_path: Path, published: Callable[[Path], Home]
) -> None:
    assert_no_title_is_repeated(published(tmp_path), at_least=7)


def test_nor_does_one_of_the_real_pages(tmp_path: Path, shared: Path) -> None:
    home = empty_home(tmp_path, path=f'"{shared / "seeds"}"', start="2025-01-01")
    publish(home, at=AT)
    assert_no_title_is_repeated(home, at_least=5)
    assert all(item["summary"] for item in items(home).values())


def assert_no_title_is_repeated(home: Home, *, at_least: int) -> None:
    """In no feed of any kind, in no format."""
    names = [path for path in home.site.rglob("*") if path.name in {"rss.xml", "atom.xml"}]
    names += list(home.site.rglob("feed.json"))
    assert {path.parent.name for path in names} >= {"full", "issues", "0001"}
    for path in names:
        assert repeated_titles(path.name, path.read_bytes()) == [], path
    assert len(items(home)) >= at_least


def test_what_comes_late_is_updated_when_its_issue_came_out_and_never_again(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "first")
    publish(home, at=AT)
    write_summary(home, "late", "2026-05-20", tags="[mice]")
    write_summary(home, "new", "2026-11-24")
    publish(home, at=AT + 2 * DAY)

    seen = items(home)
    late = seen["What we know of late."]
    assert late["date_published"] == "2026-05-20T10:00:00+00:00"
    assert late["date_modified"] == (AT + 2 * DAY).isoformat()
    # Its own date orders it, as before; those in time are what they were.
    assert [title.split()[-1] for title in seen] == ["new.", "first.", "late."]
    others = [item for title, item in seen.items() if "late" not in title]
    assert all(item["date_modified"] == item["date_published"] for item in others)
    places = ("full/feed.json", "tags/mice/feed.json", "archive/0002/feed.json")
    for name in places:
        assert items(home, name)["What we know of late."]["date_modified"] == late["date_modified"]

    # Nor does it move when the site is made again, or from records alone.
    before = {name: (home.site / name).read_bytes() for name in (*places, "archive/0002/atom.xml")}
    write_summary(home, "newer", "2026-11-27")
    publish(home, at=AT + 5 * DAY)
    assert items(home)["What we know of late."] == late
    for name in before.keys() - {"full/feed.json"}:
        assert (home.site / name).read_bytes() == before[name], name
    (ids, *archives) = walked(home, "atom.xml")
    assert (len(ids), archives) == (4, [])


def test_a_correction_moves_a_late_entry_on_from_there(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "first")
    publish(home, at=AT)
    write_summary(home, "late", "2026-05-20")
    publish(home, at=AT + DAY)
    write_summary(home, "late", "2026-05-20", status="corrected", note="There were 14.")
    publish(home, at=AT + 2 * DAY)
    corrected = items(home)["Corrected: What we know of late."]
    assert corrected["date_modified"] == (AT + 2 * DAY).isoformat()
    assert corrected["date_published"] == "2026-05-20T10:00:00+00:00"
