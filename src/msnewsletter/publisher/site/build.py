"""One build of the site: the files that a set of issues changes.

Writes only the files that are given to `write`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.disk.atomic import write_atomically
from msnewsletter.issue.order import unpinned
from msnewsletter.publisher.site.gather import SiteContent, slugs_of
from msnewsletter.render.feeds.items import FeedItem, FeedLinks
from msnewsletter.render.feeds.render import render_feeds
from msnewsletter.render.feeds.stylesheet import FEED_STYLE
from msnewsletter.render.feeds.view import feed_views, issues_view, tag_view
from msnewsletter.render.site import crawlers, verify
from msnewsletter.render.site.index_pages import SitePages
from msnewsletter.render.site.issue_pages import render_pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from msnewsletter.home import Home
    from msnewsletter.model import Issue
    from msnewsletter.publisher.session import Session
    from msnewsletter.store import LastIssue


# Issues on the home page, and in the feed of issues.
HOME_ISSUES = 5
FEED_ISSUES = 20


# Entries in a feed: enough for weeks between two visits, small enough for every poll.
FEED_ENTRIES = 40


# All of the newest issue is in the feeds even when it is larger, up to this many entries.
FEED_ENTRIES_AT_MOST = 150


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


class SiteBuild:
    """One build of the site."""

    def __init__(self, session: Session, newest: LastIssue) -> None:
        store, templates = session.store, session.templates
        self._home = session.home
        self._store = store
        self._newest = newest
        self._templates = templates
        self._masthead = store.issue(newest.number).masthead
        self._hub = session.settings.newsletter.hub
        self._pages = SitePages(self._masthead, templates)
        self._slugs: set[str] = set()
        self.content = SiteContent(store, teaser_limit=self._masthead.teaser_limit)

    # ── what an issue changes ────────────────────────────────────────────────────────────────

    def issue_files(self, number: int) -> dict[str, bytes]:
        """The issue's pages, and its archive documents unless they are out: they never change."""
        self._slugs |= self.content.index(number)
        issue = self.content.issue(number)
        files = render_pages(issue, self._templates, candidates=self.content.candidates(number))
        if not is_archived(self._home, number):
            files |= self._archive_documents(number)
        return files

    def _archive_documents(self, number: int) -> dict[str, bytes]:
        issue = self.content.issue(number)
        files: dict[str, bytes] = {}
        # Parts follow the frozen order: a part that is made again has the same members.
        ordered = unpinned(issue.entries, entry=lambda entry: entry)
        # An issue of corrections alone has an empty one: the way back to the first stays unbroken.
        firsts = range(0, max(len(ordered), 1), ARCHIVE_ENTRIES)
        for part, first in enumerate(firsts, start=1):
            entries = ordered[first : first + ARCHIVE_ENTRIES]
            previous = None
            if part < len(firsts):
                previous = urls.archive_folder(number, part + 1)
            elif number > 1:
                previous = urls.archive_folder(number - 1)
            linked = FeedLinks(
                archived=urls.archive_folder(number, part), previous=previous, hub=self._hub
            )
            items = self.content.items((number, entry) for entry in entries)
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
            *(urls.tag_page_name(slug) for slug in slugs),
            *CHECKED_FEEDS,
            "feed.css",
        }

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
            urls.ARCHIVE: self._pages.archive(urls.ARCHIVE, site.listed(first, last), chunk=chunk),
            **self._sitemaps(changing, tags),
        }
        for slug in sorted(self._slugs):
            entries = self.content.entries(site.tagged(slug, limit=TAG_ENTRIES, last=last))
            files[urls.tag_page_name(slug)] = self._pages.tag(slug, tags[slug], entries)
        for older in {urls.chunk_of(number) for number in changing} - {chunk} | {chunk - 1} - {0}:
            files |= self._chunk_page(older)
        return files

    def _chunk_page(self, chunk: int) -> dict[str, bytes]:
        name = urls.chunk_page_name(chunk)
        if self.has(name):
            return {}
        numbers = urls.numbers_in(chunk)
        listed = self._store.site.listed(numbers[0], numbers[-1])
        return {name: self._pages.archive(name, listed, chunk=chunk)}

    def _sitemaps(self, changing: Iterable[int], tags: Mapping[str, str]) -> dict[str, bytes]:
        last = self._newest.number
        fixed = ["", urls.ARCHIVE, urls.TOPICS, urls.FEEDS, urls.ABOUT]
        fixed += [urls.tag_page_name(slug) for slug in tags]
        files = {
            urls.SITEMAP: crawlers.sitemap_index(self._masthead, last=last),
            urls.PAGES_SITEMAP: crawlers.sitemap(self._masthead, fixed),
        }
        for chunk in sorted({urls.chunk_of(number) for number in changing}):
            paths: list[str] = []
            numbers = urls.numbers_in(chunk)
            names = self._store.site.names(numbers[0], min(last, numbers[-1]))
            for number, entries in names.items():
                paths.append(urls.issue_page_name(number))
                paths += [urls.summary_page_name(key, id_) for key, id_ in entries]
            files[urls.sitemap_name(chunk)] = crawlers.sitemap(self._masthead, paths)
        return files

    def feeds(self) -> dict[str, bytes]:
        """All feeds but the archive documents."""
        masthead, last = self._masthead, self._newest
        items, linked = self._main()
        updated = last.cutoff
        plain = FeedLinks(hub=self._hub)
        views = [*feed_views(masthead, items, updated=updated, linked=linked)]
        tags = self._store.site.tags()
        for slug in sorted(self._slugs):
            placed = self._store.site.tagged(slug, limit=TAG_ENTRIES, last=last.number)
            # The date of the tag's newest issue: a rebuild gives the same.
            dated = self.content.issue(placed[0][0]).cutoff if placed else updated
            of_tag = self.content.items(placed)
            views.append(tag_view(masthead, tags[slug], of_tag, updated=dated, linked=plain))
        issues = self._newest_issues(FEED_ISSUES)
        views.append(issues_view(masthead, issues, updated=updated, linked=plain))
        return {"feed.css": FEED_STYLE.encode(), **render_feeds(*views)}

    def _main(self) -> tuple[list[FeedItem], FeedLinks]:
        """The entries of the main feeds, and what came before them.

        The newest, and older ones for as long as the issue that announced their correction is in
        the feed: subscribers learn of it nowhere else. The archive documents begin with the newest
        issue that is not wholly in the feed, so that walking them meets every entry; an entry met
        twice has the same id, and the feed's own version counts (RFC 5005, section 4).
        """
        last = self._newest
        limit = max(FEED_ENTRIES, min(last.count, FEED_ENTRIES_AT_MOST))
        placed = self._store.site.newest(limit + 1, last=last.number)
        if len(placed) <= limit:
            return self.content.items(placed), FeedLinks(hub=self._hub)
        shown, (older, _) = placed[:limit], placed[limit]
        announced = self._store.site.corrected(
            first=shown[-1][0], last=last.number, limit=FEED_ENTRIES
        )
        shown += [one for one in announced if one not in shown]
        linked = FeedLinks(previous=urls.archive_folder(older), hub=self._hub)
        return self.content.items(shown), linked

    def _newest_issues(self, count: int) -> list[Issue]:
        numbers = range(self._newest.number, 0, -1)[:count]
        return [self.content.issue(number) for number in numbers]

    # ── reading it first, then writing it ────────────────────────────────────────────────────

    def check(self, pages: Mapping[str, bytes], feeds: Mapping[str, bytes]) -> None:
        """Verify pages and feeds as readers' programs read them; raises RefusedError."""
        every = {**pages, **feeds}
        verify.check_feeds({name: feeds[name] for name in CHECKED_FEEDS})
        verify.verify_links(every, site=self._masthead.site, exists=self.has)
        known = self._store.site.newest_ids(2 * FEED_ENTRIES_AT_MOST + self._newest.count)
        known |= self._store.site.corrected_ids()
        for folder in (urls.MAIN, urls.FULL):
            name = folder + urls.FEED_NAMES[-1]
            path = self._home.site / name
            if path.is_file():
                verify.check_earlier(every[name], path.read_bytes(), name, known=known)

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
        for name, data in files.items():
            write_atomically(self._home, self._home.site / name, data)
