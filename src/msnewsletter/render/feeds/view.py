"""The content of every feed format: one view of the entries, so that RSS, Atom and JSON agree.

Owns titles, texts and links of feeds. Writes no format.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from msnewsletter import urls
from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.issue.order import newest_first
from msnewsletter.model import Status
from msnewsletter.render import wording
from msnewsletter.render.feeds.entry_html import EntryBody
from msnewsletter.render.feeds.issue_html import issue_body
from msnewsletter.render.feeds.items import NO_LINKS, FeedItem, FeedLinks
from msnewsletter.render.feeds.voices import voices_of
from msnewsletter.render.studies import Study, studies_of
from msnewsletter.render.xml_text import cleaned, uri
from msnewsletter.text_sentences import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from msnewsletter.model import Entry, Issue, Masthead


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry as feeds show it.

    Attributes:
        id: `urn:uuid:...`, for ever.
        title, teaser: plain text, one line; where the summary was taken back, the notice replaces
            the teaser.
        link: absolute.
        published, updated: aware UTC, whole seconds (RSS knows no smaller ones).
        creator: who answers for the text.
        language: of title and text, BCP 47; empty: the feed's.
        title_language: of a title in the program's own words; empty: `language`.
        own_language: of the program's own words; empty: the feed's.
        short_html: teaser, one caution, disclaimer.
        full_html: the key messages and the full text; empty in the feeds of teasers.
    """

    id: str
    title: str
    teaser: str
    link: str
    published: datetime
    updated: datetime
    creator: str
    language: str = ""
    title_language: str = ""
    tags: tuple[str, ...] = ()
    own_language: str = ""
    studies: tuple[Study, ...] = ()
    short_html: str
    full_html: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedView:
    """One feed: its own facts, and its entries in order.

    Attributes:
        masthead: who answers for it, where its site is, its language.
        id: permanent URI of the feed, the same in every format's file of this kind.
        page: the page for people that shows the same, absolute.
        folder: where the current feed's files are below the site, "" or "full/".
        updated: aware UTC, whole seconds.
    """

    masthead: Masthead
    id: str
    title: str
    page: str
    folder: str
    updated: datetime
    entries: tuple[FeedEntry, ...]
    linked: FeedLinks = NO_LINKS

    @property
    def own_language(self) -> str:
        """The language of the program's own words; empty where it is the feed's."""
        return voices_of(self.masthead).own_language

    @property
    def path(self) -> str:
        """The folder below the site that this document's files are in."""
        return self.folder + (self.linked.archived or "")

    @property
    def style(self) -> str:
        """The stylesheet as seen from the document's own folder."""
        return "../" * self.path.count("/") + "feed.css"

    def self_link(self, name: str) -> str:
        """The absolute URL of its file of that name."""
        return self.masthead.site + self.path + name

    def current_link(self, name: str) -> str:
        """The absolute URL of the feed that an archive document belongs to."""
        return self.masthead.site + self.folder + name

    def previous_link(self, name: str) -> str | None:
        """The absolute URL of the archive document with older entries, in the same format."""
        if self.linked.previous is None:
            return None
        return self.masthead.site + self.folder + self.linked.previous + name


def feed_views(
    masthead: Masthead,
    items: Iterable[FeedItem],
    *,
    updated: datetime,
    linked: FeedLinks = NO_LINKS,
) -> tuple[FeedView, FeedView]:
    """The feed of teasers, and the full one for readers who never leave their feed reader.

    Also as the archive documents of (a part of) an issue: these change only when a text of theirs
    does, so they name only what is older than they are (`prev-archive`); the `next-archive` of
    RFC 5005, section 4 would have to be added with the next issue.

    Args:
        masthead: the newest issue's.
        items: in any order; the caller bounds their number (readers like feeds well under 5 MB).
        updated: the newest issue's cutoff, aware UTC: the feeds' own date.
        linked: what came before them, and their hub.
    """
    clean = cleaned(masthead)
    full = _feed(
        clean,
        "feed with full texts",
        title=words_in(clean.words).say("%(title)s (full texts)", title=clean.title),
        folder=urls.FULL,
        updated=updated,
        entries=_entries(clean, items),
        linked=linked,
    )
    teasers = replace(
        full, id=clean.id, title=clean.title, folder=urls.MAIN, entries=_short(full.entries)
    )
    return teasers, full


