"""Sent summaries that moved: their source has another name, or their page another address.

What was sent is followed under the key that it was sent under, whatever its source is called: the
addresses and ids by which a source knows it, where they mean the same everywhere, tell it again.
Where a page has a new address and nothing leads there, only its words do: a person decides.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.issue.holds import Hindrance
from msnewsletter.issue.same_study import is_nearly_same
from msnewsletter.model import HoldReason
from msnewsletter.publisher.overrides import by_key
from msnewsletter.sources.addresses import is_worldwide

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from msnewsletter.model import Summary
    from msnewsletter.publisher.key_ownership import Batch
    from msnewsletter.sources import SourceFile
    from msnewsletter.store import KeyPlace, Pending, Store


def sent_identities(placements: Mapping[str, KeyPlace]) -> frozenset[str]:
    """The keys of what was sent, and its pages: what a new source may know it by."""
    sent = {key: one for key, one in placements.items() if one.sent}
    return frozenset({*sent, *(one.page for one in sent.values() if one.page)})


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedFiles:
    """Source files, those of sent summaries under their keys.

    `absorbed`: keys that some of them had before.
    """

    files: tuple[SourceFile, ...]
    absorbed: frozenset[str] = frozenset()


def followed(
    files: Iterable[SourceFile],
    placements: Mapping[str, KeyPlace],
    former: Mapping[str, Iterable[str]],
) -> FollowedFiles:
    """The files, where what was sent and lost its source is another source's now.

    Args:
        files: all source files, in the order of the sources.
        placements: what is stored of each key.
        former: identities of what sources had that the settings name no more, by key.
    """
    listed = tuple(files)
    lost = _without_source(listed, placements)
    having: defaultdict[str, set[str]] = defaultdict(set)
    for key in lost:
        page = lost[key].page
        for identity in (key, *former.get(key, ()), *((page,) if page else ())):
            if is_worldwide(identity):
                having[identity].add(key)
    found: dict[str, str] = {}  # keys by location
    named = Counter(
        (file.source, identity)
        for file in listed
        if file.is_fetched
        for identity in file.identities
    )
    for file in listed if having else ():
        if not file.is_fetched or _is_settled(file.name, placements):
            continue
        # An address that several of one source have is that of a list.
        own = (one for one in file.identities if named[file.source, one] == 1)
        keys = {key for one in own for key in having.get(one, ())}
        if len(keys) == 1 and not keys & {*found.values()}:
            found[file.location] = keys.pop()
    return FollowedFiles(
        files=tuple(
            replace(one, name=found[one.location]) if one.location in found else one
            for one in listed
        ),
        absorbed=frozenset(
            one.name for one in listed if one.location in found and one.name in placements
        ),
    )


def _without_source(
    files: Iterable[SourceFile], placements: Mapping[str, KeyPlace]
) -> dict[str, KeyPlace]:
    """The sent keys that no fetched source has under this name, and no folder's file either."""
    names = {file.name for file in files if file.is_fetched}
    by_hand = {file.location for file in files if not file.is_fetched}
    return {
        key: one
        for key, one in placements.items()
        if one.sent and key not in names and one.path not in by_hand
    }


def _is_settled(key: str, placements: Mapping[str, KeyPlace]) -> bool:
    return key in placements and placements[key].settled


def sent_without_page(
    batch: Batch, placements: Mapping[str, KeyPlace], lost: Container[str], folders: Container[str]
) -> frozenset[str]:
    """Keys of what was sent from a page that is gone, or that cannot be read.

    Args:
        batch: what was collected.
        placements: what is stored of each key.
        lost: keys of which a source lost the summary, or of a source that is named no more.
        folders: labels of the sources that are folders.
    """
    fetched = by_key(batch.files.values())

    def is_gone(key: str, one: KeyPlace) -> bool:
        if key in fetched:
            return all(file.location in batch.refused_paths for file in fetched[key])
        by_source = one.source is not None and one.source not in folders
        return key in lost or (by_source and one.path not in batch.files)

    return frozenset(key for key, one in placements.items() if one.sent and is_gone(key, one))


def nearly_sent(
    waiting: Sequence[Pending],
    gone: frozenset[str],
    store: Store,
    *,
    read: Mapping[str, tuple[Summary, str]],
    by_hand: Container[str],
) -> dict[str, Hindrance]:
    """Why fetched summaries wait that say nearly what was sent from a page that is gone, by key.

    What was sent is known by its words as they were sent, and as they are now that it was edited.

    Args:
        waiting: the fetched summaries.
        gone: keys of what was sent, and whose page is gone.
        store: what was collected before.
        read: what was read now of each key, with its file.
        by_hand: the files that people wrote.
    """
    if not (waiting and gone):
        return {}
    sent, known = store.sent(gone), store.known(gone)
    now = store.stored(gone) | {key: read[key][0] for key in gone if key in read}
    said = {key: (sent[key], *((now[key],) if key in now else ())) for key in sorted(sent)}
    found: dict[str, Hindrance] = {}
    for one in waiting:
        nearly = (
            key
            for key, texts in said.items()
            if any(is_nearly_same(text, one.summary) for text in texts)
        )
        before = next(nearly, None)
        if before is None:
            continue
        settled = known[before].settled
        where = settled.where if settled else ""
        path = read[before][1] if before in read else known[before].path
        same = f"if it is the same, write it into a file with 'key: {before}'"
        if path in by_hand:
            same = f"{path} says what readers have of that"
        reason = (
            f"it says nearly what was sent as {before!r} {where}, whose page is gone; {same}; if "
            f"this is another study, write it into a file with 'key: {one.summary.key}'"
        )
        found[one.summary.key] = Hindrance(HoldReason.SAME_STUDY, reason)
    return found
