"""One build of the site: the files that a set of issues changes.

Writes only the files that are given to `write`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.disk.atomic import bytes_if_any, write_all
from msnewsletter.publisher.hub_queue import hub_of, queue_changed_feeds, queue_written_feeds
from msnewsletter.publisher.site.change_times import ChangeTimes
from msnewsletter.publisher.site.feed_files import TAG_ENTRIES, FeedFiles, FeedsMade
from msnewsletter.publisher.site.gather import SiteContent
from msnewsletter.publisher.site.past_entries import PastEntries
from msnewsletter.publisher.site.push_state import note_site_written
from msnewsletter.publisher.site.site_names import names_beside
from msnewsletter.regular_file import RECORD_LIMIT
from msnewsletter.render.feeds.items import FeedLinks
from msnewsletter.render.site import crawlers, verify
from msnewsletter.render.site.icons import ICON_FILES, IconColours, icon_files, icon_svg
from msnewsletter.render.site.index_pages import SitePages
from msnewsletter.render.site.issue_pages import (
    IssuesAround,
    render_issue_page,
    render_pages,
)
from msnewsletter.render.xml_text import cleaned
from msnewsletter.schedule.pace import pace_of
from msnewsletter.theme.palette import Mode

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from datetime import datetime

    from msnewsletter.publisher.session import Session
    from msnewsletter.store import LastIssue


# Issues on the home page.
HOME_ISSUES = 5


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
        self._masthead = session.frame.around(newest.masthead)
        self._any_links = session.settings.newsletter.site_links == "any"
        rule = session.settings.rule
        linked = FeedLinks(hub=hub_of(session.settings), pace=pace_of(rule) if rule else None)
        # When what a file says changed, where that is not the newest issue's cutoff.
        self._moments: dict[str, datetime] = {}
        self._moment = newest.cutoff
        # What rendering asked the disk: whether a file is there.
        self._answers: dict[str, bool] = {}
        self._push_noted = False
        self._pages = SitePages(self._masthead, templates, glossary=self._glossary)
        self._slugs: set[str] = set()
        self.content = SiteContent(
            store, teaser_limit=self._masthead.teaser_limit, frame=session.frame
        )
        palette = session.theme.palette(Mode.LIGHT)
        self._colours = IconColours(ground=palette["accent"], ink=palette["sheet"])
        self._feeds = FeedFiles(
            store,
            self.content,
            self._masthead,
            newest=newest,
            linked=linked,
            theme=session.theme,
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
        return self._noted(self._feeds.archive_documents(number))

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
            urls.HOME: self._pages.home(
                self.content.newest_issues(self._newest.number, HOME_ISSUES)
            ),
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
        if all(map(self._stands, ICON_FILES)) and drawn == icon_svg(title, self._colours):
            return {}
        return icon_files(title, self._colours)

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
        feeds = self._noted(self._feeds.of_tag(slug, name))
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
        made = self._feeds.all(self._slugs)
        # What else changes when a text does, without an issue: lists and cards.
        self._moment = max(self._moment, *made.moments.values())
        return self._noted(made)

    def _noted(self, made: FeedsMade) -> dict[str, bytes]:
        self._moments |= made.moments
        return made.files

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
        known = PastEntries(self._store, self._masthead, newest=self._newest)
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
        if not self._push_noted:
            note_site_written(self._home, self._settings, at=self._now)
            self._push_noted = True
        folder = self._home.site
        write_all(
            self._home,
            {folder / name: data for name, data in files.items()},
            changed={folder / name: self._moments.get(name, self._moment) for name in files},
            durable=durable,
        )
