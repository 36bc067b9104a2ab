"""One build of the site: the files that a set of issues changes.

Writes only the files that are given to `write`.
"""

from __future__ import annotations

from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.disk.atomic import write_all
from msnewsletter.issue.order import unpinned
from msnewsletter.publisher.site.gather import SiteContent, slugs_of
from msnewsletter.render.feeds.items import FeedItem, FeedLinks
from msnewsletter.render.feeds.render import render_feeds
from msnewsletter.render.feeds.stylesheet import FEED_STYLE
from msnewsletter.render.feeds.view import feed_views, issues_view, tag_view
from msnewsletter.render.site import crawlers, verify
from msnewsletter.render.site.index_pages import SitePages
from msnewsletter.render.site.issue_pages import (
    WHOLE_ENTRIES,
    IssuesAround,
    render_issue_page,
    render_pages,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.model import Issue, Masthead
    from msnewsletter.publisher.session import Session
    from msnewsletter.store import LastIssue, Store


# Issues on the home page, and in the feed of issues.
HOME_ISSUES = 5
FEED_ISSUES = 20


# Entries in a feed: enough for weeks between two visits, small enough for every poll. All of the
# newest issue is there even when it is larger, up to WHOLE_ENTRIES.
FEED_ENTRIES = 40


# Entries in an archive document; a larger issue has several. Full texts stay well under 5 MB.
ARCHIVE_ENTRIES = 200
TAG_ENTRIES = 40

# Parsed at every publish. A test parses those of tags and the archive documents: they come from the
# same functions.
CHECKED_FEEDS = tuple(
    folder + name for folder in (urls.MAIN, urls.FULL, urls.ISSUES) for name in urls.FEED_NAMES
)


def is_archived(home: Home, number: int) -> bool:
    """Whether the site has the archive documents of an issue."""
    return (home.site / urls.archive_folder(number) / urls.FEED_NAMES[-1]).is_file()


class _PastEntries:
    """The ids of past entries: those that an earlier feed may hold, and only if need be all."""

    def __init__(self, store: Store, masthead: Masthead, *, newest: LastIssue) -> None:
        self._site = store.site
        self._masthead = masthead
        self._newest = newest

    def __contains__(self, id_: object) -> bool:
        return id_ in self._lately or id_ in self._ever

    @cached_property
    def _lately(self) -> set[str]:
        newest = self._site.newest_ids(2 * WHOLE_ENTRIES + self._newest.count)
        corrected = self._site.corrected_keys(min(newest.values(), default=1))
        return {*newest, *(self._masthead.public_id(key).urn for key in corrected)}

    @cached_property
    def _ever(self) -> set[str]:
        # The site came back from a backup: its feed is older than what usually comes before.
        every = self._site.names(1, self._newest.number).values()
        return {id_ for names in every for _, id_ in names}


class SiteBuild:
    """One build of the site."""

    def __init__(self, session: Session, newest: LastIssue) -> None:
        store, templates = session.store, session.templates
        self._home = session.home
        self._store = store
        self._newest = newest
        self._templates = templates
        self._glossary = session.glossary.glossary
        self._masthead = store.issue(newest.number).masthead
        self._hub = session.settings.newsletter.hub
        self._pages = SitePages(self._masthead, templates, glossary=self._glossary)
        self._slugs: set[str] = set()
        self.content = SiteContent(store, teaser_limit=self._masthead.teaser_limit)

    # ── what an issue changes ────────────────────────────────────────────────────────────────

    def index(self, numbers: Iterable[int], had: Iterable[str]) -> None:
        """Make the entries of issues findable, and note every tag that has to show them anew.

        `had`: slugs under which the site still lists what was edited: a crash, or another home,
        may have indexed it already by its new ones.
        """
        names = self._store.site.tag_names()
        self._slugs |= names.keys() & set(had)
        for number in numbers:
            self._slugs |= self.content.index(number)
            self.content.forget(number)
        self._slugs |= {
            slug
            for slug in self._store.site.tag_names()
            if not self.has(urls.tag_feed_folder(slug) + urls.FEED_NAMES[-1])
        }

    def issue_pages(self, number: int) -> dict[str, bytes]:
        """The issue's own page, and those of its summaries."""
        return render_pages(
            self.content.issue(number),
            self._templates,
            glossary=self._glossary,
            candidates=self.content.candidates(number),
            histories=self.content.histories(number),
            around=self._issues_around(number),
        )

    def issue_page(self, number: int) -> dict[str, bytes]:
        """The issue's own page alone, as it is among `issue_pages`."""
        issue, around = self.content.issue(number), self._issues_around(number)
        return render_issue_page(issue, self._templates, glossary=self._glossary, around=around)

    def _issues_around(self, number: int) -> IssuesAround:
        listed = self._store.site.listed(number - 1, min(number + 1, self._newest.number))
        near = {one.number: one for one in listed}
        return IssuesAround(previous=near.get(number - 1), following=near.get(number + 1))

    def archive_documents(self, number: int) -> dict[str, bytes]:
        """Its summaries as they are now, then those of earlier issues that it corrected."""
        issue = self.content.issue(number)
        files: dict[str, bytes] = {}
        # Parts follow the frozen order: a part that is made again has the same members.
        ordered = unpinned(self.content.issue_items(number), entry=attrgetter("entry"))
        ordered += self.content.corrected_items(number)
        firsts = range(0, len(ordered), ARCHIVE_ENTRIES)
        for part, first in enumerate(firsts, start=1):
            items = ordered[first : first + ARCHIVE_ENTRIES]
            previous = None
            if part < len(firsts):
                previous = urls.archive_folder(number, part + 1)
            elif number > 1:
                previous = urls.archive_folder(number - 1)
            linked = FeedLinks(
                archived=urls.archive_folder(number, part), previous=previous, hub=self._hub
            )
            views = feed_views(issue.masthead, items, updated=issue.cutoff, linked=linked)
            files |= render_feeds(*views)
        # The file that `is_archived` looks for comes last: after a crash it proves the others.
        marker = urls.archive_folder(number) + urls.FEED_NAMES[-1]
        last = files.pop(marker)
        return {**files, marker: last}

    def names_to_come(self, number: int) -> set[str]:
        """What an issue's pages may link to though it is written only at the end."""
        slugs = {slug for entry in self.content.issue(number).entries for slug in slugs_of(entry)}
        return {
            *(urls.HOME, urls.ABOUT, urls.FEEDS, urls.TOPICS, urls.ARCHIVE, urls.STYLE),
            urls.CORRECTIONS,
            *self._explained,
            *(urls.tag_page_name(slug) for slug in slugs),
            *CHECKED_FEEDS,
            "feed.css",
        }

    @property
    def _explained(self) -> list[str]:
        """The glossary's page, where there is one to write."""
        return [urls.GLOSSARY] if self._glossary.terms else []

    # ── what shows the newest ────────────────────────────────────────────────────────────────

    def common_pages(self, changing: Iterable[int]) -> dict[str, bytes]:
        """The pages that are not one issue's: home, archive, tags, sitemaps and the fixed ones."""
        last, site = self._newest.number, self._store.site
        tags = site.tags()
        chunk = urls.chunk_of(last)
        first = urls.numbers_in(chunk)[0]
        files = {
            **self._pages.fixed(tags),
            urls.ROBOTS: crawlers.robots(self._masthead),
            urls.OPML: crawlers.opml(self._masthead, tags),
            urls.HOME: self._pages.home(self._newest_issues(HOME_ISSUES)),
            urls.LATEST: self._pages.latest(last),
            urls.ARCHIVE: self._pages.archive(urls.ARCHIVE, site.listed(first, last), chunk=chunk),
            urls.CORRECTIONS: self._ledger(urls.CORRECTIONS, chunk),
            **self._sitemaps(tags),
        }
        names = site.tag_names()
        for slug in sorted(self._slugs):
            entries = self.content.entries(site.tagged(slug, limit=TAG_ENTRIES, last=last))
            files[urls.tag_page_name(slug)] = self._pages.tag(slug, names[slug], entries)
        changed = {urls.chunk_of(number) for number in changing}
        for piece in range(1, chunk + 1):
            files |= self._piece(piece, newest=piece == chunk, changed=piece in changed)
        return files

    def _piece(self, chunk: int, *, newest: bool, changed: bool) -> dict[str, bytes]:
        """The files of a piece of the archive that are to be written."""
        archive, ledger = urls.chunk_page_name(chunk), urls.ledger_page_name(chunk)
        sitemap = urls.sitemap_name(chunk)
        files: dict[str, bytes] = {}
        if changed or not self.has(sitemap):
            files[sitemap] = self._sitemap(chunk)
        if newest:
            return files
        numbers = urls.numbers_in(chunk)
        if not self.has(archive):
            listed = self._store.site.listed(numbers[0], numbers[-1])
            files[archive] = self._pages.archive(archive, listed, chunk=chunk)
        if changed or not self.has(ledger):
            files[ledger] = self._ledger(ledger, chunk)
        return files

    def _ledger(self, name: str, chunk: int) -> bytes:
        numbers = urls.numbers_in(chunk)
        announced = self.content.ledger(numbers[0], numbers[-1])
        return self._pages.ledger(name, announced, chunk=chunk)

    def _sitemaps(self, tags: Mapping[str, str]) -> dict[str, bytes]:
        last = self._newest.number
        # Not `latest/`: it only leads to an issue's page.
        fixed = ["", urls.ARCHIVE, urls.TOPICS, urls.FEEDS, urls.ABOUT, urls.CORRECTIONS]
        fixed += self._explained
        fixed += [urls.ledger_page_name(chunk) for chunk in range(1, urls.chunk_of(last))]
        fixed += [urls.tag_page_name(slug) for slug in tags]
        return {
            urls.SITEMAP: crawlers.sitemap_index(self._masthead, last=last),
            urls.PAGES_SITEMAP: crawlers.sitemap(self._masthead, dict.fromkeys(fixed)),
        }

    def _sitemap(self, chunk: int) -> bytes:
        site, numbers = self._store.site, urls.numbers_in(chunk)
        first, last = numbers[0], min(self._newest.number, numbers[-1])
        changes = site.changes(first, last)
        cutoffs = {one.number: one.cutoff for one in site.listed(first, last)}
        pages: dict[str, datetime | None] = {}
        for number, entries in site.names(first, last).items():
            out = cutoffs[number]
            changed = {key: max(out, changes.get(key, out)) for key, _ in entries}
            pages[urls.issue_page_name(number)] = max([out, *changed.values()])
            pages |= {urls.summary_page_name(key, id_): changed[key] for key, id_ in entries}
        return crawlers.sitemap(self._masthead, pages)

    def feeds(self) -> dict[str, bytes]:
        """All feeds but the archive documents."""
        masthead, last = self._masthead, self._newest
        items, linked = self._main()
        updated = last.cutoff
        plain = FeedLinks(hub=self._hub)
        views = [*feed_views(masthead, items, updated=updated, linked=linked)]
        names = self._store.site.tag_names()
        for slug in sorted(self._slugs):
            placed = self._store.site.tagged(slug, limit=TAG_ENTRIES, last=last.number)
            # The date of the tag's newest issue, or the first of all: a rebuild gives the same.
            dated = self.content.issue(placed[0][0] if placed else 1).cutoff
            of_tag = self.content.items(placed)
            views.append(tag_view(masthead, names[slug], of_tag, updated=dated, linked=plain))
        issues = self._newest_issues(FEED_ISSUES)
        views.append(issues_view(masthead, issues, updated=updated, linked=plain))
        return {"feed.css": FEED_STYLE.encode(), **render_feeds(*views)}

    def _main(self) -> tuple[list[FeedItem], FeedLinks]:
        """The entries of the main feeds, and what came before them.

        The newest, and older ones for as long as the issue that announced their correction is in
        the feed: subscribers learn of it nowhere else. The archive documents begin with the newest
        issue of which an entry or a correction is not in the feed, so that walking them meets all
        of both; an entry met twice has the same id, and the feed's own version counts (RFC 5005,
        section 4).
        """
        last = self._newest
        limit = max(FEED_ENTRIES, min(last.count, WHOLE_ENTRIES))
        placed = self._store.site.newest(limit + 1, last=last.number)
        if len(placed) <= limit:
            return self.content.items(placed), FeedLinks(hub=self._hub)
        shown, (following, _) = placed[:limit], placed[limit]
        oldest = shown[-1][0]
        announced = self._store.site.corrected(first=oldest, limit=FEED_ENTRIES + 1)
        shown += [one for one in announced[:FEED_ENTRIES] if one not in shown]
        # Issues between two with entries may have corrections alone.
        older = oldest if following == oldest else oldest - 1
        if len(announced) > FEED_ENTRIES:
            older = last.number
        linked = FeedLinks(previous=urls.archive_folder(older), hub=self._hub)
        return self.content.items(shown), linked

    def _newest_issues(self, count: int) -> list[Issue]:
        numbers = range(self._newest.number, 0, -1)[:count]
        return [self.content.issue(number) for number in numbers]

    # ── reading it first, then writing it ────────────────────────────────────────────────────

    def check(
        self, pages: Mapping[str, bytes], feeds: Mapping[str, bytes], *, to_come: Container[str]
    ) -> None:
        """Verify pages and feeds as readers' programs read them; raises RefusedError.

        `to_come`: names that are not written yet.
        """
        every = {**pages, **feeds}
        verify.check_feeds({name: feeds[name] for name in CHECKED_FEEDS})
        verify.verify_links(
            every,
            site=self._masthead.site,
            exists=lambda name: name in to_come or self.has(name),
        )
        known = _PastEntries(self._store, self._masthead, newest=self._newest)
        for folder in (urls.MAIN, urls.FULL):
            name = folder + urls.FEED_NAMES[-1]
            path = self._home.site / name
            if path.is_file():
                old, until = path.read_bytes(), self._newest.cutoff
                verify.check_earlier(every[name], old, name, known=known, until=until)

    def verify_and_write(self, files: Mapping[str, bytes], *, to_come: set[str]) -> None:
        """Verify and write an issue before the newest; `to_come`: names that are written later."""
        verify.verify_links(
            files,
            site=self._masthead.site,
            exists=lambda name: name in to_come or self.has(name),
        )
        self.write(files)

    def has(self, name: str) -> bool:
        """Whether the site has a file at this path."""
        return (self._home.site / name).is_file()

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write each file (temporary file, rename), unless it is the same already."""
        write_all(self._home, {self._home.site / name: data for name, data in files.items()})
