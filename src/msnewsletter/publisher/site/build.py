"""One build of the site: the files that a set of issues changes.

Writes only the files that are given to `write`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.disk.atomic import bytes_if_any, write_all
from msnewsletter.issue.order import unpinned
from msnewsletter.publisher.hub_queue import hub_of, queue_changed_feeds, queue_written_feeds
from msnewsletter.publisher.site.gather import SiteContent, slugs_of
from msnewsletter.publisher.site.push_state import note_site_written
from msnewsletter.regular_file import RECORD_LIMIT
from msnewsletter.render.feeds.items import FeedItem, FeedLinks
from msnewsletter.render.feeds.render import render_feeds
from msnewsletter.render.feeds.stylesheet import FEED_STYLE
from msnewsletter.render.feeds.view import feed_views, issues_view, tag_view
from msnewsletter.render.site import crawlers, verify
from msnewsletter.render.site.icons import ICON_FILES, icon_files, icon_svg
from msnewsletter.render.site.index_pages import SitePages
from msnewsletter.render.site.issue_pages import (
    WHOLE_ENTRIES,
    IssuesAround,
    render_issue_page,
    render_pages,
)
from msnewsletter.render.xml_text import cleaned
from msnewsletter.schedule.pace import pace_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from datetime import datetime

    from msnewsletter.glossary import Glossary
    from msnewsletter.home import Home
    from msnewsletter.model import Issue, Masthead
    from msnewsletter.publisher.session import Session
    from msnewsletter.render.feeds.view import FeedView
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


def archive_marker(number: int) -> str:
    """The archive document of an issue that is written last: it proves the others."""
    return urls.archive_folder(number) + urls.FEED_NAMES[-1]


def is_archived(home: Home, number: int) -> bool:
    """Whether the site has the archive documents of an issue."""
    return (home.site / archive_marker(number)).is_file()


def names_beside(issue: Issue, glossary: Glossary) -> set[str]:
    """What an issue's pages and feeds may link to besides each other."""
    slugs = {slug for entry in issue.entries for slug in slugs_of(entry)}
    return {
        *(urls.HOME, urls.ABOUT, urls.FEEDS, urls.TOPICS, urls.ARCHIVE, urls.STYLE),
        urls.CORRECTIONS,
        *([urls.GLOSSARY] if glossary.terms else []),
        *(urls.tag_page_name(slug) for slug in slugs),
        *CHECKED_FEEDS,
        *ICON_FILES,
        urls.FEED_STYLE,
    }


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTimes:
    """When what files say changed, aware, by path; of others it is `newest`."""

    moments: Mapping[str, datetime]
    newest: datetime


