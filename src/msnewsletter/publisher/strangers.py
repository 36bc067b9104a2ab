"""Summaries that have one key by accident, and are about different studies: nobody merges them.

Sources that count their entries from 1 have the same keys, and a file's name may be one of them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.errors import SourceError
from msnewsletter.issue.same_study import is_of_other_numbers
from msnewsletter.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from msnewsletter.model import Summary
    from msnewsletter.sources import Reading, SourceFile
    from msnewsletter.store import KnownKey, Store

    Offer = tuple[Summary, str]  # a summary with its file's location


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A summary whose key another study has: the summary, its file, and what is said of it."""

    summary: Summary
    path: str
    error: SourceError


def parted(
    offers: Sequence[Offer],
    *,
    files: Mapping[str, SourceFile],
    readings: Mapping[str, Reading],
    known: Mapping[str, KnownKey],
    store: Store,
) -> tuple[list[Offer], list[Stranger]]:
    """The offers, and those with the key of another study.

    What was sent has the key, then what had it before, then what stands first in the settings.

    Args:
        offers: summaries with their files' locations.
        files: all source files by location, in the order of the sources.
        readings: of the files that are read now.
        known: their keys as they were stored.
        store: what was collected.
    """
    by_key: defaultdict[str, list[Offer]] = defaultdict(list)
    for offer in offers:
        by_key[offer[0].key].append(offer)
    contested = {
        key
        for key, each in by_key.items()
        if _is_contested(key, [path for _, path in each], files, known)
    }
    stored, sent = store.stored(contested), store.sent(contested)
    rank = {location: number for number, location in enumerate(files)} if contested else {}
    strangers: list[Stranger] = []
    for key in sorted(contested):
        owner = _owner(key, [path for _, path in by_key[key]], files, readings, known)
        each = sorted(by_key[key], key=lambda one: (one[1] != owner, rank[one[1]]))
        before = [texts[key] for texts in (sent, stored) if key in texts]
        is_settled = key in known and known[key].settled is not None
        if not (owner or is_settled):
            before = []
        strangers += _strangers(each, owner, files, before, is_settled=is_settled)
    wrong = {(one.summary.key, one.path) for one in strangers}
    return [one for one in offers if (one[0].key, one[1]) not in wrong], strangers


def _is_contested(
    key: str, paths: Iterable[str], files: Mapping[str, SourceFile], known: Mapping[str, KnownKey]
) -> bool:
    """Whether several files name a key, and one of them was fetched."""
    owner = known[key].path if key in known else ""
    having = {*paths, *({owner} if owner in files else ())}
    return len(having) > 1 and any(files[path].is_fetched for path in having)


def _owner(
    key: str,
    paths: Iterable[str],
    files: Mapping[str, SourceFile],
    readings: Mapping[str, Reading],
    known: Mapping[str, KnownKey],
) -> str:
    """The file that has the key until now, if it still does; empty: none has."""
    owner = known[key].path if key in known else ""
    gave_up = owner in readings and owner not in paths and not readings[owner].refused
    return owner if owner in files and not gave_up else ""


def _strangers(
    each: Sequence[Offer],
    owner: str,
    files: Mapping[str, SourceFile],
    before: Sequence[Summary],
    *,
    is_settled: bool,
) -> list[Stranger]:
    """Those of one key that are about another study than the one that has it."""
    holder = owner if owner or is_settled else each[0][1]
    having = [*before, *(summary for summary, path in each if path == holder)]
    found = []
    for summary, path in each:
        if (
            path == holder
            or not having
            or not _is_another(summary, having, by_hand=not files[path].is_fetched)
        ):
            continue
        # A notice about what was sent has numbers of its own.
        if is_settled and summary.status is not Status.LIVE:
            continue
        error = _error(summary, holder, having)
        found.append(Stranger(summary=summary, path=path, error=error))
    return found


def _is_another(summary: Summary, having: Iterable[Summary], *, by_hand: bool) -> bool:
    """A person who corrects a number in a file leaves the headline, or the other number."""
    headline = " ".join(summary.headline.split()).casefold()
    return all(
        is_of_other_numbers(one, summary)
        and not (by_hand and " ".join(one.headline.split()).casefold() == headline)
        for one in having
    )


def _error(summary: Summary, holder: str, having: Sequence[Summary]) -> SourceError:
    problem = (
        f"key {summary.key!r} is that of another study, {having[0].headline!r}"
        f"{f' ({holder})' if holder else ''}, which has another DOI or PubMed number"
    )
    remedy = "give one of them another key, or correct the number that is wrong"
    return SourceError(summary.location, problem, remedy)
