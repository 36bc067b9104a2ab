"""Homes whose one source is a feed, and what they read of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from homes import AT, empty_home, name_sources
from msnewsletter.publisher.fetch import fetch
from msnewsletter.publisher.source_files import list_sources
from msnewsletter.publisher.source_memory import read_memory
from msnewsletter.settings import load_settings
from msnewsletter.sources import Reading, read_file

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.model import Summary
    from msnewsletter.publisher.source_look import LookResult
    from msnewsletter.publisher.source_memory import SourceMemory


def feed_home(root: Path, url: str, **settings: str) -> Home:
    """A home that reads the feed at `url`; keywords are settings of the source, as TOML."""
    home = empty_home(root)
    read_from(home, url, **settings)
    return home


def read_from(home: Home, url: str, **settings: str) -> None:
    """Make the feed at `url` the home's one source; keywords as above."""
    given = {"private": "true", "pause": "0.0", **settings}
    lines = "".join(f"{name} = {value}\n" for name, value in given.items())
    name_sources(home, f'name = "site"\nkind = "feed"\nurl = {json.dumps(url)}\n{lines}')


def look(home: Home, at: datetime = AT) -> LookResult:
    """Look at the feed once."""
    (found,) = fetch(home, now=lambda: at, forced=True)
    return found


def read(home: Home) -> Reading:
    """What `collect` would read now."""
    listed = list_sources(home, load_settings(home.settings))
    return Reading.joined(read_file(file) for file in listed.files)


def headlines(home: Home) -> list[str]:
    return sorted(summary.headline for summary in read(home).summaries)


def summary(home: Home) -> Summary:
    (one,) = read(home).summaries
    return one


def memory(home: Home) -> SourceMemory:
    found = read_memory(home, "site")
    assert found
    return found
