"""The preview is made again when something changed, and not for what the desk itself saved."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from homes import AT, empty_home, write_summary
from msnewsletter.web.desk.live_preview import LivePreview

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home


@dataclass
class Watched:
    """The preview of a home, and how often it was made: each time it asks for the time."""

    home: Home
    made: int = 0
    live: LivePreview = field(init=False)

    def __post_init__(self) -> None:
        self.live = LivePreview(self.home, now=self._now)

    def _now(self) -> datetime:
        self.made += 1
        return AT

    def renew(self, *changed: Path) -> None:
        asyncio.run(self.live.renew({str(path) for path in changed}))

    @property
    def keys(self) -> list[str]:
        preview = self.live.shown.preview
        assert preview is not None
        return [one.summary.key for one in preview.issue.entries] if preview.issue else []


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    return Watched(home)


def test_what_the_desk_saved_and_shows_is_not_read_again(watched: Watched) -> None:
    watched.live.refresh()  # which folders there are, the first one says
    path = write_summary(watched.home, "b")
    watched.live.refresh()
    watched.renew(path, path.with_name(".b.md.tmp"))
    assert (watched.made, watched.keys) == (2, ["a", "b"])


def test_what_changed_since_is_shown(watched: Watched) -> None:
    watched.live.refresh()
    path = write_summary(watched.home, "b")
    watched.renew(path)
    assert (watched.made, watched.keys) == (2, ["a", "b"])
    path.unlink()
    watched.renew(path)
    assert (watched.made, watched.keys) == (3, ["a"])


def test_where_anything_may_have_changed_it_looks_again(watched: Watched) -> None:
    watched.live.refresh()
    watched.renew()
    watched.renew(watched.home.lock)
    assert watched.made == 3


def test_after_a_trouble_it_always_looks_again(watched: Watched) -> None:
    text = watched.home.settings.read_text()
    watched.home.settings.write_text("nonsense")
    assert watched.live.refresh().trouble
    watched.renew(watched.home.settings)
    assert watched.made == 2
    watched.home.settings.write_text(text)
    watched.renew(watched.home.settings)
    assert (watched.live.shown.trouble, watched.keys) == (None, ["a"])
