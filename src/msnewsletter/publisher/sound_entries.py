"""Tries an issue's pages and feeds, and remembers by content which of its entries need it no more.

For those who only look, again and again, at an issue of thousands: publishing itself tries all.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from msnewsletter import urls
from msnewsletter.errors import NewsletterError
from msnewsletter.issue.remembered_texts import SummaryText
from msnewsletter.render.jinja import theme_of
from msnewsletter.render.site.verify import checked_targets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from msnewsletter.model import Entry, Issue
    from msnewsletter.publisher.fitness import Trial

# Entries that are tried at once, the first of the issue: two seconds.
TRIED = 400
# The pages of so many are tried at each look, whatever is remembered: an ordinary issue is tried
# whole, and what its note, its order or their number does to a page shows here.
TOGETHER = 20
# Entries that are remembered: those of a few huge issues.
_REMEMBERED = 8192


class _Content(NamedTuple):
    """All that an entry's page and its place in feeds depend on, but for the rest of its issue."""

    frame: str
    id: str
    text: SummaryText
    teaser: str
    dated: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class SoundEntries:
    """The entries that could be published when they were tried, with where their pages lead.

    Thread-safe. What a page leads to is looked for again each time: it may have gone.
    """

    _leads: OrderedDict[_Content, frozenset[str]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def try_site(self, trial: Trial, issue: Issue, templates: Mapping[str, str]) -> Issue:
        """Render and verify the issue's pages and feeds, with those entries that it takes.

        Returns the issue with no other entries. Raises what publishing it would.
        """
        first = replace(issue, entries=issue.entries[:TRIED])
        frame = _frame_of(trial, issue, templates)
        new = tuple(self._new(trial, first, frame))
        later = (one for one in new if one.position > TOGETHER)
        part = replace(first, entries=(*first.entries[:TOGETHER], *later))
        try:
            # What feeds say of an entry depends on no other one.
            pages = trial.check_site(part, templates, in_feeds=new)
        except NewsletterError:
            if len(part.entries) == len(first.entries):
                raise
            # One may lead to the page of another, which was left out: the whole decides.
            part = first
            pages = trial.check_site(part, templates)
        self._remember(trial, part, frame, pages)
        return part

    def _new(self, trial: Trial, issue: Issue, frame: str) -> Iterator[Entry]:
        """The entries of which is not known yet that they can be published."""
        own = {urls.page_name(entry) for entry in issue.entries}
        for entry in issue.entries:
            leads = self._leads.get(_content(entry, frame))
            if leads is None or not all(name in own or trial.exists(name) for name in leads):
                yield entry

    def _remember(self, trial: Trial, issue: Issue, frame: str, pages: Mapping[str, bytes]) -> None:
        whole = pages.keys() - {urls.page_name(entry) for entry in issue.entries}
        for entry in issue.entries:
            name, content = urls.page_name(entry), _content(entry, frame)
            if content in self._leads:
                continue
            leads = checked_targets(
                name,
                pages[name],
                site=issue.masthead.site,
                any_links=trial.any_links,
                door=issue.masthead.door,
            )
            with self._lock:
                # Every trial makes those of the issue as a whole.
                self._leads[content] = leads - whole
                while len(self._leads) > _REMEMBERED:
                    self._leads.popitem(last=False)


def _frame_of(trial: Trial, issue: Issue, templates: Mapping[str, str]) -> str:
    """What all entries are rendered with."""
    # No entry's page has the question; that of the issue does, and each trial makes that.
    masthead = replace(issue.masthead, question=None)
    themed = (sorted(templates.items()), theme_of(templates))
    parts = (masthead, themed, trial.glossary, trial.any_links)
    return sha256(repr(parts).encode(errors="replace")).hexdigest()


def _content(entry: Entry, frame: str) -> _Content:
    # When it was first seen, readers see in `dated` alone.
    text = SummaryText.of(entry.summary)
    return _Content(frame, entry.id, text, entry.teaser, entry.dated, entry.late)
