"""A source of another name that names the same place keeps what waits, and mails nothing again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT, FOLDER, empty_home, name_sources
from made_kinds import MadeSources, article, made_sources
from msnewsletter.publisher.fetch import fetch
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.sources.fetch import page_source

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLACE = 'kind = "feed"\nurl = "https://site.example/feed"\n'
OTHER = 'kind = "feed"\nurl = "https://other.example/feed"\n'


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> MadeSources:
    return made_sources(monkeypatch)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return empty_home(tmp_path / "home")


def looked(home: Home, at: datetime, **places: str) -> list[str]:
    """What the sources with these places remark, each once."""
    name_sources(home, FOLDER, *(f'name = "{name}"\n{lines}' for name, lines in places.items()))
    return [says for one in fetch(home, now=lambda: at, forced=True) for says in one.remarks]


def chosen(home: Home, at: datetime) -> list[str]:
    issue = next_issue_preview(home, at=at, by_hand=True).issue
    return sorted(one.summary.key for one in issue.entries) if issue else []


def brought(home: Home, made: MadeSources) -> None:
    """One summary is sent, and one, undated and by a number, waits."""
    made.says["site"] = lambda _: [article(1)]
    looked(home, AT, site=PLACE)
    publish(home, at=AT)
    waits = replace(article(2, published=None), identities=("2",))
    made.says["site"] = lambda _: [article(1), waits]
    looked(home, AT + HOUR, site=PLACE)
    made.says["news"] = made.says["site"]
    assert chosen(home, AT + DAY) == ["site:2"]


def test_a_source_of_another_name_keeps_what_waits(home: Home, made: MadeSources) -> None:
    brought(home, made)
    assert looked(home, AT + DAY, news=PLACE) == [
        "it is the source 'site' of before, with what that brought"
    ]
    assert chosen(home, AT + DAY) == ["site:2"]
    assert not (home.fetched / "site").exists()
    assert looked(home, AT + 2 * DAY, news=PLACE) == []
    publish(home, at=AT + 2 * DAY)
    assert chosen(home, AT + 3 * DAY) == []
    # And back again.
    looked(home, AT + 3 * DAY, site=PLACE)
    assert chosen(home, AT + 3 * DAY) == []


def test_a_source_of_another_place_or_beside_the_first_takes_nothing_of_it(
    home: Home, made: MadeSources
) -> None:
    brought(home, made)
    assert looked(home, AT + DAY, news=PLACE, site=PLACE) == []
    assert looked(home, AT + DAY, elsewhere=OTHER) == []
    assert (home.fetched / "site" / "items").is_dir()
    assert chosen(home, AT + DAY) == []


def test_pages_named_one_by_one_are_the_same_place_where_all_are_named(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = MadeSources()
    monkeypatch.setattr(page_source, "look", made.look)
    made.says["a"] = lambda _: [article(1), article(2)]
    pages = 'kind = "page"\nurls = {}\n'
    both = pages.format('["https://site.example/1", "https://site.example/2"]')
    looked(home, AT, a=both)
    assert looked(home, AT + DAY, b=pages.format('["https://site.example/1"]')) == []
    assert looked(home, AT + DAY, c=both.replace('"]', '", "https://site.example/3"]')) != []
