"""What looking at a source brings: one small fact after the other."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  (pydantic needs it)
from dataclasses import dataclass, field
from datetime import datetime, timedelta  # noqa: TC003  (pydantic needs it)

from msnewsletter.serialize import Moment  # noqa: TC001  (pydantic needs it)
from msnewsletter.sources.fetched_file import Problem  # noqa: TC001  (pydantic needs it)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A summary that was read now.

    Attributes:
        identities, address, fields, origins, weak, notes: as in FetchedSummary.
        problem: why it cannot go out as it is, e.g. incomplete; its fields are shown to editors.
        partial: what it does not say stays as it was read before: a notice in the place of a text.
        stamp: names what the source said and the way in which it was read; the next look gets it
            back, and yields Unchanged for the same. None: it has to be read again.
    """

    identities: tuple[str, ...]
    address: str
    fields: Mapping[str, str | tuple[str, ...]]
    origins: Mapping[str, str] = field(default_factory=dict)
    weak: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problem: Problem | None = None
    partial: bool = False
    stamp: str | None = None
    # As in FetchedSummary.
    author: str = ""
    # The first identity is a summary's key, given as this program writes it, and is kept as it is.
    has_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """A known summary is there, and its source says that nothing of it changed."""

    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A summary that the source names and that could not be read.

    Attributes:
        identities, address: as in Read.
        problem: why.
        passing: it may be read at another time, so what was read before stays good.
        has_key: as in Read.
    """

    identities: tuple[str, ...]
    address: str
    problem: Problem
    passing: bool
    has_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What to send with the next request of a document, so that it comes only if it changed.

    Yielded after all that the document brought: what was not kept must come again.
    """

    url: str
    # The address that answered, after redirects: the validators are of it; None: `url` itself.
    answered: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    # Until then it need not be asked for (RFC 9111), aware UTC.
    fresh_until: Moment | None = None
    # In which way it was read, as `known_source.way_of` names it: in another it has to come whole.
    way: str = ""
    # When a look last took all that the document and those behind it name, aware UTC.
    whole: Moment | None = None
    # Since when it does not come, for now; and until when its server wants it not to be asked for.
    failing_since: Moment | None = None
    not_before: Moment | None = None
    # A page that no list names any more, and that was asked for since: it has not moved.
    unnamed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """A document that no look will ask for any more: what was remembered of it goes."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What editors should know of the source as a whole; it has not failed.

    `partial`: not all that names its summaries was read, so what is new later may be old.
    """

    says: str
    partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Resting:
    """The source's server wants no request before that long, though some of it was read."""

    retry_after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """The source was read, and names no summary at all: perhaps it is another page by now.

    What names none is not remembered: it has to come whole, so that a look which yields no Empty
    says that the source names some.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedNow:
    """What the source names now, of the summaries that it has brought.

    Attributes:
        by: what in the settings leads to them; set otherwise, it may lead to others.
        identities: of the summaries.
    """

    by: str
    identities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAsked:
    """Known pages that this look did not ask for again.

    Attributes:
        pages: how many; at least 1.
        next_due: when the first of them is asked for again, aware UTC; not after the look: the
            next look asks for it.
    """

    pages: int
    next_due: datetime


Find = (
    Read
    | Unchanged
    | Unread
    | Remembered
    | Forgotten
    | NamedNow
    | Remark
    | Resting
    | Empty
    | NotAsked
)
