"""What is known of a source from earlier looks, as a kind needs it."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003
from dataclasses import dataclass, field
from datetime import date, datetime  # noqa: TC003

from msnewsletter.sources.fetch.finds import Remembered  # noqa: TC001


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSummary:
    """A summary that the source named before.

    Attributes:
        key: its key.
        first_seen: when the source first named it, aware UTC.
        looked: when it was last looked at, aware UTC.
        read: when it was last read without a problem, aware UTC; None: never.
        stamp: of the last Read; None: it has none, or must be read again.
        named_by: as in NamedNow, when it was last named; empty: that is not known.
        said: `fetched_file.digest_of_said` of what it said then; empty: it has a problem now.
    """

    key: str
    first_seen: datetime
    looked: datetime
    read: datetime | None
    stamp: str | None = None
    said: str = ""
    named_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSource:
    """What is known of a source.

    Attributes:
        at: now, aware UTC.
        summaries: by each of their identities.
        documents: by URL.
        since: the first day of what is taken; what is older need not be asked for. None: all.
    """

    at: datetime
    summaries: Mapping[str, KnownSummary] = field(default_factory=dict)
    documents: Mapping[str, Remembered] = field(default_factory=dict)
    since: date | None = None
