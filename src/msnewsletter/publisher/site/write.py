"""Writes the site's files for issues that are out: verified first, then pages, feeds last.

Publishing touches what an issue changes: its own pages and archive documents, its tags, and the
few files that show what is newest. None of them grows with the archive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.model import AnnouncedCorrection
from msnewsletter.publisher.session import Step
from msnewsletter.publisher.site.build import SiteBuild, is_archived
from msnewsletter.publisher.site.plan import lacking, site_plan
from msnewsletter.render.site.index_pages import SitePages
from msnewsletter.render.site.issue_pages import render_pages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from msnewsletter.glossary import Glossary
    from msnewsletter.model import Issue
    from msnewsletter.publisher.session import Session
    from msnewsletter.publisher.site.plan import SitePlan


def write_site(session: Session, numbers: Sequence[int]) -> None:
    """Write what these issues, and texts edited after sending, change; then they are complete.

    Raises RefusedError, before any feed is replaced, when the new files would break a promise.
    """
    store, reached = session.store, session.reached
    newest = store.last_issue()
    if newest is None:
        return
    site = SiteBuild(session, newest)
    plan = site_plan(session, site.content, numbers, newest=newest.number, rebuild=True)
    if not plan.all:
        return
    site.index(plan.changing, plan.had)
    *earlier, last = plan.all
    # A summary's page names later issues that corrected it.
    issues = {urls.issue_page_name(number) for number in plan.all}
    for number in earlier:
        files = _files_of(site, plan, number)
        site.verify_and_write(files, to_come=site.names_to_come(number) | issues)
        site.content.forget(number)
    pages = _files_of(site, plan, last) | _pages_before(site, plan)
    pages |= site.common_pages(plan.changing)
    feeds = site.feeds()
    site.check(pages, feeds, to_come=())
    site.write(pages)
    reached(Step.PAGES)
    site.write_feeds(feeds)
    reached(Step.FEEDS)
    # Last of all: until then they tell the next run, after a crash, what the site showed before.
    for number in plan.renewed:
        site.verify_and_write(site.archive_documents(number), to_come=set())
        site.content.forget(number)
    for number in numbers:
        store.complete(number)
    store.note_shown(plan.edited)
    reached(Step.COMPLETE)


def _files_of(site: SiteBuild, plan: SitePlan, number: int) -> dict[str, bytes]:
    """The issue's files that come before the feeds."""
    pages = site.issue_pages(number)
    if number in plan.around or number in plan.renewed:
        return pages
    return pages | site.archive_documents(number)


def _pages_before(site: SiteBuild, plan: SitePlan) -> dict[str, bytes]:
    """The pages of issues that get a link to the next one."""
    files: dict[str, bytes] = {}
    for number in plan.before:
        files |= site.issue_page(number)
    return files


def site_files(session: Session, numbers: Sequence[int]) -> dict[str, bytes]:
    """What `write_site` would write for these issues and for edited texts, by path below the site.

    Raises RefusedError where that would break a promise; writes no file.
    """
    home, store = session.home, session.store
    newest = store.last_issue()
    if newest is None:
        return {}
    site = SiteBuild(session, newest)
    plan = site_plan(session, site.content, numbers, newest=newest.number, rebuild=False)
    if not plan.all:
        return {}
    site.index(plan.changing, plan.had)
    pages: dict[str, bytes] = {}
    for number in plan.all:
        pages |= _files_of(site, plan, number)
    for number in plan.renewed:
        pages |= site.archive_documents(number)
    pages |= _pages_before(site, plan) | site.common_pages(plan.changing)
    feeds = site.feeds()
    if newest.number == 1 or is_archived(home, 1):  # else the site is lost, and links dangle
        # Publishing writes them first: another home released these.
        to_come = {urls.issue_page_name(number) for number in lacking(home, newest.number)}
        site.check(pages, feeds, to_come=to_come)
    return pages | feeds


def rehearse_site(issue: Issue, templates: Mapping[str, str], glossary: Glossary) -> None:
    """Prove that the site's templates render; raises TemplateError."""
    render_pages(issue, templates, glossary=glossary)
    pages = SitePages(issue.masthead, templates, glossary=glossary)
    pages.fixed({})
    pages.home([issue])
    pages.latest(issue.number)
    pages.tag("tag", "tag", issue.entries[:1])
    announced = [
        AnnouncedCorrection(number=issue.number, cutoff=issue.cutoff, correction=one)
        for one in issue.corrections[:1]
    ]
    pages.ledger(urls.CORRECTIONS, announced, chunk=1)
