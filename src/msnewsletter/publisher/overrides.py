"""A key that several files have: a folder's file overrides what was fetched, whichever came first.

Of sources that are fetched the first in the settings has the text; what was sent keeps its source
for as long as that names it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from msnewsletter.model import Summary
    from msnewsletter.sources import Reading, SourceFile
    from msnewsletter.store import KeyPlace

    Offer = tuple[Summary, str]  # a summary with its file's location


def by_key(files: Iterable[SourceFile]) -> dict[str, list[SourceFile]]:
    """The fetched files of each key, in the order of the sources."""
    found: defaultdict[str, list[SourceFile]] = defaultdict(list)
    for file in files:
        if file.is_fetched:
            found[file.name].append(file)
    return dict(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """What people's files take the place of.

    Attributes:
        keys: of the fetched summaries whose text a file has.
        files: locations of the files whose every summary is one of those.
        newer: locations of what was fetched after the file that counts instead was written.
    """

    keys: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    newer: frozenset[str] = frozenset()


def overrides_of(
    files: Mapping[str, SourceFile],
    placements: Mapping[str, KeyPlace],
    read: Mapping[str, Offer],
) -> Overrides:
    """Which fetched summaries are overridden, and by which files.

    Args:
        files: all source files by location.
        placements: what is stored of each key.
        read: what was read now, by key.
    """
    paths = {key: one.path for key, one in placements.items()}
    paths |= {key: path for key, (_, path) in read.items()}
    fetched = by_key(files.values())
    own: defaultdict[str, set[str]] = defaultdict(set)
    for key, path in paths.items():
        if path in files and not files[path].is_fetched:
            own[path].add(key)
    return Overrides(
        keys=frozenset().union(*own.values()) & fetched.keys(),
        files=frozenset(path for path, keys in own.items() if keys <= fetched.keys()),
        newer=frozenset(
            one.location
            for path, keys in own.items()
            for key in keys
            for one in fetched.get(key, ())
            if one.written_ns > files[path].written_ns
        ),
    )


def read_together(
    files: Mapping[str, SourceFile],
    changed: Container[str],
    placements: Mapping[str, KeyPlace],
) -> set[str]:
    """Locations of the files to read although they did not change.

    All that name a key decide together to whom it belongs, whenever one of them changed, and when
    its present file is gone or is not the one that it should be.

    Args:
        files: all source files by location, in the order of the sources.
        changed: locations of those that are read anyway.
        placements: what is stored of each key.
    """
    found: set[str] = set()
    for key, fetched in by_key(files.values()).items():
        place = placements.get(key)
        owner = files.get(place.path) if place else None
        naming = [file.location for file in fetched]
        if owner and not owner.is_fetched:
            naming.append(owner.location)
        if (
            owner is None
            or (len(naming) > 1 and any(one in changed for one in naming))
            or (owner.is_fetched and owner is not fetched[0] and not (place and place.settled))
        ):
            found.update(naming)
    return found


def contest(
    offers: Sequence[Offer],
    *,
    files: Mapping[str, SourceFile],
    readings: Mapping[str, Reading],
    owners: Mapping[str, tuple[str, bool]],
) -> list[Offer]:
    """The offers that count: of what was fetched the first of a key, and none beside a folder's.

    Args:
        offers: summaries with their files' locations.
        files: all source files by location, in the order of the sources.
        readings: of the files that are read now.
        owners: the file that each key had until now, and whether its summary was sent.
    """
    rank = {location: number for number, location in enumerate(files)}
    fetched: defaultdict[str, list[Offer]] = defaultdict(list)
    kept: list[Offer] = []
    for summary, path in offers:
        if files[path].is_fetched:
            fetched[summary.key].append((summary, path))
        else:
            kept.append((summary, path))
    overridden = {summary.key for summary, _ in kept}
    for key, each in fetched.items():
        owner, sent = owners.get(key, ("", False))
        if key in overridden or _still_overridden(owner, files, readings):
            continue
        first = min(each, key=lambda offer: rank[offer[1]])
        kept.append(next((one for one in each if sent and one[1] == owner), first))
    return kept


def _still_overridden(
    owner: str, files: Mapping[str, SourceFile], readings: Mapping[str, Reading]
) -> bool:
    """Whether a folder's file keeps the key that it had, though it does not read now."""
    file = files.get(owner)
    if file is None or file.is_fetched:
        return False
    reading = readings.get(owner)
    return reading is None or bool(reading.refused)
