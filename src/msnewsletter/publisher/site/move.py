"""Makes the whole site anew where settings that all of it shows are others than it shows.

The issues' pages and archive documents first, the oldest first, then the lists, then the feeds. It
may be killed at any moment: the next run goes on with the issue after the last durable one. Links
are not verified again: what is written has the paths that it had.
"""

from __future__ import annotations

import itertools
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.disk.atomic import (
    disk_errors,
    sync_disk,
    write_all,
    write_streamed,
)
from msnewsletter.publisher.site.build import SiteBuild
from msnewsletter.publisher.site.shown_frame import (
    FrameChange,
    shown_frame,
    write_shown_frame,
)
from msnewsletter.render.site import redirects

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.session import Session
    from msnewsletter.publisher.site.shown_frame import ShownFrame
    from msnewsletter.store import LastIssue

# Tags made with one build: what a build has read is forgotten with it.
_TAGS = 50


def move_site(session: Session) -> None:
    """Make all of the site anew, if its frame is another or a change of it is not done."""
    newest = session.store.last_issue()
    if newest is None:
        return
    shown = shown_frame(session)
    if not shown.differs_from(session.frame):
        write_shown_frame(session.home, shown)
        return
    shown = shown.begun(session.frame, at=session.now)
    write_shown_frame(session.home, shown)
    shown = _make_issues(session, newest, shown)
    _make_lists(session, newest)
    _make_redirects(session.home, shown, session.frame.site)
    sync_disk()
    write_shown_frame(session.home, shown.finished(at=session.now))


def _make_issues(session: Session, newest: LastIssue, shown: ShownFrame) -> ShownFrame:
    """Make the issues that are left, a piece of the archive at a time; returns how far it got."""
    done = _change(shown)
    left = range(done.issues + 1, newest.number + 1)
    for chunk, numbers in itertools.groupby(left, key=urls.chunk_of):
        site = SiteBuild(session, newest)
        for number in numbers:
            pages = site.issue_pages(number)
            site.write(pages | site.archive_documents(number), durable=False)
            site.content.forget(number)
            done = replace(done, issues=number, pages=done.pages + len(pages))
            session.progress(number, newest.number)
        site.write(site.piece(chunk), durable=False)
        sync_disk()
        shown = replace(shown, under_way=done)
        write_shown_frame(session.home, shown)
    return shown


def _make_lists(session: Session, newest: LastIssue) -> None:
    """Make tags, the pages that are not one issue's, and then the feeds."""
    for slugs in _batches(sorted(session.store.site.tag_names()), _TAGS):
        site = SiteBuild(session, newest)
        for slug in slugs:
            site.write(site.tag_files(slug), durable=False)
    site = SiteBuild(session, newest)
    site.write(site.common_pages(()), durable=False)
    site.write_feeds(site.feeds(), durable=False)


def _batches(names: list[str], size: int) -> Iterator[list[str]]:
    for first in range(0, len(names), size):
        yield names[first : first + size]


def _change(shown: ShownFrame) -> FrameChange:
    if shown.under_way is None:
        raise AssertionError("no change is under way")
    return shown.under_way


# ── redirects ────────────────────────────────────────────────────────────────────────────────────


def _make_redirects(home: Home, shown: ShownFrame, site: str) -> None:
    """Write what leads from every former address here; remove what would lead away from it."""
    wanted = redirects.by_host(shown.old_sites(site), site)
    for host, old_sites in wanted.items():
        folder = home.redirects / host
        files = redirects.rule_files(old_sites, site)
        write_all(home, {folder / name: data for name, data in files.items()})
        lines = redirects.plain_lines(old_sites, site, _names(home.site))
        write_streamed(home, folder / redirects.PLAIN, lines)
    with disk_errors(home):
        for folder in home.redirects.iterdir() if home.redirects.is_dir() else ():
            if folder.name not in wanted:
                for name in (redirects.NGINX, redirects.RULES, redirects.PLAIN):
                    (folder / name).unlink(missing_ok=True)


def _names(site: Path) -> Iterator[str]:
    """The site's files by their paths below it, in order; hidden ones are no pages."""
    for folder, folders, files in os.walk(site):
        folders.sort()
        below = os.path.relpath(folder, site)
        for name in sorted(files):
            if not name.startswith("."):
                yield name if below == os.curdir else f"{below}/{name}"
