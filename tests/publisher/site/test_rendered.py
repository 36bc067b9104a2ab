"""A publish renders mail and site once: what was rehearsed is written, if nothing has changed."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import feedparser
import pytest

from databases import rows
from homes import AT, empty_home, published_tree, sample_home, write_summary
from msnewsletter.errors import NewsletterError
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.session import Step
from msnewsletter.publisher.site import write
from msnewsletter.publisher.site.build import SiteBuild
from msnewsletter.render.mail.issue_folder import render_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import CodeType, FrameType

    from msnewsletter.home import Home

HOUR = timedelta(hours=1)
# What takes longest: mail, lists and tags, and reading the feeds as feed readers do.
LONG = tuple(one.__code__ for one in (render_folder, SiteBuild.common_pages, feedparser.parse))


def calls_in(work: Callable[[], object], *watched: CodeType) -> list[int]:
    """How often each function is called in some work."""
    seen: Counter[CodeType] = Counter()

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            seen[frame.f_code] += 1

    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(None)
    return [seen[one] for one in watched]


def rehearsal_undone(home: Home, at: Step, change: Callable[[], object]) -> list[int]:
    """Publish with a change at a step; how often what takes long was done."""

    def reached(step: Step) -> None:
        if step is at:
            change()

    return calls_in(lambda: publish(home, at=AT + HOUR, reached=reached), *LONG)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """One issue out, one summary for the next."""
    home = empty_home(tmp_path)
    write_summary(home, "first", tags="[fatigue]")
    publish(home, at=AT)
    write_summary(home, "second", tags="[fatigue]")
    return home


def test_a_publish_renders_mail_and_pages_once_and_reads_each_feed_once(home: Home) -> None:
    assert rehearsal_undone(home, Step.SELECTED, lambda: None) == [1, 1, 6]


def test_so_does_one_that_only_shows_an_edited_text(home: Home) -> None:
    publish(home, at=AT + HOUR)
    path = home.root / "summaries" / "second.md"
    path.write_text(path.read_text().replace("It may help.", "It helps."))
    assert calls_in(lambda: publish(home, at=AT + 2 * HOUR), *LONG[1:2]) == [1]
    assert "It helps." in next(home.site.glob("summaries/second-*.html")).read_text()


@pytest.mark.sqlite("two homes that know nothing of each other")
def test_what_is_too_large_to_keep_is_rendered_again_to_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, again = sample_home(tmp_path / "kept"), sample_home(tmp_path / "again")
    publish(kept, at=AT)
    monkeypatch.setattr(write, "KEPT", 10_000)
    assert calls_in(lambda: publish(again, at=AT), *LONG[1:]) == [2, 12]
    assert published_tree(again) == published_tree(kept)


def test_a_file_that_goes_missing_after_the_rehearsal_is_rendered_after_all(home: Home) -> None:
    icon = home.site / "icon-64.png"
    drawn = icon.read_bytes()
    assert rehearsal_undone(home, Step.WRITTEN, icon.unlink) == [1, 2, 12]
    assert icon.read_bytes() == drawn


def test_a_site_that_is_lost_after_the_rehearsal_is_made_again(home: Home, tmp_path: Path) -> None:
    rehearsal_undone(home, Step.WRITTEN, lambda: home.site.rename(tmp_path / "lost"))
    assert len(list(home.site.glob("issues/*.html"))) == 2


@pytest.mark.sqlite("PostgreSQL says nothing of another's hand")
def test_a_hand_in_the_database_after_the_rehearsal_is_noticed(home: Home) -> None:
    def damage() -> None:
        rows(home, "UPDATE issues SET document = '{' WHERE number = 1")

    with pytest.raises(NewsletterError, match="it is broken"):
        rehearsal_undone(home, Step.WRITTEN, damage)


def test_an_issue_that_a_crash_left_is_rendered_by_who_finishes_it(home: Home) -> None:
    class Killed(BaseException):
        pass

    def kill() -> None:
        raise Killed

    with pytest.raises(Killed):
        rehearsal_undone(home, Step.SELECTED, kill)
    write_summary(home, "third")
    assert calls_in(lambda: publish(home, at=AT + 2 * HOUR), *LONG[:2]) == [2, 2]
    assert sorted(path.name for path in (home.outbox / "new").iterdir()) == ["0001", "0002", "0003"]
