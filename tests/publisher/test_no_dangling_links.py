"""At no moment of publishing does what a reader can reach lead to a page that is not there.

A reader comes from a mail in `outbox/new/`, or from any page or feed that was on the site before,
and follows every link to the site. It is looked after every single file that publishing writes: a
kill can leave the site in no other state.
"""

from __future__ import annotations

import posixpath
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from homes import AT, sample_home, write_summary
from msnewsletter.disk import atomic
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.session import Step
from msnewsletter.publisher.takedown import take_down
from publisher.walking import SITE, links_of

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

WEEK = timedelta(days=7)


class Watched:
    """A home whose site is walked after every write."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.walks = 0
        self.known: frozenset[str] = frozenset()
        self.missing: set[tuple[str, str, str]] = set()

    def begin(self) -> None:
        """Another publish begins: what is on the site now may be known to readers."""
        self.known = frozenset(
            path.relative_to(self.home.site).as_posix()
            for path in self.home.site.rglob("*")
            if path.is_file()
        )

    def look(self, moment: str) -> None:
        """Follow every link from what readers may know."""
        self.walks += 1
        waiting = [(f"site/{name}", SITE + name, self.home.site / name) for name in self.known]
        new = self.home.outbox / "new"
        mails = [path for path in new.rglob("*") if path.suffix in {".html", ".json"}]
        waiting += [(f"new/{mail.name}", SITE, mail) for mail in mails]
        seen = set(self.known)
        while waiting:
            source, base, path = waiting.pop()
            for place in links_of(path.read_bytes(), base):
                name = place + "index.html" if not place or place.endswith("/") else place
                if name in seen:
                    continue
                seen.add(name)
                target = self.home.site / name
                if not target.is_file():
                    self.missing.add((moment, source, name))
                elif posixpath.splitext(name)[1] in {".html", ".xml", ".json", ".opml"}:
                    waiting.append((f"site/{name}", SITE + name, target))


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    found = Watched(sample_home(tmp_path))
    replace = atomic._replace

    def replaced(path: Path, *how: Any, **more: Any) -> None:
        replace(path, *how, **more)
        if path.is_relative_to(found.home.site):
            found.look(f"after {path.relative_to(found.home.site)}")

    monkeypatch.setattr(atomic, "_replace", replaced)
    return found


def publishes(watched: Watched, number: int) -> None:
    watched.begin()
    publish(
        watched.home,
        at=AT + number * WEEK,
        reached=lambda step: watched.look(f"at {step}"),
    )


def test_a_reader_never_meets_a_page_that_is_not_there_yet(watched: Watched) -> None:
    home = watched.home
    (home.root / "glossary.md").unlink(missing_ok=True)
    publishes(watched, 0)
    # A new tag has a new page and new feeds; an old one changes.
    write_summary(home, "second", "2026-11-25", tags="[a new tag, fatigue]")
    publishes(watched, 1)
    (home.root / "glossary.md").write_text("## fatigue\nA tiredness that sleep does not end.\n")
    path = write_summary(home, "third", "2026-12-03", tags="[another]")
    publishes(watched, 2)
    text = path.read_text()
    path.write_text(text.replace("\n---\n#", "\nstatus: corrected\nnote: One was two.\n---\n#"))
    write_summary(home, "fourth", "2026-12-10", tags="[a new tag]")
    publishes(watched, 3)
    watched.begin()
    take_down(home, "second", reason="A court order.", note=None, at=AT + 4 * WEEK)
    assert watched.missing == set()
    assert watched.walks > 100


@pytest.mark.parametrize("step", [*Step])
def test_nor_after_a_kill_and_while_the_next_run_finishes(watched: Watched, step: Step) -> None:
    home = watched.home
    publishes(watched, 0)
    write_summary(home, "second", "2026-11-25", tags="[a new tag, fatigue]")
    watched.begin()

    def killed(now: Step) -> None:
        if now is step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(home, at=AT + WEEK, reached=killed)
    watched.look(f"killed at {step}")
    publishes(watched, 2)
    assert watched.missing == set()


def test_nor_while_a_lost_site_is_made_again(watched: Watched) -> None:
    home = watched.home
    publishes(watched, 0)
    write_summary(home, "second", "2026-11-25", tags="[a new tag, fatigue]")
    publishes(watched, 1)
    shutil.rmtree(home.site)
    shutil.rmtree(home.outbox / "new")
    write_summary(home, "third", "2026-12-03", tags="[a new tag]")
    publishes(watched, 2)
    assert watched.missing == set()