class SiteBuild:
    """One build of the site."""

    def __init__(self, session: Session, newest: LastIssue) -> None:
        store, templates = session.store, session.templates
        self._home = session.home
        self._settings = session.settings
        self._now = session.now
        self._store = store
        self._newest = newest
        self._templates = templates
        self._glossary = session.glossary.glossary
        # What the newest issue says of its texts, in today's frame of the site.
        self._masthead = session.frame.around(store.issue(newest.number).masthead)
        self._any_links = session.settings.newsletter.site_links == "any"
        rule = session.settings.rule
        self._current = FeedLinks(
            hub=hub_of(session.settings), pace=pace_of(rule) if rule else None
        )
        # When what a file says changed, where that is not the newest issue's cutoff.
        self._moments: dict[str, datetime] = {}
        self._moment = newest.cutoff
        # What rendering asked the disk: whether a file is there.
        self._answers: dict[str, bool] = {}
        self._noted = False
        self._pages = SitePages(self._masthead, templates, glossary=self._glossary)
        self._slugs: set[str] = set()
        self.content = SiteContent(
            store, teaser_limit=self._masthead.teaser_limit, frame=session.frame
        )

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
        issue, histories = self.content.issue(number), self.content.histories(number)
        around = self._issues_around(number)
        pages = render_pages(
            issue,
            self._templates,
            glossary=self._glossary,
            candidates=self.content.candidates(number),
            histories=histories,
            around=around,
        )
        changed = [one.modified for one in histories.values() if one.modified]
        self._moments |= dict.fromkeys(pages, max([issue.cutoff, *changed]))
        self._note_issue_page(number, around)
        return pages

    def issue_page(self, number: int) -> dict[str, bytes]:
        """The issue's own page alone, as it is among `issue_pages`."""
        issue, around = self.content.issue(number), self._issues_around(number)
        self._note_issue_page(number, around)
        return render_issue_page(issue, self._templates, glossary=self._glossary, around=around)

    def _note_issue_page(self, number: int, around: IssuesAround) -> None:
        # Its last change, as a rule: the link to the issue after it.
        if around.following:
            self._moments[urls.issue_page_name(number)] = around.following.cutoff

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
            # No hub: nobody subscribes to what is past, and no ping tells of it.
            linked = FeedLinks(archived=urls.archive_folder(number, part), previous=previous)
            views = feed_views(issue.masthead, items, updated=issue.cutoff, linked=linked)
            files |= self._rendered(views)
        # The file that `is_archived` looks for comes last: after a crash it proves the others.
        marker = archive_marker(number)
        last = files.pop(marker)
        return {**files, marker: last}

    def names_to_come(self, number: int) -> set[str]:
        """What an issue's pages may link to though it is written only at the end."""
        return names_beside(self.content.issue(number), self._glossary)

    @property
    def _explained(self) -> list[str]:
        """The glossary's page, where there is one to write."""
        return [urls.GLOSSARY] if self._glossary.terms else []

    # ── what shows the newest ────────────────────────────────────────────────────────────────

    def common_pages(self, changing: Iterable[int]) -> dict[str, bytes]:
        """The pages that are not one issue's: home, archive, tags, sitemaps and the fixed ones."""
        last, site = self._newest.number, self._store.site
        tags, counts = site.tags(), site.tag_counts()
        chunk = urls.chunk_of(last)
        files = {
            **self._pages.fixed(tags, counts=counts),
            **self._icons(),
            urls.ROBOTS: crawlers.robots(self._masthead),
            urls.OPML: crawlers.opml(self._masthead, tags),
            urls.HOME: self._pages.home(self._newest_issues(HOME_ISSUES)),
            urls.LATEST: self._pages.latest(last),
            urls.ARCHIVE: self._archive(urls.ARCHIVE, chunk),
            urls.CORRECTIONS: self._ledger(urls.CORRECTIONS, chunk),
            **self._sitemaps(tags),
        }
        names = site.tag_names()
        for slug in sorted(self._slugs):
            files |= self._tag_page(slug, names[slug], count=counts.get(slug, 0))
        changed = {urls.chunk_of(number) for number in changing}
        for piece in range(1, chunk + 1):
            files |= self._piece(piece, newest=piece == chunk, changed=piece in changed)
        return files

    def _icons(self) -> dict[str, bytes]:
        """The pictures, where they are not there as they should be: drawing them takes a while."""
        title = cleaned(self._masthead).title
        path = self._home.site / urls.ICON
        drawn = bytes_if_any(self._home, path, limit=RECORD_LIMIT)
        if all(map(self._stands, ICON_FILES)) and drawn == icon_svg(title):
            return {}
        return icon_files(title)

    def _tag_page(self, slug: str, name: str, *, count: int) -> dict[str, bytes]:
        placed = self._store.site.tagged(slug, limit=TAG_ENTRIES, last=self._newest.number)
        entries = self.content.entries(placed)
        return {urls.tag_page_name(slug): self._pages.tag(slug, name, entries, count=count)}

    def piece(self, chunk: int) -> dict[str, bytes]:
        """All files of a piece of the archive, whether or not the site has them."""
        newest = chunk == urls.chunk_of(self._newest.number)
        return self._piece(chunk, newest=newest, changed=True, lost=True)

    def _piece(
        self, chunk: int, *, newest: bool, changed: bool, lost: bool = False
    ) -> dict[str, bytes]:
        """The files of a piece of the archive that are to be written; `lost`: all of them."""
        archive, ledger = urls.chunk_page_name(chunk), urls.ledger_page_name(chunk)
        sitemap = urls.sitemap_name(chunk)
        files: dict[str, bytes] = {}
        if changed or not self._stands(sitemap):
            files[sitemap] = self._sitemap(chunk)
        if newest:
            return files
        if changed or lost or not self._stands(archive):
            files[archive] = self._archive(archive, chunk)
        if changed or not self._stands(ledger):
            files[ledger] = self._ledger(ledger, chunk)
        return files

    def _archive(self, name: str, chunk: int) -> bytes:
        numbers, site = urls.numbers_in(chunk), self._store.site
        first, last = numbers[0], min(numbers[-1], self._newest.number)
        leading = {item.issue: item.entry for item in self.content.items(site.leading(first, last))}
        listed = site.listed(first, last)
        return self._pages.archive(name, listed, chunk=chunk, leading=leading)

    def tag_files(self, slug: str) -> dict[str, bytes]:
        """The page and the feeds of one tag."""
        name = self._store.site.tag_names()[slug]
        count = self._store.site.tag_counts().get(slug, 0)
        feeds = self._rendered([self._tag_view(slug, name)])
        return self._tag_page(slug, name, count=count) | feeds

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
        masthead, updated = self._masthead, self._newest.cutoff
        items, linked = self._main()
        views = [*feed_views(masthead, items, updated=updated, linked=linked)]
        names = self._store.site.tag_names()
        views += [self._tag_view(slug, names[slug]) for slug in sorted(self._slugs)]
        issues = self._newest_issues(FEED_ISSUES)
        views.append(issues_view(masthead, issues, updated=updated, linked=self._current))
        # What else changes when a text does, without an issue: lists and cards.
        self._moment = max(self._moment, *(view.updated for view in views))
        return {urls.FEED_STYLE: FEED_STYLE.encode(), **self._rendered(views)}

    def _rendered(self, views: Iterable[FeedView]) -> dict[str, bytes]:
        files: dict[str, bytes] = {}
        for view in views:
            made = render_feeds(view)
            self._moments |= dict.fromkeys(made, view.updated)
            files |= made
        return files

    def _tag_view(self, slug: str, name: str) -> FeedView:
        placed = self._store.site.tagged(slug, limit=TAG_ENTRIES, last=self._newest.number)
        # The date of the tag's newest issue, or the first of all: a rebuild gives the same.
        dated = self.content.issue(placed[0][0] if placed else 1).cutoff
        of_tag = self.content.items(placed)
        return tag_view(self._masthead, name, of_tag, updated=dated, linked=self._current)

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
            return self.content.items(placed), self._current
        shown, (following, _) = placed[:limit], placed[limit]
        oldest = shown[-1][0]
        announced = self._store.site.corrected(first=oldest, limit=FEED_ENTRIES + 1)
        shown += [one for one in announced[:FEED_ENTRIES] if one not in shown]
        # Issues between two with entries may have corrections alone.
        older = oldest if following == oldest else oldest - 1
        if len(announced) > FEED_ENTRIES:
            older = last.number
        linked = replace(self._current, previous=urls.archive_folder(older))
        return self.content.items(shown), linked

    def _newest_issues(self, count: int) -> list[Issue]:
        numbers = range(self._newest.number, 0, -1)[:count]
        return [self.content.issue(number) for number in numbers]

    # ── from the rehearsal to the writing ────────────────────────────────────────────────────

    @property
    def tags(self) -> frozenset[str]:
        """Slugs of the tags whose pages and feeds are made."""
        return frozenset(self._slugs)

    @property
    def answers(self) -> dict[str, bool]:
        """What rendering asked the disk so far: whether a file is there, by its path."""
        return dict(self._answers)

    @property
    def times(self) -> ChangeTimes:
        """When what the files that were rendered say changed."""
        return ChangeTimes(moments=dict(self._moments), newest=self._moment)

    def take_over(self, times: ChangeTimes) -> None:
        """Give files that another build has rendered the times that belong to them."""
        self._moments |= times.moments
        self._moment = times.newest

    # ── reading it first, then writing it ────────────────────────────────────────────────────

    def check(
        self,
        pages: Mapping[str, bytes],
        feeds: Mapping[str, bytes],
        *,
        to_come: Container[str],
        excused: Container[str] = (),
    ) -> None:
        """Verify links, and that no entry leaves a feed; raises RefusedError.

        `to_come`: names that are not written yet; `excused`: links that may lead nowhere.
        """
        every = {**pages, **feeds}
        self.verify(every, to_come=to_come, excused=excused)
        known = _PastEntries(self._store, self._masthead, newest=self._newest)
        for folder in (urls.MAIN, urls.FULL):
            name = folder + urls.FEED_NAMES[-1]
            earlier = bytes_if_any(self._home, self._home.site / name, limit=RECORD_LIMIT)
            if earlier is not None:
                until = self._newest.cutoff
                verify.check_earlier(every[name], earlier, name, known=known, until=until)

    def verify(
        self, files: Mapping[str, bytes], *, to_come: Container[str], excused: Container[str] = ()
    ) -> None:
        """Verify the links of files to the site; see `check`. Raises DeadLinkError."""
        verify.verify_links(
            files,
            site=self._masthead.site,
            exists=lambda name: name in to_come or self.has(name),
            any_links=self._any_links,
            door=self._masthead.door,
            excused=excused,
        )

    def has(self, name: str) -> bool:
        """Whether the site has a file at this path."""
        return (self._home.site / name).is_file()

    def _stands(self, name: str) -> bool:
        """The same, noted: what is rendered depends on it."""
        self._answers[name] = self.has(name)
        return self._answers[name]

    def write_feeds(self, feeds: Mapping[str, bytes], *, durable: bool = True) -> None:
        """Write the feeds; those that change are queued for the hub, which hears of them then."""
        queue_changed_feeds(
            self._home, self._settings, feeds, site=self._masthead.site, at=self._now
        )
        self.write(feeds, durable=durable)
        queue_written_feeds(self._home)

    def write(self, files: Mapping[str, bytes], *, durable: bool = True) -> None:
        """Write each file (temporary file, rename), unless it is the same already.

        A file's time is when what it says changed, not when it was written: web servers on two
        machines then give the same Last-Modified.

        Not `durable`: whoever writes many syncs the disk himself, before he relies on them.
        """
        if not self._noted:
            note_site_written(self._home, self._settings, at=self._now)
            self._noted = True
        folder = self._home.site
        write_all(
            self._home,
            {folder / name: data for name, data in files.items()},
            changed={folder / name: self._moments.get(name, self._moment) for name in files},
            durable=durable,
        )
