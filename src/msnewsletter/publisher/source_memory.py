"""What the program remembers of a fetched source, `var/sources/NAME/state.json`.

Of summaries it is an index: their files say the same, and it is made again from them where it is
lost. The source's health is here alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime  # noqa: TC003  (pydantic needs it)
from hashlib import sha256
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import write_atomically
from msnewsletter.disk.state_file import read_state
from msnewsletter.errors import NewsletterError
from msnewsletter.regular_file import read_regular
from msnewsletter.serialize import to_json
from msnewsletter.sources.fetch.finds import Remembered  # noqa: TC001  (pydantic needs it)
from msnewsletter.sources.fetched_file import (
    FetchedSummary,
    digest_of_said,
    file_of,
    parse_fetched,
)
from msnewsletter.sources.formats import SIZE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home

# 50,000 summaries have some 25 MB.
_STATE_LIMIT = 256_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source does.

    Attributes:
        added: when it was first looked at, aware UTC.
        running: the newsletter had an issue then.
        tried: when it was last looked at.
        succeeded: when a look last went through to its end; None: never.
        failing_since, failures, reason: of looks that failed since then.
        not_before: a server asked not to be asked before then (`Retry-After`).
        came: new and changed summaries of the last look that went through.
        remarks: of the last look.
    """

    added: datetime
    running: bool
    tried: datetime | None = None
    succeeded: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    reason: str | None = None
    not_before: datetime | None = None
    came: int = 0
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedSummary:
    """A fetched summary as the index has it.

    Attributes:
        identities, address, first_seen, first_look, read: as in FetchedSummary.
        looked: when it was last looked at, aware UTC.
        published: the field, as its source gave it.
        digest: of all that the source says of it.
        stamp: as in Read.
        said: as in KnownSummary.
    """

    identities: tuple[str, ...]
    address: str
    first_seen: datetime
    looked: datetime
    digest: str
    read: datetime | None = None
    first_look: bool = False
    published: str | None = None
    stamp: str | None = None
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMemory:
    """All that is remembered of a source: health, summaries by key, documents by URL."""

    health: SourceHealth
    summaries: dict[str, IndexedSummary] = field(default_factory=dict)
    documents: dict[str, Remembered] = field(default_factory=dict)


def memory_path(home: Home, source: str) -> Path:
    """The file of a source's memory."""
    return home.fetched / source / "state.json"


def read_memory(home: Home, source: str) -> SourceMemory | None:
    """What is remembered of a source; None: it was never looked at."""
    found = read_state(home, memory_path(home, source), SourceMemory, limit=_STATE_LIMIT)
    if found is not None:
        return found
    again = {summary.key: indexed(summary, summary.changed) for summary in _kept(home, source)}
    if not again:
        return None
    first = min(one.first_seen for one in again.values())
    # Whether the newsletter had an issue then is not known: taking less mails no archive.
    return SourceMemory(health=SourceHealth(added=first, running=True), summaries=again)


def write_memory(home: Home, source: str, memory: SourceMemory) -> None:
    """Write it, whole; raises OutboxError."""
    write_atomically(home, memory_path(home, source), to_json(memory).encode())


def indexed(
    summary: FetchedSummary, looked: datetime, *, stamp: str | None = None
) -> IndexedSummary:
    """What the index has of a summary."""
    published = summary.fields.get("published")
    return IndexedSummary(
        identities=summary.identities,
        address=summary.address,
        first_seen=summary.first_seen,
        looked=looked,
        read=summary.read,
        digest=digest_of(summary),
        first_look=summary.first_look,
        published=published if isinstance(published, str) else None,
        stamp=stamp,
        said="" if summary.problem else digest_of_said(summary),
    )


def digest_of(summary: FetchedSummary) -> str:
    """Names what the source says of a summary, whenever it was read."""
    said = replace(summary, changed=summary.first_seen, read=None)
    return sha256(to_json(said).encode(errors="replace")).hexdigest()[:16]


def _kept(home: Home, source: str) -> Iterator[FetchedSummary]:
    """The summaries that have files; one that is damaged is fetched again."""
    folder = home.fetched / source / "items"
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            data = read_regular(path, limit=SIZE_LIMIT)
            summary = parse_fetched(data, home.display_path(path))
        except (NewsletterError, ValueError, OSError):  # BadValueError is a ValueError
            continue
        if file_of(home, source, summary.key) == path:
            yield summary
