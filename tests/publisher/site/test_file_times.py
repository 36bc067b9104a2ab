"""A file of the site has the time at which what it says changed: the same on every machine."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

from databases import start_anew
from homes import AT, sample_home, write_summary
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.takedown import take_down

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home

WEEK = timedelta(weeks=1)


def times(home: Home) -> dict[str, int]:
    """When each file of the site changed, in nanoseconds since 1970."""
    return {
        str(path.relative_to(home.site)): path.stat().st_mtime_ns
        for path in home.site.rglob("*")
        if path.is_file()
    }


def ns(moment: datetime) -> int:
    return int(moment.timestamp()) * 10**9


def lived(root: Path) -> Home:
    start_anew()
    home = sample_home(root)
    publish(home, at=AT)
    write_summary(home, "b", "2026-11-24", tags="[sleep]")
    publish(home, at=AT + WEEK)
    return home


def test_two_machines_give_their_files_the_same_times(tmp_path: Path) -> None:
    assert times(lived(tmp_path / "one")) == times(lived(tmp_path / "other"))


def test_a_file_has_the_time_of_the_issue_that_changed_it(tmp_path: Path) -> None:
    found = times(lived(tmp_path))
    assert {found[name] for name in ("index.html", "rss.xml", "tags/sleep/rss.xml")} == {
        ns(AT + WEEK)
    }
    # The first issue's page got its link to the second; its archive, and other tags, are as before.
    assert found["issues/0001.html"] == ns(AT + WEEK)
    assert found["archive/0001/atom.xml"] == ns(AT)
    assert set(found.values()) == {ns(AT), ns(AT + WEEK)}


def test_a_site_that_is_made_again_has_the_times_of_one_kept_step_by_step(tmp_path: Path) -> None:
    home = lived(tmp_path)
    before = times(home)
    (home.site).rename(tmp_path / "lost")
    publish(home, at=AT + 2 * WEEK)
    after = times(home)
    assert {name: at for name, at in after.items() if name.startswith(("archive/", "issues/"))} == {
        name: at for name, at in before.items() if name.startswith(("archive/", "issues/"))
    }


def test_a_file_that_changes_again_is_always_newer(tmp_path: Path) -> None:
    home = lived(tmp_path)
    content = {path: path.read_bytes() for path in home.site.rglob("*") if path.is_file()}
    # As a clock that was ahead would leave it.
    for path in content:
        os.utime(path, ns=(ns(AT + 10 * WEEK),) * 2)
    before = times(home)
    take_down(home, "b", reason="law", at=AT + WEEK + timedelta(hours=1))
    after = times(home)
    changed = {
        str(path.relative_to(home.site))
        for path, data in content.items()
        if path.read_bytes() != data
    }
    assert "rss.xml" in changed
    for name, was in before.items():
        assert (after[name] > was) == (name in changed), name
