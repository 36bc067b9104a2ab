"""The preview is made again when something changed, and not for what the desk itself saved."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from homes import AT, empty_home, write_summary
from msnewsletter.home import packaged_home
from msnewsletter.publisher.clock_state import NEVER_RAN
from msnewsletter.publisher.collect import collect_now
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
        self.live = LivePreview(self.home, now=self._now, clock=lambda: NEVER_RAN)

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


def test_who_notices_what_the_desk_is_saving_waits_and_finds_it_shown(watched: Watched) -> None:
    """As where a disk is slow: a file is seen by others before the desk looks again itself."""
    watched.live.refresh()
    with ThreadPoolExecutor(1) as pool:
        with watched.live.saving():
            path = write_summary(watched.home, "b")
            noticing = pool.submit(watched.renew, path)
            assert not wait([noticing], timeout=0.05).done
            watched.live.refresh()
        noticing.result()
    assert (watched.made, watched.keys) == (2, ["a", "b"])


# What a process that remembers nothing makes of a home.
_ANEW = """
import json, sys
from datetime import datetime
from pathlib import Path
from msnewsletter.home import Home
from msnewsletter.publisher.preview import next_issue_preview
made = next_issue_preview(Home(Path(sys.argv[1])), at=datetime.fromisoformat(sys.argv[2]))
files = {name: data.decode("latin-1") for name, data in (*made.files.items(), *made.site().items())}
print(json.dumps([files, list(map(str, made.findings)), made.content]))
"""


def test_whatever_changes_shows_as_in_a_process_that_remembers_nothing(watched: Watched) -> None:
    home, live = watched.home, watched.live
    write_summary(home, "b")
    looks = [_look(live)]
    write_summary(home, "a", teaser="Another teaser of ours")
    looks.append(_look(live))
    write_summary(home, "b", published="2026-11-19")
    looks.append(_look(live))
    home.settings.write_text(
        home.settings.read_text().replace("Plain Research Notes", "Another Title")
    )
    looks.append(_look(live))
    (home.templates / "site").mkdir(parents=True)
    for name in ("digest.txt.j2", "site/summary.html.j2"):
        usual = (packaged_home() / "templates" / name).read_text()
        (home.templates / name).write_text(usual.replace("{{", "Another word {{", 1))
    looks.append(_look(live))
    home.glossary.write_text("## was small\nFew people took part in it.\n")
    looks.append(_look(live))
    home.records.mkdir()
    (home.records / "next.md").write_text("---\nissue: 1\npin:\n  - b\n---\nA note.\n")
    looks.append(_look(live))
    assert all(one != other for one, other in pairwise(looks))
    command = [sys.executable, "-c", _ANEW, str(home.root), AT.isoformat()]
    anew = subprocess.run(command, capture_output=True, check=True, text=True)
    made = live.shown.preview
    assert made is not None
    everything = (*made.files.items(), *made.site().items())
    files = {name: data.decode("latin-1") for name, data in everything}
    assert [files, list(map(str, made.findings)), made.content] == json.loads(anew.stdout)


def _look(live: LivePreview) -> str:
    """What tells what a new look shows."""
    shown = live.refresh()
    assert shown.preview is not None
    assert shown.trouble is None
    return shown.version


async def _begin_to_watch(live: LivePreview) -> None:
    """Watch, and stop at once: what changed before that is looked for."""
    stop = asyncio.Event()
    asyncio.get_running_loop().call_soon(stop.set)
    await live.keep_fresh(stop)


def test_who_begins_to_watch_looks_again_only_where_something_changed(watched: Watched) -> None:
    watched.live.refresh()
    asyncio.run(_begin_to_watch(watched.live))
    assert watched.made == 1
    write_summary(watched.home, "b")
    asyncio.run(_begin_to_watch(watched.live))
    assert (watched.made, watched.keys) == (2, ["a", "b"])
    collect_now(watched.home, at=AT)  # writes the database
    asyncio.run(_begin_to_watch(watched.live))
    assert watched.made == 3
