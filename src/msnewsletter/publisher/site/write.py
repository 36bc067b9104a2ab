"""Writes the site's files for issues that are out: verified first, then pages, feeds last.

Publishing touches what an issue changes: its own pages and archive documents, its tags, and the
few files that show what is newest. None of them grows with the archive.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from msnewsletter.publisher.session import Step
from msnewsletter.publisher.site.build import SiteBuild, is_archived
from msnewsletter.render.site.index_pages import SitePages
from msnewsletter.render.site.issue_pages import render_pages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from msnewsletter.home import Home
    from msnewsletter.model import Issue
    from msnewsletter.publisher.session import Session


def write_site(session: Session, numbers: Sequence[int]) -> None:
    """Write what these issues, and texts edited after sending, change; then they are complete.

    Raises RefusedError, before any feed is replaced, when the new files would break a promise.
    """
    home, store, reached = session.home, session.store, session.reached
    edited = store.waiting()
    newest = store.last_issue()
    if newest is None:
        return
    # Without its oldest archive document the site was lost, or never complete: rebuild all of it.
    whole = is_archived(home, 1)
    behind = _behind(home, newest.number) if whole else [*range(1, newest.number + 1)]
    changing = sorted({*numbers, *edited, *behind})
    if not changing:
        return
    site = SiteBuild(session, newest)
    for number in changing[:-1]:
        site.verify_and_write(site.issue_files(number), to_come=site.names_to_come(number))
        site.content.forget(number)
    pages = site.issue_files(changing[-1]) | site.common_pages(changing)
    feeds = site.feeds()
    site.check(pages, feeds)
    site.write(pages)
    reached(Step.PAGES)
    site.write(feeds)
    reached(Step.FEEDS)
    for number in numbers:
        store.complete(number)
    store.note_shown([key for keys in edited.values() for key in keys])
    reached(Step.COMPLETE)


def _behind(home: Home, newest: int) -> list[int]:
    """The newest issues that this site lacks, because another home released them."""
    lacking = itertools.takewhile(
        lambda number: not is_archived(home, number), range(newest, 0, -1)
    )
    return list(lacking)


def site_files(session: Session, numbers: Sequence[int]) -> dict[str, bytes]:
    """What `write_site` would write for these issues and for edited texts, by path below the site.

    Raises RefusedError where that would break a promise; writes no file.
    """
    home, store = session.home, session.store
    newest = store.last_issue()
    changing = sorted({*numbers, *store.waiting()})
    if newest is None or not changing:
        return {}
    site = SiteBuild(session, newest)
    pages: dict[str, bytes] = {}
    for number in changing:
        pages |= site.issue_files(number)
    pages |= site.common_pages(changing)
    feeds = site.feeds()
    if newest.number == 1 or is_archived(home, 1):  # else the site is lost, and links dangle
        site.check(pages, feeds)
    return pages | feeds


def rehearse_site(issue: Issue, templates: Mapping[str, str]) -> None:
    """Prove that the site's templates render; raises TemplateError."""
    render_pages(issue, templates)
    pages = SitePages(issue.masthead, templates)
    pages.fixed({})
    pages.home([issue])
    pages.tag("tag", "tag", issue.entries[:1])
