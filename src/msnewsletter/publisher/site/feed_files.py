"""The feeds of the site: the newest of all and of each tag, issues, and archive documents."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from msnewsletter import urls
from msnewsletter.issue.order import unpinned
from msnewsletter.publisher.site.site_names import archive_marker
from msnewsletter.render.feeds.items import FeedItem, FeedLinks
from msnewsletter.render.feeds.render import render_feeds
from msnewsletter.render.feeds.stylesheet import feed_style
from msnewsletter.render.feeds.view import feed_views, issues_view, tag_view
from msnewsletter.render.site.issue_pages import WHOLE_ENTRIES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from msnewsletter.model import Masthead
    from msnewsletter.publisher.site.gather import SiteContent
    from msnewsletter.render.feeds.view import FeedView
    from msnewsletter.store import LastIssue, Store
    from msnewsletter.theme.newsletter_theme import Theme

# Issues in the feed of issues.
FEED_ISSUES: Final = 20
# Entries in a feed: enough for weeks between two visits, small enough for every poll. All of the
# newest issue is there even when it is larger, up to WHOLE_ENTRIES.
FEED_ENTRIES: Final = 40
# Entries in an archive document; a larger issue has several. Full texts stay well under 5 MB.
ARCHIVE_ENTRIES: Final = 200
# Entries in the feed of a tag, and on its page.
TAG_ENTRIES: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedsMade:
    """Feeds that were rendered.

    Attributes:
        files: their files, by path.
        moments: when what they say changed, aware, by path; of others nothing is known.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    moments: dict[str, datetime] = field(default_factory=dict)

    def add(self, views: Iterable[FeedView]) -> None:
        """Render some more."""
        for view in views:
            made = render_feeds(view)
            self.files.update(made)
            self.moments.update(dict.fromkeys(made, view.updated))


class FeedFiles:
    """The feeds of one build of the site.

    Args:
        store: what was published.
        content: the same as the site shows it.
        masthead: of the newest issue, in today's frame of the site.
        newest: the newest issue.
        linked: the hub and the pace that all but archive documents name.
        theme: of people who open a feed in a browser.
    """

    def __init__(
        self,
        store: Store,
        content: SiteContent,
        masthead: Masthead,
        *,
        newest: LastIssue,
        linked: FeedLinks,
        theme: Theme,
    ) -> None:
        self._theme = theme
        self._store, self._content, self._masthead = store, content, masthead
        self._newest, self._current = newest, linked

    def archive_documents(self, number: int) -> FeedsMade:
        """Its summaries as they are now, then those of earlier issues that it corrected."""
        issue = self._content.issue(number)
        made = FeedsMade()
        # Parts follow the frozen order: a part that is made again has the same members.
        ordered = unpinned(self._content.issue_items(number), entry=attrgetter("entry"))
        ordered += self._content.corrected_items(number)
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
            made.add(views)
        # The file that `is_archived` looks for comes last: after a crash it proves the others.
        marker = archive_marker(number)
        made.files[marker] = made.files.pop(marker)
        return made

    def all(self, slugs: Iterable[str]) -> FeedsMade:
        """All feeds but the archive documents; of tags, those with these slugs."""
        masthead, updated = self._masthead, self._newest.cutoff
        items, linked = self._main()
        views = [*feed_views(masthead, items, updated=updated, linked=linked)]
        names = self._store.site.tag_names()
        views += [self._tag_view(slug, names[slug]) for slug in sorted(slugs)]
        issues = self._content.newest_issues(self._newest.number, FEED_ISSUES)
        views.append(issues_view(masthead, issues, updated=updated, linked=self._current))
        made = FeedsMade(files={urls.FEED_STYLE: feed_style(self._theme).encode()})
        made.add(views)
        return made

    def of_tag(self, slug: str, name: str) -> FeedsMade:
        """The feeds of one tag."""
        made = FeedsMade()
        made.add([self._tag_view(slug, name)])
        return made

    def _tag_view(self, slug: str, name: str) -> FeedView:
        placed = self._store.site.tagged(slug, limit=TAG_ENTRIES, last=self._newest.number)
        # The date of the tag's newest issue, or the first of all: a rebuild gives the same.
        dated = self._content.issue(placed[0][0] if placed else 1).cutoff
        of_tag = self._content.items(placed)
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
            return self._content.items(placed), self._current
        shown, (following, _) = placed[:limit], placed[limit]
        oldest = shown[-1][0]
        announced = self._store.site.corrected(first=oldest, limit=FEED_ENTRIES + 1)
        shown += [one for one in announced[:FEED_ENTRIES] if one not in shown]
        # Issues between two with entries may have corrections alone.
        older = oldest if following == oldest else oldest - 1
        if len(announced) > FEED_ENTRIES:
            older = last.number
        linked = replace(self._current, previous=urls.archive_folder(older))
        return self._content.items(shown), linked
