"""What the site's pages and feeds show now: issues from the store, with later edits in them.

Reads the store; writes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.issue.teaser import teaser_of
from msnewsletter.render import sentences
from msnewsletter.render.feeds.items import FeedItem
from msnewsletter.render.site.related import SHOWN, RelatedCandidates, shared_first, start_of
from msnewsletter.render.xml_text import cleaned

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from msnewsletter.model import Entry, Issue
    from msnewsletter.store import PublicText, Store

# How many entries of a tag are looked at for those that share the most tags.
_CANDIDATES = 30


class SiteContent:
    """The store as the site sees it, each issue read once."""

    def __init__(self, store: Store, *, teaser_limit: int) -> None:
        self._store = store
        self._teaser_limit = teaser_limit
        self._issues: dict[int, Issue] = {}

    def issue(self, number: int) -> Issue:
        """The issue with its summaries as they are now."""
        if number not in self._issues:
            issue = self._store.issue(number)
            items = self.items((number, entry) for entry in issue.entries)
            self._issues[number] = replace(issue, entries=tuple(item.entry for item in items))
        return self._issues[number]

    def forget(self, number: int) -> None:
        """Drop an issue that is no longer needed."""
        self._issues.pop(number, None)

    def items(self, placed: Iterable[tuple[int, Entry]]) -> list[FeedItem]:
        """The entries as they are now, in the order given."""
        rows = list(placed)
        public = self._store.public_texts(entry.summary.key for _, entry in rows)
        return [self._item(number, entry, public.get(entry.summary.key)) for number, entry in rows]

    def entries(self, placed: Iterable[tuple[int, Entry]]) -> list[Entry]:
        """The entries as they are now, without what only feeds need."""
        return [item.entry for item in self.items(placed)]

    def _item(self, number: int, entry: Entry, public: PublicText | None) -> FeedItem:
        if public is None:
            return FeedItem(entry=entry, issue=number)
        sent = entry.summary
        # Dates stay as they were sent: a feed's `published` never moves.
        summary = replace(public.summary, published=sent.published, first_seen=sent.first_seen)
        teaser = teaser_of(summary, limit=self._teaser_limit)
        now = replace(entry, summary=summary, teaser=teaser)
        return FeedItem(entry=now, issue=number, changed=public.changed)

    def index(self, number: int) -> set[str]:
        """Make the issue's entries findable; returns the slugs of all tags that this touches."""
        entries = self.issue(number).entries
        return self._store.site.index_issue(
            number,
            slugs={entry.position: slugs_of(entry) for entry in entries},
            starts={entry.position: start_of(entry.summary.headline) for entry in entries},
        )

    def candidates(self, number: int) -> dict[str, RelatedCandidates]:
        """The candidates for related summaries of each entry, by id: only what was out by then."""
        entries, site = self.issue(number).entries, self._store.site
        starts = {start_of(card.teaser) for entry in entries for card in entry.summary.related}
        cited = self.entries(site.beginning(starts, last=number))
        newest = self.entries(site.newest(2 * SHOWN, last=number))
        slugs = {slug for entry in entries for slug in slugs_of(entry)}
        by_tag = {
            slug: self.entries(site.tagged(slug, limit=_CANDIDATES, last=number))
            for slug in sorted(slugs)
        }
        return {
            entry.id: RelatedCandidates(
                cited=_cited_by(entry, cited),
                sharing=shared_first(
                    entry, (other for slug in slugs_of(entry) for other in by_tag[slug])
                )[: 2 * SHOWN],
                newest=newest,
            )
            for entry in entries
        }


def slugs_of(entry: Entry) -> dict[str, str]:
    """Each of the entry's tags that shows anything, by its slug."""
    return {
        urls.tag_slug(tag): sentences.one_line(tag)
        for tag in entry.summary.tags
        if sentences.one_line(cleaned(tag))
    }


def _cited_by(entry: Entry, candidates: Sequence[Entry]) -> list[Entry]:
    starts = {start_of(card.teaser) for card in entry.summary.related}
    return [one for one in candidates if start_of(one.summary.headline) in starts]
