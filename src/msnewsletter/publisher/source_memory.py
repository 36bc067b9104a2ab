"""What the program remembers of a fetched source, in `var/sources/NAME/`.

`state.json` is the source's health, and is small: the clock asks it at every wake. `index.json`
says of summaries what their files say too, and is made again from them where it is lost.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator

from msnewsletter.disk.atomic import reading_errors, write_atomically
from msnewsletter.disk.state_file import read_state
from msnewsletter.errors import NewsletterError, OutboxError, printable
from msnewsletter.model import WrittenBy  # noqa: TC001  (pydantic needs it)
from msnewsletter.regular_file import read_regular
from msnewsletter.serialize import Count, Moment, to_json
from msnewsletter.sources.fetch.finds import Remembered  # noqa: TC001  (pydantic needs it)
from msnewsletter.sources.fetch.known_source import HEADLINE_BEGINS
from msnewsletter.sources.fetched_file import (
    FetchedSummary,
    file_of,
    parse_fetched,
)
from msnewsletter.sources.formats import SIZE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home

# 50,000 summaries have some 25 MB.
_INDEX_LIMIT = 256_000_000
Printable = Annotated[str, AfterValidator(printable)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source does.

    Attributes:
        added: when it was first looked at, aware UTC.
        running: the newsletter had an issue then.
        kind: of source, when it was last looked at.
        naming: `FetchedSource.naming` then.
        begun: when a look last began; it may have been stopped.
        tried: when the last look began that went through or failed.
        succeeded: when a look last went through to its end; None: never.
        caught_up: when a look first brought all that there was, and that was something; None: what
            is new to us may be old.
        failing_since, failures, reason: of looks that failed since then.
        not_before: a server asked not to be asked before then (`Retry-After`).
        came, problems: new and changed summaries of the last look that went through, and those
            with a problem; `came` of one that failed, too, where it brought some.
        remarks: of the last look.
        spoilt: summaries that were read well before and have a problem since `spoilt_since`, where
            they are many; 0: they are not.
        known: how many summaries it has named so far.
        unanswered: documents that did not come when they were last asked for, and may come again.
        partial_since: since when looks that go through do not get all that the source names; None:
            the last one did.
        empty_since: when looks began to bring a source that names none; None: the last one did not.
    """

    added: Moment
    running: bool
    kind: str | None = None
    naming: str | None = None
    begun: Moment | None = None
    tried: Moment | None = None
    succeeded: Moment | None = None
    caught_up: Moment | None = None
    failing_since: Moment | None = None
    failures: Count = 0
    reason: Printable | None = None
    not_before: Moment | None = None
    came: Count = 0
    problems: Count = 0
    remarks: tuple[Printable, ...] = ()
    spoilt: Count = 0
    spoilt_since: Moment | None = None
    known: Count = 0
    unanswered: Count = 0
    partial_since: Moment | None = None
    empty_since: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedSummary:
    """A fetched summary as the index has it.

    Attributes:
        identities, address, first_seen, first_look, read: as in FetchedSummary.
        looked: when it was last looked at, aware UTC.
        published, headline: the fields, as the source gave them; of a headline the beginning.
        digest: of all that the source says of it; empty: its file is gone, and it is to come again.
        stamp: as in Read.
        problem: it has one now.
        written_by: as in FetchedSummary.
        author: as in FetchedSummary, where no field says who wrote it.
        named_by: as in NamedNow, when it was last named; empty: the kind does not say it.
    """

    identities: tuple[str, ...]
    address: str
    first_seen: Moment
    looked: Moment
    digest: str
    read: Moment | None = None
    first_look: bool = False
    published: str | None = None
    headline: str | None = None
    stamp: str | None = None
    problem: bool = False
    written_by: WrittenBy | None = None
    author: str = ""
    named_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMemory:
    """All that is remembered of a source: health, summaries by key, documents by URL."""

    health: SourceHealth
    summaries: dict[str, IndexedSummary] = field(default_factory=dict)
    documents: dict[str, Remembered] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    summaries: dict[str, IndexedSummary] = field(default_factory=dict)
    documents: dict[str, Remembered] = field(default_factory=dict)


def health_path(home: Home, source: str) -> Path:
    """The file of a source's health."""
    return home.fetched / source / "state.json"


def index_path(home: Home, source: str) -> Path:
    """The file of what is known of its summaries and documents."""
    return home.fetched / source / "index.json"


def read_health(home: Home, source: str) -> SourceHealth | None:
    """How a source does; None: it was never looked at, or the file is damaged. Quick."""
    return read_state(home, health_path(home, source), SourceHealth)


