"""Writes the site's files for issues that are out, so that no link leads nowhere at any moment.

First what is new: nothing leads there yet. Then, when an issue's mail is out, the pages that
change, which lead to it, and the feeds last. All is verified before the first file is written.

Publishing touches what an issue changes: its own pages and archive documents, its tags, and the
few files that show what is newest. None of them grows with the archive.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.errors import RefusedError
from msnewsletter.model import AnnouncedCorrection
from msnewsletter.publisher.session import Step
from msnewsletter.publisher.site.build import SiteBuild, is_archived
from msnewsletter.publisher.site.plan import lacking, site_plan
from msnewsletter.render.site.index_pages import SitePages
from msnewsletter.render.site.verify import DeadLinkError
from msnewsletter.serialize import to_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from msnewsletter.glossary import Glossary
    from msnewsletter.model import Issue, Summary
    from msnewsletter.publisher.session import Session
    from msnewsletter.store import LastIssue


def lay_site(session: Session) -> SiteUpdate | None:
    """Write what the newest issue adds to the site, before its mail is out.

    Returns what is to be finished when it is. Raises RefusedError, before any file is written, when
    the new files would break a promise.
    """
    update = _update(session)
    if update:
        update.lay()
    return update


def write_site(session: Session) -> None:
    """Write what unfinished issues, and texts edited after sending, change; they are complete then.

    Raises RefusedError, before any file is written, when the new files would break a promise.
    """
    if update := lay_site(session):
        update.finish()


def site_files(session: Session) -> dict[str, bytes]:
    """What `write_site` would write, by path below the site.

    Raises RefusedError where that would break a promise; writes no file.
    """
    update = _update(session, rebuild=False)
    return update.verified() if update else {}


def rehearse_common_pages(issue: Issue, templates: Mapping[str, str], glossary: Glossary) -> None:
    """Prove that the templates of pages that are no issue's render; raises TemplateError."""
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


def _update(session: Session, *, rebuild: bool = True) -> SiteUpdate | None:
    """What is to be written; None: nothing is.

    `rebuild`: a site that was lost, or that lacks issues of another home, is made again.
    """
    newest = session.store.last_issue()
    if newest is None:
        return None
    update = SiteUpdate(session, newest, rebuild=rebuild)
    if not update.plan.all:
        return None
    update.index()
    return update


class SiteUpdate:
    """What unfinished issues and edited texts change on the site.

    The files of the newest of these issues, and those that show what is newest, are rendered once;
    those of the others one issue at a time, however many there are.
    """

    def __init__(self, session: Session, newest: LastIssue, *, rebuild: bool) -> None:
        self._session = session
        self._newest = newest
        self._site = SiteBuild(session, newest)
        self._numbers = [number for number, _ in session.store.unfinished()]
        self._written: set[int] = set()
        self.plan = site_plan(
            session, self._site.content, self._numbers, newest=newest.number, rebuild=rebuild
        )

    def index(self) -> None:
        """Make the entries of what changes findable, before anything is rendered."""
        self._site.index(self.plan.changing, self.plan.had)

    def lay(self) -> None:
        """Write what the site does not have yet, so that nothing leads there."""
        *earlier, _ = self.plan.all
        # Of a site that was lost: all that a page of the last issue may lead to.
        missing = set(lacking(self._session.home, self._newest.number)).intersection(earlier)
        for number in sorted(missing):
            self._write_earlier(number)
        with self._naming_sources():
            self._site.check({**self._pages, **self._archived}, self._feeds, to_come=())
        new = dict(self._pages)
        if self._newest.number == 1:
            # Archive documents prove that an issue is out, and come with the feeds; but the feeds
            # of the first, which are new as well, may lead to its own.
            new |= self._archived
        self._site.write(self._lacking(new))
        self._site.write_feeds(self._lacking(self._feeds))

    def _lacking(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        return {name: data for name, data in files.items() if not self._site.has(name)}

    def finish(self) -> None:
        """Write what was there before: pages, then feeds, then what tells the next run."""
        session, site, plan = self._session, self._site, self.plan
        *earlier, _ = plan.all
        for number in earlier:
            self._write_earlier(number)
        site.write(self._pages)
        session.reached(Step.PAGES)
        site.write(self._archived)
        site.write_feeds(self._feeds)
        session.reached(Step.FEEDS)
        # Last of all: until then they tell the next run, after a crash, what the site showed.
        for number in plan.renewed:
            site.verify_and_write(site.archive_documents(number), to_come=set())
            site.content.forget(number)
        for number in self._numbers:
            session.store.complete(number)
        session.store.note_shown(plan.edited)
        session.reached(Step.COMPLETE)

    def verified(self) -> dict[str, bytes]:
        """All files, verified together; none is written."""
        pages = {**self._pages, **self._archived}
        for number in self.plan.all[:-1]:
            pages |= self._site.issue_pages(number) | self._archive_of(number)
        for number in self.plan.renewed:
            pages |= self._site.archive_documents(number)
        home, newest = self._session.home, self._newest.number
        if newest == 1 or is_archived(home, 1):  # else the site is lost, and links dangle
            # Publishing writes them first: another home released these.
            to_come = {urls.issue_page_name(number) for number in lacking(home, newest)}
            with self._naming_sources():
                self._site.check(pages, self._feeds, to_come=to_come)
        return {**pages, **self._feeds}

    def _write_earlier(self, number: int) -> None:
        if number in self._written:
            return
        # A summary's page names later issues that corrected it.
        issues = {urls.issue_page_name(other) for other in self.plan.all}
        to_come = self._site.names_to_come(number) | issues
        files = self._site.issue_pages(number) | self._archive_of(number)
        with self._naming_sources():
            self._site.verify_and_write(files, to_come=to_come)
        self._site.content.forget(number)
        self._written.add(number)

    @contextmanager
    def _naming_sources(self) -> Iterator[None]:
        """Let a link that leads nowhere name the file and field that have it, if any has."""
        try:
            yield
        except DeadLinkError as error:
            entries = (
                entry
                for number in self.plan.all
                for entry in self._site.content.issue(number).entries
            )
            for entry in entries:
                if field := _field_with(entry.summary, error.link):
                    problem = f"its {field} has the link {error.link}, which leads nowhere"
                    remedy = "correct it there, and run again"
                    raise RefusedError(entry.summary.location, problem, remedy) from error
            raise

    @cached_property
    def _pages(self) -> Mapping[str, bytes]:
        """The pages of the last issue to be written, and of what shows the newest."""
        site, plan = self._site, self.plan
        files = site.issue_pages(plan.all[-1])
        for number in plan.before:
            files |= site.issue_page(number)
        return files | site.common_pages(plan.changing)

    @cached_property
    def _archived(self) -> Mapping[str, bytes]:
        """The archive documents of that issue, where they do not come last of all."""
        return self._archive_of(self.plan.all[-1])

    @cached_property
    def _feeds(self) -> Mapping[str, bytes]:
        return self._site.feeds()

    def _archive_of(self, number: int) -> dict[str, bytes]:
        if number in self.plan.around or number in self.plan.renewed:
            return {}
        return self._site.archive_documents(number)


def _field_with(summary: Summary, link: str) -> str | None:
    """The name of the first field that holds a link; None: none does."""
    return next((name for name, value in to_document(summary).items() if link in str(value)), None)
