"""Entries that a feed names no more, and that it may have given another id, address and date.

A feed says all that it has at each look, so what it no longer names when something comes that says
nearly the same has probably become that: a site that moves numbers and dates its archive anew. It
was sent, or waits, or is from before `since` and would be mailed as new. A person decides.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.errors import BadValueError, NewsletterError
from msnewsletter.issue.holds import Hindrance
from msnewsletter.issue.same_study import is_nearly_same
from msnewsletter.model import HoldReason
from msnewsletter.regular_file import read_regular
from msnewsletter.sources.fetch.known_source import HEADLINE_BEGINS
from msnewsletter.sources.fetched_file import parse_fetched, study_in
from msnewsletter.sources.formats import SIZE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from msnewsletter.model import Summary
    from msnewsletter.publisher.source_memory import SourceMemory
    from msnewsletter.sources import SourceFile
    from msnewsletter.store import Pending

# A date that more entries have says nothing of which one it is.
_OF_ONE_DATE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedEntry:
    """An entry that its feed names no more.

    Attributes:
        key: its own.
        file: what was kept of it.
        headline, published: as in IndexedSummary.
        older: it is from before the `since` of its source, and was not taken.
    """

    key: str
    file: SourceFile
    headline: str | None
    published: str | None
    older: bool


def dropped_entries(
    memory: SourceMemory, files: Mapping[str, SourceFile], older: Container[str]
) -> Iterator[DroppedEntry]:
    """What a feed has named, and not any more when it last named anything.

    Args:
        memory: of the feed.
        files: of its summaries, by key.
        older: keys of those from before its `since`.
    """
    last = max((one.looked for one in memory.summaries.values()), default=None)
    for key, one in memory.summaries.items():
        if one.looked != last and key in files:
            yield DroppedEntry(
                key=key,
                file=files[key],
                headline=one.headline,
                published=one.published,
                older=key in older,
            )


def renamed_entries(
    waiting: Sequence[Pending], dropped: Iterable[DroppedEntry], sources: Mapping[str, str]
) -> dict[str, Hindrance]:
    """Why summaries wait that say nearly what their feed had under another id, by key.

    Args:
        waiting: the fetched summaries.
        dropped: entries that feeds name no more.
        sources: the source of each file, by path.
    """
    entries = _Dropped(dropped if waiting else ())
    found: dict[str, Hindrance] = {}
    for one in waiting:
        same = entries.saying_nearly(one.summary, source=sources.get(one.path, ""))
        if same:
            found[one.summary.key] = Hindrance(HoldReason.SAME_STUDY, _reason(same))
    return found


class _Dropped:
    """Dropped entries, to be looked up by what a summary says; a file is read once at most."""

    def __init__(self, entries: Iterable[DroppedEntry]) -> None:
        self._keys: set[str] = set()
        self._of_headline: defaultdict[tuple[str, str], list[DroppedEntry]] = defaultdict(list)
        self._of_date: defaultdict[tuple[str, str], list[DroppedEntry]] = defaultdict(list)
        self._studies: dict[str, Summary | None] = {}
        for entry in entries:
            self._keys.add(entry.key)
            self._of_headline[entry.file.source, _beginning(entry.headline or "")].append(entry)
            self._of_date[entry.file.source, entry.published or ""].append(entry)

    def saying_nearly(self, summary: Summary, *, source: str) -> DroppedEntry | None:
        """One of a source that says nearly the same, unless the summary is one itself."""
        if summary.key in self._keys:
            return None
        for entry in self._likely(summary, source):
            study = self._study(entry)
            if study and is_nearly_same(study, summary):
                return entry
        return None

    def _likely(self, summary: Summary, source: str) -> Iterator[DroppedEntry]:
        yield from self._of_headline.get((source, _beginning(summary.headline)), ())
        of_date = self._of_date.get((source, str(summary.published)), ())
        yield from of_date if len(of_date) <= _OF_ONE_DATE else ()

    def _study(self, entry: DroppedEntry) -> Summary | None:
        """What the file of an entry says; None: it is damaged, and comes no more."""
        if entry.key not in self._studies:
            self._studies[entry.key] = None
            with suppress(OSError, BadValueError, NewsletterError):
                data = read_regular(entry.file.address, limit=SIZE_LIMIT, follow=False)
                kept = parse_fetched(data, entry.file.location)
                self._studies[entry.key] = study_in(kept.fields)
        return self._studies[entry.key]


def _beginning(headline: str) -> str:
    # White space that is taken out leaves less of what is remembered.
    return " ".join(headline.split()).casefold()[: HEADLINE_BEGINS // 2]


def _reason(entry: DroppedEntry) -> str:
    older = ", which is from before its 'since'" if entry.older else ""
    return (
        f"it says nearly what {entry.key!r} says{older}, and its feed names that no more: it may "
        "have given it another id; if readers should get it, write it into a file of its own"
    )
