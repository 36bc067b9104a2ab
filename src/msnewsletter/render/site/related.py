"""The other summaries that a page links to. Pure.

Two kinds, kept apart: the cards that came with the summary, each linked when it is certain which of
ours it means; and, up to six in all, our own summaries that share a tag, or else the newest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.model import Status
from msnewsletter.render import wording
from msnewsletter.render.site.names import Name, name_in, short_name
from msnewsletter.text_cut import ELLIPSIS
from msnewsletter.text_sentences import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from msnewsletter.model import Card, Entry, Masthead

SHOWN = 6
# As long as this, the beginning of a headline is enough to look it up by; the whole teaser decides.
START = 40

_CARD_LENGTH = 100  # where the pages that we read cut a card's teaser, often inside a word
_ENDS = tuple('.!?…"”’)')
_QUOTES = str.maketrans("‘’“”", "''\"\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedCard:
    """A card as a page shows it; `path` is the summary's page below the site, or None."""

    date: date
    name: Name
    path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedEntry:
    """An entry, and every headline that readers ever saw of it: a card may cite any."""

    entry: Entry
    headlines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedCandidates:
    """The summaries from which those beside an entry are chosen.

    Attributes:
        cited: entries of which a headline begins as one of its cards does.
        sharing: entries with one of its tags, the closest first.
        newest: the newest entries of the newsletter.
    """

    cited: Sequence[CitedEntry] = ()
    sharing: Sequence[Entry] = ()
    newest: Sequence[Entry] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedSummaries:
    """The summaries beside an entry: its own cards and those that share a tag, then others."""

    related: tuple[RelatedCard, ...]
    others: tuple[RelatedCard, ...]


def start_of(text: str) -> str:
    """The beginning of a headline or of a card's teaser, the same whatever their quotes."""
    return _plain(text)[:START]


def shared_first(entry: Entry, candidates: Iterable[Entry]) -> list[Entry]:
    """The candidates that share a tag with the entry, most shared tags first, then as they came."""
    own = {urls.tag_slug(tag) for tag in entry.summary.tags}

    def shared(other: Entry) -> int:
        return len(own & {urls.tag_slug(tag) for tag in other.summary.tags})

    unique = {other.id: other for other in candidates if other.id != entry.id}
    return sorted((one for one in unique.values() if shared(one)), key=shared, reverse=True)


def related_summaries(
    entry: Entry, candidates: RelatedCandidates, masthead: Masthead
) -> RelatedSummaries:
    """Choose what the entry's page leads to; never the entry itself, nothing twice."""
    if entry.summary.status is Status.TAKEN_DOWN:
        return RelatedSummaries(related=(), others=())
    used = {entry.id}
    related = []
    for card in entry.summary.related:
        found = _cited_by(card, candidates.cited)
        # Its teaser is the headline of a text that is gone.
        if any(one.summary.status is Status.TAKEN_DOWN for one in found):
            continue
        # Only where it is sure which one is meant.
        sure = len(found) == 1 and len(_plain(card.teaser)) >= START
        meant = found[0] if sure else None
        related.append(_card(card, meant, entry, masthead))
        used.update({meant.id} if meant else ())
    for other in _unused(candidates.sharing, used, SHOWN - len(related)):
        related.append(_own_card(other, masthead))
        used.add(other.id)
    others = _unused(candidates.newest, used, SHOWN - len(related))
    return RelatedSummaries(
        related=tuple(related), others=tuple(_own_card(other, masthead) for other in others)
    )


def _unused(entries: Iterable[Entry], used: set[str], room: int) -> list[Entry]:
    live = (one for one in entries if one.id not in used and not wording.is_taken_back(one.summary))
    return list(live)[: max(0, room)]


def _cited_by(card: Card, cited: Sequence[CitedEntry]) -> list[Entry]:
    """The entries of which a headline begins with all of the card's teaser."""
    start = _plain(card.teaser)
    return [
        one.entry
        for one in cited
        if any(
            headline == start or (len(start) >= START and headline.startswith(start))
            for headline in map(_plain, one.headlines)
        )
    ]


def _card(card: Card, meant: Entry | None, citing: Entry, masthead: Masthead) -> RelatedCard:
    cut = len(card.teaser) >= _CARD_LENGTH and not card.teaser.endswith(_ENDS)
    teaser = card.teaser + ELLIPSIS if cut else card.teaser
    return RelatedCard(
        date=card.date,
        # What came with a summary is in its language, as far as anybody knows.
        name=name_in(
            (meant or citing).summary,
            masthead,
            before=wording.prefix(meant.summary.status, words_in(masthead.words)) if meant else "",
            text=one_line(teaser),
        ),
        path=urls.page_name(meant) if meant else None,
    )


# The newest summaries are on every page of an issue.
@lru_cache(maxsize=64)
def _own_card(entry: Entry, masthead: Masthead) -> RelatedCard:
    published = entry.summary.published
    zone = masthead.time_zone
    return RelatedCard(
        date=published.day(zone) if published else entry.dated.astimezone(zone).date(),
        name=short_name(entry, masthead),
        path=urls.page_name(entry),
    )


def _plain(text: str) -> str:
    line = one_line(text.removesuffix(ELLIPSIS)).translate(_QUOTES)
    return line.casefold().rstrip()
