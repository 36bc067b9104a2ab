"""Writes the site's files for issues that are out, so that no link leads nowhere at any moment.

First what is new: nothing leads there yet. Then, when an issue's mail is out, the pages that
change, which lead to it, and the feeds last. All is verified before the first file is written.

Publishing touches what an issue changes: its own pages and archive documents, its tags, and the
few files that show what is newest. None of them grows with the archive.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.errors import RefusedError
from msnewsletter.model import AnnouncedCorrection
from msnewsletter.publisher.session import Step
from msnewsletter.publisher.site.build import SiteBuild
from msnewsletter.publisher.site.plan import lacking, site_plan
from msnewsletter.publisher.site.rendered import (
    KEPT,
    RehearsedSite,
    RenderedSite,
    SiteFacts,
)
from msnewsletter.publisher.site.site_names import CHECKED_FEEDS, archive_marker, is_archived
from msnewsletter.render.site import verify
from msnewsletter.render.site.index_pages import SitePages
from msnewsletter.render.site.verify import DeadLinkError
from msnewsletter.serialize import to_document

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    from msnewsletter.glossary import Glossary
    from msnewsletter.model import Issue, Summary
    from msnewsletter.publisher.session import Session
    from msnewsletter.store import LastIssue

# Of the newest entries so many are looked at for a link that a feed has: more than a feed holds.
_HOLDERS = 400


def lay_site(session: Session, rehearsed: RehearsedSite | None = None) -> SiteUpdate | None:
    """Write what the newest issue adds to the site, before its mail is out.

    `rehearsed`: of the same issue; what it rendered is not rendered again.

    Returns what is to be finished when it is. Raises RefusedError, before any file is written, when
    the new files would break a promise.
    """
    update = _update(session, rehearsed=rehearsed)
    if update:
        update.lay()
    return update


def write_site(session: Session, rehearsed: RehearsedSite | None = None) -> None:
    """Write what unfinished issues, and texts edited after sending, change; they are complete then.

    `rehearsed`: see `lay_site`. Raises RefusedError, before any file is written, when the new files
    would break a promise.
    """
    if update := lay_site(session, rehearsed):
        update.finish()


def site_files(session: Session) -> dict[str, bytes]:
    """What `write_site` would write, by path below the site; a lost site is not made again.

    Raises RefusedError where that would break a promise; writes no file.
    """
    update = _update(session, rebuild=False)
    return update.verified() if update else {}


def rehearse_site(session: Session) -> RehearsedSite | None:
    """Render and verify all that `write_site` would write; writes no file. None: nothing is.

    Raises RefusedError where that would break a promise.
    """
    update = _update(session)
    return update.rehearse() if update else None


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


def _update(
    session: Session, *, rebuild: bool = True, rehearsed: RehearsedSite | None = None
) -> SiteUpdate | None:
    """What is to be written; None: nothing is.

    `rebuild`: a site that was lost, or that lacks issues of another home, is made again.
    """
    newest = session.store.last_issue()
    if newest is None:
        return None
    update = SiteUpdate(session, newest, rebuild=rebuild, rehearsed=rehearsed)
    if not update.plan.all:
        return None
    update.index()
    return update


class SiteUpdate:
    """What unfinished issues and edited texts change on the site.

    The files of the newest of these issues, and those that show what is newest, are rendered once;
    those of the others one issue at a time, however many there are.
    """

    def __init__(
        self,
        session: Session,
        newest: LastIssue,
        *,
        rebuild: bool,
        rehearsed: RehearsedSite | None,
    ) -> None:
        self._session = session
        self._newest = newest
        self._site = SiteBuild(session, newest)
        self._numbers = [number for number, _ in session.store.unfinished()]
        self._written: set[int] = set()
        self._rehearsed = rehearsed
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
        files = self._files
        self._check({**files.pages, **files.archived}, to_come=())
        new = dict(files.pages)
        if self._newest.number == 1:
            # Archive documents come with the feeds; but the feeds of the first issue, which are new
            # as well, may lead to its own. The one that proves that it is out comes later.
            proof = archive_marker(1)
            new |= {name: data for name, data in files.archived.items() if name != proof}
        self._site.write(self._lacking(new))
        self._site.write_feeds(self._lacking(files.feeds))

    def _lacking(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        return {name: data for name, data in files.items() if not self._site.has(name)}

    def finish(self) -> None:
        """Write what was there before: pages, then feeds, then what tells the next run."""
        session, site, plan, files = self._session, self._site, self.plan, self._files
        *earlier, _ = plan.all
        for number in earlier:
            self._write_earlier(number)
        site.write(files.pages)
        session.reached(Step.PAGES)
        site.write(files.archived)
        site.write_feeds(files.feeds)
        session.reached(Step.FEEDS)
        # Last of all: until then they tell the next run, after a crash, what the site showed.
        for number in plan.renewed:
            site.write(site.archive_documents(number))
            site.content.forget(number)
        for number in self._numbers:
            session.store.complete(number)
        session.store.note_shown(plan.edited)
        session.reached(Step.COMPLETE)

    def verified(self) -> dict[str, bytes]:
        """All files, verified together; none is written."""
        files, site = self._files, self._site
        pages = {**files.pages, **files.archived}
        for number in self.plan.all[:-1]:
            pages |= site.issue_pages(number) | self._archive_of(number)
        for number in self.plan.renewed:
            pages |= site.archive_documents(number)
        home, newest = self._session.home, self._newest.number
        if newest == 1 or is_archived(home, 1):  # else the site is lost, and links dangle
            # Publishing writes them first: another home released these.
            to_come = {urls.issue_page_name(number) for number in lacking(home, newest)}
            self._check(pages, to_come=to_come)
        return {**pages, **files.feeds}

    def rehearse(self) -> RehearsedSite:
        """Verify all files, an issue at a time, and keep those that are rendered last."""
        *earlier, _ = self.plan.all
        size = 0
        for number in earlier:
            earlier_files = self._of_earlier(number)
            self._site.content.forget(number)
            size += _size(earlier_files)
        files = self._files
        self._check({**files.pages, **files.archived}, to_come=self._names)
        for number in self.plan.renewed:
            size += _size(self._site.archive_documents(number))
            self._site.content.forget(number)
        size += files.size
        kept = files if files.size <= KEPT else None
        return RehearsedSite(size=size, facts=self._facts(), files=kept)

    def _write_earlier(self, number: int) -> None:
        if number in self._written:
            return
        self._site.write(self._of_earlier(number))
        self._site.content.forget(number)
        self._written.add(number)

    # ── verifying ────────────────────────────────────────────────────────────────────────────

    def _check(self, pages: Mapping[str, bytes], *, to_come: Container[str]) -> None:
        self._excusing(
            lambda excused: self._site.check(
                pages, self._files.feeds, to_come=to_come, excused=excused
            )
        )

    def _of_earlier(self, number: int) -> dict[str, bytes]:
        """The files of an issue before the last one, verified."""
        files = self._site.issue_pages(number) | self._archive_of(number)
        to_come = self._site.names_to_come(number) | self._names
        self._excusing(lambda excused: self._site.verify(files, to_come=to_come, excused=excused))
        return files

    @cached_property
    def _names(self) -> set[str]:
        """The files of the issues to be written: each may lead to each, whichever comes first."""
        numbers = self.plan.all
        found = {urls.issue_page_name(number) for number in numbers}
        found |= {
            f"{kind}{urls.archive_folder(number)}{name}"
            for kind in (urls.MAIN, urls.FULL)
            for number in numbers
            for name in urls.FEED_NAMES
        }
        every = self._session.store.site.names(numbers[0], numbers[-1])
        for number in numbers:
            found |= {urls.summary_page_name(key, id_) for key, id_ in every.get(number, ())}
        return found

    def _excusing(self, verify: Callable[[Container[str]], None]) -> None:
        """Verify, whatever links that lead nowhere are in texts that readers have already.

        Those were verified when they came out; where they lead nowhere today, that must not keep
        anything else from readers. Any other names the file and the field that have it.
        """
        excused: set[str] = set()
        while True:
            try:
                return verify(excused)
            except DeadLinkError as error:
                found = self._holder_of(error.link)
                if found is None:
                    raise
                summary, field, is_out = found
                if is_out:
                    excused.add(error.link)
                    continue
                problem = f"its {field} has the link {error.link}, which leads nowhere"
                remedy = "correct it there, and run again"
                raise RefusedError(summary.location, problem, remedy) from error

    def _holder_of(self, link: str) -> tuple[Summary, str, bool] | None:
        """The summary that holds a link, the field, and whether readers have that text already.

        Of several one that they do not have, for it can be corrected.
        """
        content, edited = self._site.content, set(self.plan.edited)
        placed = [
            (number, entry) for number in self.plan.all for entry in content.issue(number).entries
        ]
        newest = self._session.store.site.newest(_HOLDERS, last=self._newest.number)
        placed += [(item.issue, item.entry) for item in content.items(newest)]
        found = None
        for number, entry in placed:
            if field := _field_with(entry.summary, link):
                is_out = number not in self._numbers and entry.summary.key not in edited
                found = (entry.summary, field, is_out)
                if not is_out:
                    break
        return found

    # ── rendered at the first asking ─────────────────────────────────────────────────────────

    @cached_property
    def _files(self) -> RenderedSite:
        """The files of the last issue to be written, and of what shows the newest.

        Those of the rehearsal, where they would be rendered as they were then; otherwise their
        feeds are read as feed readers do. Raises RefusedError where their formats differ.
        """
        rehearsed, self._rehearsed = self._rehearsed, None
        site = self._site
        files = rehearsed.files_for(self._facts()) if rehearsed else None
        if files and all(site.has(name) is there for name, there in files.answers.items()):
            site.take_over(files.times)
            return files
        return self._rendered()

    def _facts(self) -> SiteFacts:
        session = self._session
        return SiteFacts(
            settings=session.settings,
            templates=session.templates,
            glossary=session.glossary.glossary,
            plan=self.plan,
            newest=self._newest,
            issue=self._site.content.issue(self.plan.all[-1]),
            tags=self._site.tags,
            others=session.store.others_version(),
        )

    def _rendered(self) -> RenderedSite:
        site, plan, number = self._site, self.plan, self.plan.all[-1]
        pages = site.issue_pages(number)
        for before in plan.before:
            pages |= site.issue_page(before)
        pages |= site.common_pages(plan.changing)
        archived, feeds = self._archive_of(number), site.feeds()
        verify.check_feeds({name: feeds[name] for name in CHECKED_FEEDS})
        return RenderedSite(
            pages=pages, archived=archived, feeds=feeds, times=site.times, answers=site.answers
        )

    def _archive_of(self, number: int) -> dict[str, bytes]:
        """The archive documents of an issue, where they do not come last of all."""
        if number in self.plan.around or number in self.plan.renewed:
            return {}
        return self._site.archive_documents(number)


def _size(files: Mapping[str, bytes]) -> int:
    return sum(map(len, files.values()))


def _field_with(summary: Summary, link: str) -> str | None:
    """The name of the first field that holds a link; None: none does."""
    return next((name for name, value in to_document(summary).items() if link in str(value)), None)