def tag_view(
    masthead: Masthead,
    tag: str,
    items: Iterable[FeedItem],
    *,
    updated: datetime,
    linked: FeedLinks = NO_LINKS,
) -> FeedView:
    """The teasers of one tag."""
    clean, slug = cleaned(masthead), urls.tag_slug(tag)
    return _feed(
        clean,
        f"feed of tag {slug}",
        title=f"{clean.title}: {one_line(cleaned(tag))}",
        page=urls.tag_page_name(slug),
        folder=urls.tag_feed_folder(slug),
        updated=updated,
        entries=_short(_entries(clean, items)),
        linked=linked,
    )


def issues_view(
    masthead: Masthead, issues: Sequence[Issue], *, updated: datetime, linked: FeedLinks = NO_LINKS
) -> FeedView:
    """One entry an issue, newest first."""
    clean = cleaned(masthead)
    ordered = sorted(issues, key=attrgetter("number"), reverse=True)
    return _feed(
        clean,
        "feed of issues",
        title=words_in(clean.words).say("%(title)s (issues)", title=clean.title),
        page=urls.ARCHIVE,
        folder=urls.ISSUES,
        updated=updated,
        entries=tuple(_issue_entry(clean, cleaned(issue)) for issue in ordered),
        linked=linked,
    )


def _feed(
    masthead: Masthead,
    kind: str,
    *,
    title: str,
    folder: str,
    updated: datetime,
    entries: tuple[FeedEntry, ...],
    linked: FeedLinks,
    page: str = "",
) -> FeedView:
    changed = (entry.updated for entry in entries)
    return FeedView(
        masthead=masthead,
        # RFC 4287, section 4.2.6: two feeds never share an id.
        id=masthead.public_id(kind).urn,
        title=title,
        page=masthead.site + page,
        folder=folder,
        # RFC 4287, section 4.2.15: when something significant changed; so it repeats exactly.
        updated=max((updated.replace(microsecond=0), *changed)),
        entries=entries,
        linked=linked,
    )


def _entries(masthead: Masthead, items: Iterable[FeedItem]) -> tuple[FeedEntry, ...]:
    ordered = newest_first(items, entry=attrgetter("entry"))
    return tuple(_entry(masthead, item) for item in ordered)


def _short(entries: Iterable[FeedEntry]) -> tuple[FeedEntry, ...]:
    return tuple(replace(entry, full_html="") for entry in entries)


class ListedAs(NamedTuple):
    """What feeds, and pages that list it, show of an entry.

    `language`: of its words, BCP 47; empty where it is the newsletter's.
    """

    title: str
    tags: tuple[str, ...]
    language: str


def listed_as(entry: Entry, masthead: Masthead) -> ListedAs:
    """What lists show of an entry."""
    return _listed(cleaned(entry), masthead)


def _listed(clean: Entry, masthead: Masthead) -> ListedAs:
    return ListedAs(
        title=wording.title(clean, words_in(masthead.words)),
        tags=tuple(tag for tag in map(one_line, clean.summary.tags) if tag),
        language=voices_of(masthead, clean.summary).declared,
    )


# One publish shows the same entry in the main feeds, in those of its tags and in archives.
@lru_cache(maxsize=2048)
def _entry(masthead: Masthead, item: FeedItem) -> FeedEntry:
    item = cleaned(item)
    entry, summary = item.entry, item.entry.summary
    words = words_in(masthead.words)
    notice = wording.notice(summary, words)
    listed, body = _listed(entry, masthead), EntryBody(masthead, item)
    voices = voices_of(masthead, summary)
    return FeedEntry(
        id=entry.id,
        title=listed.title,
        teaser=one_line(notice)
        if wording.is_taken_back(summary)
        else wording.teaser(entry, masthead),
        link=uri(urls.entry_link(masthead, entry)),
        published=entry.feed_date.replace(microsecond=0),
        updated=item.updated,
        creator=masthead.title,
        language=listed.language,
        title_language=voices.own_language if summary.status is Status.TAKEN_DOWN else "",
        own_language=voices_of(masthead).own_language,
        tags=listed.tags,
        studies=studies_of(summary, words),
        short_html=body.short(),
        full_html=body.full(),
    )


def _issue_entry(masthead: Masthead, issue: Issue) -> FeedEntry:
    date = issue.cutoff.replace(microsecond=0)
    return FeedEntry(
        id=issue.id,
        title=wording.issue_title(issue.number, issue.cutoff, masthead),
        teaser=wording.issue_contents(
            len(issue.entries), len(issue.corrections), words_in(masthead.words)
        ),
        link=uri(masthead.site + urls.issue_page_name(issue.number)),
        published=date,
        updated=date,
        creator=masthead.title,
        title_language=voices_of(masthead).own_language,
        own_language=voices_of(masthead).own_language,
        short_html=issue_body(masthead, issue),
    )
