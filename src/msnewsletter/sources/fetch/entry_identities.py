"""What the entries of a feed are known by: their ids, then the addresses of their pages. Pure.

An id is no identity where it is that of all entries. An address is none where several entries share
it, or where it is the whole site's: a feed in which each entry leads to the home page would be one
summary. Where a site numbers its entries anew, ids and addresses lead to different summaries: what
the entry says decides.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from msnewsletter.sources.addresses import ADDRESS_LIMIT, identity_of
from msnewsletter.text import quoted_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from msnewsletter.sources.feed.feed_entries import FeedDocument, SourceEntry
    from msnewsletter.sources.fetch.known_source import KnownSummary


# So many entries that are all of a feed, and have one id, are no versions of one.
_SEVERAL = 3


class IdentifiedEntry(NamedTuple):
    """An entry, and all that it is known by, the first one first."""

    entry: SourceEntry
    identities: tuple[str, ...]


class EntrySays(NamedTuple):
    """What an entry says that tells summaries apart; empty: nothing."""

    published: str
    headline: str


class IdentifiedEntries(NamedTuple):
    """Each entry once, in the feed's order; and what editors should know."""

    entries: tuple[IdentifiedEntry, ...]
    remarks: tuple[str, ...]


def identified(feed: FeedDocument, url: str) -> IdentifiedEntries:
    """The entries of the feed at `url` with their identities; of two with one id, the first."""
    bounded = [_bounded(entry) for entry in feed.entries]
    entries = _without_ids_of_all(bounded, feed, url)
    shared = _shared(entries, feed, url)
    seen: set[str] = set()
    kept, twice = [], []
    for entry in entries:
        identities = tuple(dict.fromkeys(_identities(entry, shared)))
        if seen.intersection(identities[:1]):
            twice.append(identities[0])
            continue
        # An address that another entry has as its id is that one's.
        own = (identities[0], *(one for one in identities[1:] if one not in seen))
        seen.update(own)
        kept.append(IdentifiedEntry(entry, own))
    long = sum(one != entry for one, entry in zip(bounded, feed.entries, strict=True))
    of_all = [one.id for one, entry in zip(bounded, entries, strict=True) if one.id != entry.id]
    remarks = (*_said_twice(twice), *_said_of_all(of_all), *_said_long(long))
    return IdentifiedEntries(tuple(kept), remarks)


def _without_ids_of_all(
    entries: Sequence[SourceEntry], feed: FeedDocument, url: str
) -> list[SourceEntry]:
    """The entries, without ids that name none of them: that of the whole feed, or one for all.

    Two entries with one id may be two versions of one (RFC 4287, section 4.1.1): these have a title
    or a page in common, or are few among others.
    """
    having: defaultdict[str, list[SourceEntry]] = defaultdict(list)
    for entry in entries:
        having[entry.id].append(entry)
    homes = {identity_of(address) for address in (feed.home, url) if address}

    def names_one(id_: str, those: Sequence[SourceEntry]) -> bool:
        if len(those) == 1:
            return identity_of(id_) not in homes or not those[0].link
        links = {identity_of(one.link) for one in those if one.link}
        apart = len(those) in (len(links), max(len(entries), _SEVERAL))
        return not apart or len({one.title for one in those}) < len(those)

    nameless = {id_ for id_, those in having.items() if id_ and not names_one(id_, those)}
    return [replace(one, id="") if one.id in nameless else one for one in entries]


def _bounded(entry: SourceEntry) -> SourceEntry:
    """An entry without an id or a link that is too long to be one."""
    if max(len(entry.id), len(entry.link)) <= ADDRESS_LIMIT:
        return entry
    id_, link = (one if len(one) <= ADDRESS_LIMIT else "" for one in (entry.id, entry.link))
    return replace(entry, id=id_, link=link)


def _said_long(count: int) -> Iterable[str]:
    if count:
        several = f"{count:,} entries have" if count > 1 else "an entry has"
        yield f"{several} an id or a link of more than {ADDRESS_LIMIT:,} characters; it is left out"


def without_others(
    entries: Sequence[IdentifiedEntry],
    known: Mapping[str, KnownSummary],
    says: Callable[[SourceEntry], EntrySays],
) -> tuple[IdentifiedEntry, ...]:
    """The entries, each without the identities of summaries that it is not.

    An entry is the summary whose date and headline it has, if its identities are of several; and
    of several entries that lead to one summary, the one that has them. Where that is not to be
    told, the id counts, and then the first.

    Args:
        entries: of one feed.
        known: summaries by identity.
        says: what an entry says that tells summaries apart.
    """
    best: dict[str, tuple[int, int]] = {}
    chosen = []
    for place, one in enumerate(entries):
        said = says(one.entry)
        there = [known[name] for name in one.identities if name in known]
        found = max(there, key=lambda summary: _likeness(summary, said), default=None)
        chosen.append(found.key if found else None)
        if found:
            claim = _likeness(found, said), one.identities[0] in known
            rank = 2 * claim[0] + claim[1], -place
            best[found.key] = max(best.get(found.key, rank), rank)
    owners = {key: -place for key, (_, place) in best.items()}
    return tuple(
        _own_alone(one, known, key if key and owners[key] == place else None)
        for place, (one, key) in enumerate(zip(entries, chosen, strict=True))
    )


def _likeness(known: KnownSummary, said: EntrySays) -> int:
    same_date = bool(said.published) and known.published == said.published
    same_headline = bool(said.headline) and known.headline == said.headline
    return same_date + same_headline


def _own_alone(
    one: IdentifiedEntry, known: Mapping[str, KnownSummary], key: str | None
) -> IdentifiedEntry:
    """An entry with the identities of the summary `key` first, and none of any other's."""
    own = [name for name in one.identities if name in known and known[name].key == key]
    new = [name for name in one.identities if name not in known]
    # By nothing of its own it is what it was taken for.
    return one._replace(identities=(*own, *new) or one.identities)


def _said_twice(twice: list[str]) -> Iterable[str]:
    if twice:
        several = f"{len(twice):,} entries have" if len(twice) > 1 else "an entry has"
        yield (
            f"{several} an id that another one has ({quoted_value(twice[0])}); the first is read"
        )


def _said_of_all(ids: list[str]) -> Iterable[str]:
    if ids:
        several = f"{len(ids):,} entries have" if len(ids) > 1 else "an entry has"
        yield (
            f"{several} an id that names none of them ({quoted_value(ids[0])}); their pages or "
            "titles tell them apart"
        )


def _shared(entries: Iterable[SourceEntry], feed: FeedDocument, url: str) -> set[str]:
    """Addresses that say nothing of which entry it is."""
    links = Counter(identity_of(entry.link) for entry in entries if entry.link)
    homes = {identity_of(address) for address in (feed.home, url) if address}
    several = {link for link, count in links.items() if count > 1}
    roots = {link for link in links if "/" not in link and "?" not in link}
    return several | homes | roots


def _identities(entry: SourceEntry, shared: set[str]) -> Iterable[str]:
    link = identity_of(entry.link) if entry.link else ""
    if entry.id:
        yield identity_of(entry.id)
    if link and link not in shared:
        yield link
    elif not entry.id:
        digest = sha256((entry.title or entry.body).encode(errors="replace")).hexdigest()
        yield digest[:32]
