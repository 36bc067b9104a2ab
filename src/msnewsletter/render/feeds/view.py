"""What every feed format says: one reading of the entries, so that RSS, Atom and JSON agree.

Owns titles, texts and links of feeds. Writes no format.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.issue.order import newest_first
from msnewsletter.render import wording
from msnewsletter.render.feeds import entry_html
from msnewsletter.render.feeds.items import NO_LINKS, FeedItem, FeedLinks
from msnewsletter.render.studies import Study, studies_of
from msnewsletter.render.xml_text import cleaned, uri

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from msnewsletter.model import Issue, Masthead


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry as feeds show it.

    Attributes:
        id: `urn:uuid:...`, for ever.
        title, teaser: plain text, one line; the notice in the teaser's place where the summary was
            taken back.
        link: absolute.
        published, updated: aware UTC, whole seconds (RSS knows no smaller ones).
        creator: who answers for the text.
        short_html: teaser, one caution, disclaimer.
        full_html: the teaser first, then the full text; empty in the feeds of teasers.
    """

    id: str
    title: str
    teaser: str
    link: str
    published: datetime
    updated: datetime
    creator: str
    tags: tuple[str, ...]
    studies: tuple[Study, ...]
    short_html: str
    full_html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedView:
    """One feed: what it says of itself, and its entries in order.

    Attributes:
        id: permanent URI of the feed, the same in every format's file of this kind.
        creator: who answers for it.
        page: the page for people that shows the same.
        folder: where the current feed's files are below the site, "" or "full/".
        updated: aware UTC, whole seconds.
    """

    id: str
    title: str
    creator: str
    description: str
    site: str
    page: str
    folder: str
    language: str
    updated: datetime
    entries: tuple[FeedEntry, ...]
    linked: FeedLinks = NO_LINKS

    @property
    def place(self) -> str:
        """The folder below the site that this document's files are in."""
        return self.folder + (self.linked.archived or "")

    @property
    def style(self) -> str:
        """The stylesheet as seen from the document's own folder."""
        return "../" * self.place.count("/") + "feed.css"

    def self_link(self, name: str) -> str:
        """The absolute URL of its file of that name."""
        return self.site + self.place + name

    def current_link(self, name: str) -> str:
        """The absolute URL of the feed that an archive document belongs to."""
        return self.site + self.folder + name

    def previous_link(self, name: str) -> str | None:
        """The absolute URL of the archive document with older entries, in the same format."""
        if self.linked.previous is None:
            return None
        return self.site + self.folder + self.linked.previous + name


def feed_views(
    masthead: Masthead, items: Iterable[FeedItem], updated: datetime, linked: FeedLinks
) -> tuple[FeedView, FeedView]:
    """The feed of teasers, and the full one for readers who never leave their feed reader."""
    clean = cleaned(masthead)
    full = _feed(
        clean,
        # RFC 4287, section 4.2.6: two feeds never share an id.
        id_=clean.public_id("feed with full texts").urn,
        title=f"{clean.title} (full texts)",
        folder=urls.FULL,
        updated=updated,
        entries=_entries(clean, items),
        linked=linked,
    )
    teasers = replace(
        full,
        id=clean.id,
        title=clean.title,
        folder=urls.MAIN,
        entries=_short(full.entries),
    )
    return teasers, full


def tag_view(
    masthead: Masthead, tag: str, items: Iterable[FeedItem], updated: datetime, linked: FeedLinks
) -> FeedView:
    """The teasers of one tag."""
    clean, name = cleaned(masthead), wording.one_line(cleaned(tag))
    slug = urls.tag_slug(tag)
    view = _feed(
        clean,
        id_=clean.public_id(f"feed of tag {slug}").urn,
        title=f"{clean.title}: {name}",
        folder=urls.tag_feed_folder(slug),
        updated=updated,
        entries=_short(_entries(clean, items)),
        linked=linked,
    )
    return replace(view, page=clean.site + urls.tag_page_name(slug))


def issues_view(
    masthead: Masthead, issues: Sequence[Issue], updated: datetime, linked: FeedLinks
) -> FeedView:
    """One entry an issue, newest first."""
    clean = cleaned(masthead)
    ordered = sorted(issues, key=lambda issue: issue.number, reverse=True)
    view = _feed(
        clean,
        id_=clean.public_id("feed of issues").urn,
        title=f"{clean.title} (issues)",
        folder=urls.ISSUES,
        updated=updated,
        entries=tuple(_issue_entry(clean, cleaned(issue)) for issue in ordered),
        linked=linked,
    )
    return replace(view, page=clean.site + urls.ARCHIVE)


def _feed(
    masthead: Masthead,
    *,
    id_: str,
    title: str,
    folder: str,
    updated: datetime,
    entries: tuple[FeedEntry, ...],
    linked: FeedLinks,
) -> FeedView:
    changed = (entry.updated for entry in entries)
    return FeedView(
        id=id_,
        title=title,
        creator=masthead.title,
        description=masthead.description,
        site=masthead.site,
        page=masthead.site,
        folder=folder,
        language=masthead.language,
        # RFC 4287, section 4.2.15: when something significant changed; so it repeats exactly.
        updated=max((updated.replace(microsecond=0), *changed)),
        entries=entries,
        linked=linked,
    )


def _entries(masthead: Masthead, items: Iterable[FeedItem]) -> tuple[FeedEntry, ...]:
    ordered = newest_first(items, entry=attrgetter("entry"))
    return tuple(_entry(masthead, cleaned(item)) for item in ordered)


def _short(entries: Iterable[FeedEntry]) -> tuple[FeedEntry, ...]:
    return tuple(replace(entry, full_html="") for entry in entries)


def _entry(masthead: Masthead, item: FeedItem) -> FeedEntry:
    entry, summary = item.entry, item.entry.summary
    notice = wording.notice(summary)
    date = entry.feed_date.replace(microsecond=0)
    return FeedEntry(
        id=entry.id,
        title=wording.title(entry),
        teaser=wording.one_line(notice if wording.is_taken_back(summary) else entry.teaser),
        link=uri(urls.entry_link(masthead, entry)),
        published=date,
        updated=max(date, item.changed.replace(microsecond=0)) if item.changed else date,
        creator=masthead.title,
        tags=tuple(tag for tag in map(wording.one_line, summary.tags) if tag),
        studies=studies_of(summary),
        short_html=entry_html.short(masthead, item),
        full_html=entry_html.full(masthead, item),
    )


def _issue_entry(masthead: Masthead, issue: Issue) -> FeedEntry:
    date = issue.cutoff.replace(microsecond=0)
    return FeedEntry(
        id=issue.id,
        title=wording.issue_title(issue.number, issue.cutoff, masthead),
        teaser=wording.issue_contents(len(issue.entries), len(issue.corrections)),
        link=uri(masthead.site + urls.issue_page_name(issue.number)),
        published=date,
        updated=date,
        creator=masthead.title,
        tags=(),
        studies=(),
        short_html=entry_html.issue(masthead, issue),
        full_html="",
    )
