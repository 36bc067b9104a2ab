"""Pages that a source names: their addresses, and what the source says of when they came. Pure.

Owns which of them are looked at now, and in what order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import BadValueError
from msnewsletter.sources.addresses import identity_of
from msnewsletter.sources.build_dates import of_one_build
from msnewsletter.sources.html.page_dates import published_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from msnewsletter.sources.fetch.known_source import KnownSummary

# A page is looked at daily while it is so young, and then each time when so long has passed.
_YOUNG: Final = timedelta(days=30)
_DAILY: Final = timedelta(days=1)
_HOURLY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPage:
    """A page that a source names.

    Attributes:
        address: absolute.
        published: when it came, as the source says it for sure; empty: it does not.
        hint: a date that may be that of its publication; empty: none.
        hint_origin: where the hint is from, for people.
        modified: when it was last changed, as the source says it; empty: it does not.
    """

    address: str
    published: str = ""
    hint: str = ""
    hint_origin: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesToLookAt:
    """Which pages one look asks for.

    Attributes:
        new, known: those that it asks for.
        left: new ones that have to wait for the next look.
        not_asked: when each known page that it does not ask for is due, aware.
    """

    new: tuple[NamedPage, ...]
    known: tuple[NamedPage, ...]
    left: int
    not_asked: tuple[datetime, ...] = ()


def unique(pages: Iterable[NamedPage]) -> list[NamedPage]:
    """Each page once, in order; the first that names it counts."""
    return list({identity_of(page.address): page for page in reversed(list(pages))}.values())[::-1]


def wanted(
    pages: Iterable[NamedPage], include: Iterable[str], exclude: Iterable[str]
) -> list[NamedPage]:
    """Those whose addresses match one of `include`, if there is one, and none of `exclude`."""
    takes = [re.compile(pattern) for pattern in include]
    leaves = [re.compile(pattern) for pattern in exclude]
    return [
        page
        for page in pages
        if (not takes or any(take.search(page.address) for take in takes))
        and not any(leave.search(page.address) for leave in leaves)
    ]


def without_build_dates(pages: Iterable[NamedPage], at: datetime) -> list[NamedPage]:
    """The pages, and no date of those whose last change is that of the site's last build.

    `at`: now, aware.
    """
    found = list(pages)
    built = of_one_build([_changed(page.modified, at) for page in found])
    return [
        replace(page, hint="", modified="") if is_built else page
        for page, is_built in zip(found, built, strict=True)
    ]


def _changed(text: str, at: datetime) -> str:
    """A day or moment in ISO 8601; empty: no date."""
    try:
        return published_of(text, at) if text else ""
    except BadValueError:
        return ""


def pages_to_look_at(
    pages: Iterable[NamedPage],
    known: Mapping[str, KnownSummary],
    *,
    at: datetime,
    most: int,
    stale: Iterable[str] = (),
    failing: Collection[str] = (),
    resting: Collection[str] = (),
    again: bool = False,
) -> PagesToLookAt:
    """Which pages to ask for now: the newest new ones, and known ones that are due again.

    Args:
        pages: that the source names.
        known: summaries by identity.
        at: now, aware.
        most: new pages, and known ones, of one look.
        stale: identities of pages that were read by other settings.
        failing: identities of pages that did not come the last time: they wait behind the others.
        resting: identities of pages whose server wants no request for them yet.
        again: all known pages are due, however many they are.
    """
    new: list[NamedPage] = []
    due: list[tuple[datetime, NamedPage]] = []
    not_asked: list[datetime] = []
    otherwise_read = frozenset(stale)
    for page in pages:
        identity = identity_of(page.address)
        if identity in resting:
            continue
        if (one := known.get(identity)) is None:
            new.append(page)
        elif again or identity in otherwise_read or is_due(page, one, at):
            due.append((one.looked, page))
        else:
            not_asked.append(_next_due(one))
    new.sort(key=lambda page: date_of(page, at), reverse=True)
    due.sort(key=lambda pair: pair[0])
    most_known = len(due) if again else most
    asked = [page for _, page in due[:most_known]]
    asked.sort(key=lambda page: identity_of(page.address) in failing)
    return PagesToLookAt(
        new=tuple(new[:most]),
        known=tuple(asked),
        left=max(0, len(new) - most),
        not_asked=(*not_asked, *(at for _ in due[most_known:])),
    )


def is_due(page: NamedPage, known: KnownSummary, at: datetime) -> bool:
    """Whether a known page is to be looked at again."""
    if at < known.looked:  # the clock was set back
        return True
    young = at - known.first_seen < _YOUNG
    if known.read is None and at - known.first_seen < _DAILY:
        return True  # it failed the first time, which mostly passes
    if at - known.looked >= (_DAILY if young else _YOUNG):
        return True
    changed = _end_of(page.modified, at)
    if changed is None or known.looked >= changed:
        return False
    # A day that is not over: it may have changed after it was looked at today.
    under_way = "T" not in page.modified and changed - at < _DAILY
    return changed <= at or (under_way and at - known.looked >= _HOURLY)


def _next_due(known: KnownSummary) -> datetime:
    """When a known page is due by its age alone."""
    tomorrow = known.looked + _DAILY
    return tomorrow if tomorrow - known.first_seen < _YOUNG else known.looked + _YOUNG


def date_of(page: NamedPage, at: datetime) -> str:
    """The date by which pages are ordered, in UTC and ISO 8601; empty: none is known."""
    for text in (page.published, page.hint, page.modified):
        try:
            found = published_of(text, at) if text else ""
        except BadValueError:
            continue
        if found:
            return _moment(found).isoformat()
    return ""


def _end_of(text: str, at: datetime) -> datetime | None:
    """The moment after a date that is a day or an instant; None: it is neither."""
    try:
        found = published_of(text, at) if text else ""
    except BadValueError:
        return None
    if not found:
        return None
    return _moment(found) + (timedelta() if "T" in found else timedelta(days=1))


def _moment(iso: str) -> datetime:
    found = datetime.fromisoformat(iso)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