def read_memory(home: Home, source: str) -> SourceMemory | None:
    """What is remembered of a source; None: it was never looked at.

    Raises OutboxError where nobody can say that: its folder cannot be read.
    """
    if folder := closed_folder(home, source):
        remedy = "check what is there, and its permissions"
        raise OutboxError(home.display_path(folder), "cannot be read", remedy)
    health = read_health(home, source)
    index = read_state(home, index_path(home, source), _Index, limit=_INDEX_LIMIT)
    if index is None:
        with reading_errors(home):
            kept = _kept(home, source, _names_in(home.fetched / source / "items"))
        index = _Index(summaries={one.key: indexed(one, one.changed) for one in kept})
    if health is None and not index.summaries:
        return None
    if health is None:
        first = min(one.first_seen for one in index.summaries.values())
        # Whether the newsletter had an issue then is not known: taking less mails no archive.
        health = SourceHealth(added=first, running=True)
    return SourceMemory(health=health, summaries=index.summaries, documents=index.documents)


def closed_folder(home: Home, source: str) -> Path | None:
    """The folder that keeps us from reading what is remembered of a source; None: none. Quick."""
    own = home.fetched / source
    for folder in (home.fetched, own, own / "items"):
        if not os.path.isdir(folder):  # noqa: PTH112  (a Path says of the same less)
            return None
        if not os.access(folder, os.R_OK | os.X_OK):
            return folder
    return None


def has_health(home: Home, source: str) -> bool:
    """Whether there is a file of a source's health, whatever it holds. Quick."""
    return os.path.lexists(health_path(home, source))


def write_health(home: Home, source: str, health: SourceHealth) -> None:
    """Write how a source does; raises OutboxError."""
    write_atomically(home, health_path(home, source), to_json(health).encode())


def write_index(home: Home, source: str, memory: SourceMemory) -> None:
    """Write what is known of its summaries and documents; raises OutboxError."""
    index = _Index(summaries=memory.summaries, documents=memory.documents)
    write_atomically(home, index_path(home, source), to_json(index).encode())


def agreeing_with_files(home: Home, source: str, memory: SourceMemory) -> SourceMemory:
    """The memory without what files said that are gone, and with what files say that it lacks.

    Of what is gone keys and identities stay. Where it did not agree, nothing is asked
    conditionally: which document brought what is not known. Raises OutboxError where the folder of
    the files cannot be read.
    """
    with reading_errors(home):
        there = set(_names_in(home.fetched / source / "items"))
    files = {key: file_of(home, source, key).name for key in memory.summaries}
    lost = {
        key: replace(one, digest="", read=None)
        for key, one in memory.summaries.items()
        if one.digest and files[key] not in there
    }
    found = {
        one.key: indexed(one, one.changed)
        for one in _kept(home, source, there.difference(files.values()))
    }
    if not (lost or found):
        return memory
    return replace(memory, summaries={**memory.summaries, **lost, **found}, documents={})


def indexed(
    summary: FetchedSummary, looked: datetime, *, stamp: str | None = None
) -> IndexedSummary:
    """What the index has of a summary."""
    published, headline = (summary.fields.get(name) for name in ("published", "headline"))
    return IndexedSummary(
        identities=summary.identities,
        address=summary.address,
        first_seen=summary.first_seen,
        looked=looked,
        read=summary.read,
        digest=digest_of(summary),
        first_look=summary.first_look,
        published=published if isinstance(published, str) else None,
        headline=headline[:HEADLINE_BEGINS] if isinstance(headline, str) else None,
        stamp=stamp,
        problem=summary.problem is not None,
        written_by=summary.written_by,
        author="" if "written_by" in summary.fields else summary.author,
    )


def digest_of(summary: FetchedSummary) -> str:
    """Names what the source says of a summary, whenever it was read."""
    said = replace(summary, changed=summary.first_seen, read=None)
    return sha256(to_json(said).encode(errors="replace")).hexdigest()[:16]


def _kept(home: Home, source: str, names: Iterable[str]) -> Iterator[FetchedSummary]:
    """The summaries of these files; one that is damaged is fetched again."""
    folder = home.fetched / source / "items"
    for name in sorted(names):
        path = folder / name
        try:
            data = read_regular(path, limit=SIZE_LIMIT)
            summary = parse_fetched(data, home.display_path(path))
        except (NewsletterError, ValueError, OSError):  # BadValueError is a ValueError
            continue
        if file_of(home, source, summary.key) == path:
            yield summary


def _names_in(folder: Path) -> list[str]:
    """The names in a folder; none: there is no folder. Raises OSError where they cannot be read."""
    try:
        return os.listdir(folder)  # noqa: PTH208  (names are enough)
    except (FileNotFoundError, NotADirectoryError):
        return []
