"""What the site's pages and feeds show now: issues from the store, with later edits in them.

Reads the store; writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.issue.teaser import teaser_of
from msnewsletter.model import Status
from msnewsletter.render.corrections import SummaryHistory, without_texts
from msnewsletter.render.feeds.items import FeedItem
from msnewsletter.render.site.related import (
    SHOWN,
    CitedEntry,
    RelatedCandidates,
    shared_first,
    start_of,
)
from msnewsletter.render.xml_text import cleaned
from msnewsletter.text_sentences import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from msnewsletter.model import AnnouncedCorrection, Correction, Entry, Issue, SiteFrame
    from msnewsletter.store import PublicText, Store

# How many entries of a tag are looked at for those that share the most tags.
CANDIDATES = 30
# How many of the newest entries are looked at for a page.
NEWEST = 2 * SHOWN


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of a summary: its text now, if it is another, and what issues announced."""

    public: PublicText | None
    announced: tuple[AnnouncedCorrection, ...]

    @property
    def modified(self) -> datetime | None:
        """When its text became what it is, or an issue told of it last, whichever is later."""
        moments = [one.cutoff for one in self.announced[-1:]]
        moments += [self.public.public_since] if self.public and self.public.public_since else []
        return max(moments, default=None)

    @property
    def is_taken_down(self) -> bool:
        return self.public is not None and self.public.summary.status is Status.TAKEN_DOWN


