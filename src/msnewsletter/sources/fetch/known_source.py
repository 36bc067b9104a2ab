"""What is known of a source from earlier looks, as a kind needs it.

Two words say what need not be done again. A **way** names how something is read: selectors, a map,
the version of a reader. It is remembered with each document, which comes whole where its way is
another, whatever its server says. A **stamp** names what a source said of one summary and the way
it was read: the same stamp is the same summary.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003
from dataclasses import dataclass, field
from datetime import date, datetime  # noqa: TC003
from hashlib import sha256

from msnewsletter.sources.fetch.finds import Remembered  # noqa: TC001

# Characters of a headline that are remembered, to tell summaries apart.
HEADLINE_BEGINS = 200


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
        published, headline: the fields, as the source gave them; of a headline the beginning.
    """

    key: str
    first_seen: datetime
    looked: datetime
    read: datetime | None
    stamp: str | None = None
    named_by: str = ""
    published: str | None = None
    headline: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSource:
    """What is known of a source.

    Attributes:
        at: now, aware UTC.
        summaries: by each of their identities.
        documents: by URL.
        since: the first day of what is taken; what is older need not be asked for. None: all.
        again: a person wants all that is known asked for again now, whenever it is due.
    """

    at: datetime
    summaries: Mapping[str, KnownSummary] = field(default_factory=dict)
    documents: Mapping[str, Remembered] = field(default_factory=dict)
    since: date | None = None
    again: bool = False

    def document(self, url: str, way: str) -> Remembered | None:
        """What is remembered of a document; None: nothing, or it was read in another way."""
        found = self.documents.get(url)
        return found if found and found.way == way else None


def way_of(*facts: object) -> str:
    """Names the way in which something is read; `facts`: all on which it depends, as their repr."""
    return sha256(repr(facts).encode(errors="replace")).hexdigest()[:16]