class SiteContent:
    """The store as the site sees it, each issue read once."""

    def __init__(self, store: Store, *, teaser_limit: int, frame: SiteFrame) -> None:
        self._store = store
        self._frame = frame
        self._teaser_limit = teaser_limit
        self._issues: dict[int, Issue] = {}
        self._items: dict[int, list[FeedItem]] = {}
        self._sent: dict[int, tuple[Entry, ...]] = {}
        self._fates: dict[str, _Fate] = {}
        self._cutoffs: dict[int, datetime] = {}

    def issue(self, number: int) -> Issue:
        """The issue with its summaries as they are now, in today's frame of the site."""
        if number not in self._issues:
            issue = self._store.issue(number)
            items = self.items((number, entry) for entry in issue.entries)
            self._items[number], self._sent[number] = items, issue.entries
            self._issues[number] = replace(
                issue,
                masthead=self._frame.around(issue.masthead),
                entries=tuple(item.entry for item in items),
                corrections=self._as_shown(issue.corrections),
            )
        return self._issues[number]

    def newest_issues(self, last: int, count: int) -> list[Issue]:
        """So many issues, the last one first."""
        return [self.issue(number) for number in range(last, 0, -1)[:count]]

    def issue_items(self, number: int) -> list[FeedItem]:
        """The issue's entries as feeds need them, in its order."""
        self.issue(number)
        return self._items[number]

    def corrected_items(self, number: int) -> list[FeedItem]:
        """The summaries whose correction an issue announced, in the order of its corrections."""
        keys = [one.key for one in self.issue(number).corrections]
        items = self.items(self._store.site.placed(keys))
        found = {item.entry.summary.key: item for item in items}
        return [found[key] for key in keys]

    def forget(self, number: int) -> None:
        """Drop an issue that is no longer needed."""
        for kept in (self._issues, self._items, self._sent):
            kept.pop(number, None)

    def items(self, placed: Iterable[tuple[int, Entry]]) -> list[FeedItem]:
        """The entries as they are now, in the order given."""
        rows = list(placed)
        fates = self._fates_of(entry.summary.key for _, entry in rows)
        moments = self._cutoffs_of(number for number, entry in rows if entry.late)
        return [
            replace(
                self._item(number, entry, fates[entry.summary.key]),
                added=moments[number] if entry.late else None,
            )
            for number, entry in rows
        ]

    def entries(self, placed: Iterable[tuple[int, Entry]]) -> list[Entry]:
        """The entries as they are now, without what only feeds need."""
        return [item.entry for item in self.items(placed)]

    def _fates_of(self, keys: Iterable[str]) -> dict[str, _Fate]:
        """What became of each summary; the database is asked once for each."""
        wanted = set(keys)
        if new := wanted - self._fates.keys():
            public, announced = self._store.public_texts(new), self._store.announced(new)
            for key in new:
                self._fates[key] = _Fate(public.get(key), announced.get(key, ()))
        return {key: self._fates[key] for key in wanted}

    def _cutoffs_of(self, numbers: Iterable[int]) -> dict[int, datetime]:
        """The cutoffs of at least these issues; the database is asked once for each."""
        if new := set(numbers) - self._cutoffs.keys():
            self._cutoffs |= self._store.site.cutoffs(new)
        return self._cutoffs

    def _item(self, number: int, entry: Entry, fate: _Fate) -> FeedItem:
        if fate.public is None:
            return FeedItem(entry=entry, issue=number)
        sent, public = entry.summary, fate.public
        # Dates stay as they were sent: a feed's `published` never moves.
        summary = replace(public.summary, published=sent.published, first_seen=sent.first_seen)
        teaser = teaser_of(summary, limit=self._teaser_limit)
        now = replace(entry, summary=summary, teaser=teaser)
        # A takedown comes before the issue that tells it; records know the issue alone.
        moments = [one.cutoff for one in fate.announced[-1:]]
        moments += [public.changed] if public.changed else []
        return FeedItem(entry=now, issue=number, changed=max(moments, default=None))

    def _as_shown(self, corrections: Sequence[Correction]) -> tuple[Correction, ...]:
        """What an issue announced, without the words of what was taken down since."""
        fates = self._fates_of(one.key for one in corrections)
        return tuple(
            without_texts(one) if fates[one.key].is_taken_down else one for one in corrections
        )

    def ledger(self, first: int, last: int) -> tuple[AnnouncedCorrection, ...]:
        """What the issues from `first` to `last` announced, newest issue first."""
        return self._announced_as_shown(self._store.ledger(first, last))

    def histories(self, number: int) -> dict[str, SummaryHistory]:
        """What happened to the summaries of an issue since it was out, by id."""
        items = {item.entry.summary.key: item for item in self.issue_items(number)}
        fates = self._fates_of(items)
        return {
            item.entry.id: SummaryHistory(
                modified=fates[key].modified,
                announced=self._announced_as_shown(fates[key].announced),
            )
            for key, item in items.items()
            if fates[key].public or fates[key].announced
        }

    def _announced_as_shown(
        self, announced: Sequence[AnnouncedCorrection]
    ) -> tuple[AnnouncedCorrection, ...]:
        shown = self._as_shown([one.correction for one in announced])
        return tuple(
            replace(one, correction=now) for one, now in zip(announced, shown, strict=True)
        )

    # ── what the site looks up ───────────────────────────────────────────────────────────────

    def index(self, number: int) -> set[str]:
        """Make the issue's entries findable; returns the slugs of all tags that this touches."""
        entries, sent = self.issue(number).entries, self._sent[number]
        headlines = self._headlines(sent)
        # As they were sent they count last: a tag keeps the name under which it was first sent.
        names = {
            slug: name for entry in (*entries, *sent) for slug, name in slugs_of(entry).items()
        }
        return self._store.site.index_issue(
            number,
            slugs={entry.position: slugs_of(entry) for entry in entries},
            starts={
                entry.position: map(start_of, headlines[entry.summary.key]) for entry in entries
            },
            cards={
                entry.position: {
                    start_of(card.teaser) for one in (entry, shown) for card in one.summary.related
                }
                for entry, shown in zip(sent, entries, strict=True)
            },
            names=names,
        )

    def _headlines(self, sent: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
        """Every headline that readers saw of these, by key: as sent, as announced, as it is now."""
        found = {entry.summary.key: [entry.summary.headline] for entry in sent}
        for key, fate in self._fates_of(found).items():
            for one in fate.announced:
                found[key] += [one.correction.headline, one.correction.new_headline or ""]
            found[key] += [fate.public.summary.headline] if fate.public else []
        return {
            key: tuple(text for text in dict.fromkeys(texts) if text.strip())
            for key, texts in found.items()
        }

    def candidates(self, number: int) -> dict[str, RelatedCandidates]:
        """The candidates for related summaries of each entry, by id: only what was out by then."""
        entries, site = self.issue(number).entries, self._store.site
        cited = list(self._cited(entries, number))
        newest = self.entries(site.newest(NEWEST, last=number))
        slugs = {slug for entry in entries for slug in slugs_of(entry)}
        by_tag = {
            slug: self.entries(site.tagged(slug, limit=CANDIDATES, last=number))
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

    def _cited(self, citing: Iterable[Entry], number: int) -> Iterator[CitedEntry]:
        starts = {start_of(card.teaser) for entry in citing for card in entry.summary.related}
        sent = self._store.site.beginning(starts)
        headlines = self._headlines(entry for _, entry in sent)
        for item in self.items(sent):
            # What was taken down is known by its headlines wherever a card repeats them.
            if item.issue <= number or item.entry.summary.status is Status.TAKEN_DOWN:
                yield CitedEntry(entry=item.entry, headlines=headlines[item.entry.summary.key])

    def showing(self, item: FeedItem, *, had: Iterable[str]) -> set[int]:
        """The issues whose pages may show a card of a summary; `had`: slugs that it had before.

        The newest, and those with its tags, are counted back from a page's own issue: so it is
        known without reading a page how far a card can have got.
        """
        site = self._store.site
        found = set(site.near(item.issue, room=NEWEST))
        for slug in {*slugs_of(item.entry), *had}:
            found |= set(site.near(item.issue, room=CANDIDATES, slug=slug))
        return found

    def citing(self, keys: Iterable[str]) -> set[int]:
        """The issues with a card that begins as a headline of one of these summaries does."""
        headlines = self._headlines(entry for _, entry in self._store.site.placed(keys))
        starts = {start_of(text) for texts in headlines.values() for text in texts}
        return self._store.site.citing(starts)


def slugs_of(entry: Entry) -> dict[str, str]:
    """Each of the entry's tags that shows anything, by its slug."""
    return {
        urls.tag_slug(tag): one_line(tag) for tag in entry.summary.tags if one_line(cleaned(tag))
    }


def _cited_by(entry: Entry, candidates: Sequence[CitedEntry]) -> list[CitedEntry]:
    starts = {start_of(card.teaser) for card in entry.summary.related}
    return [one for one in candidates if starts.intersection(map(start_of, one.headlines))]
