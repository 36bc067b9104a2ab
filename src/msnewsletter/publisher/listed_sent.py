"""The rows of what was sent or never will be, and how many there are: from the database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.errors import StoreError
from msnewsletter.model import Status
from msnewsletter.publisher.state_name import STATE_OF, STATUS_OF, StateName
from msnewsletter.publisher.summary_register import RegisterCount, RegisterQuery, RegisterRow
from msnewsletter.search_words import has_words
from msnewsletter.store.register_queries import NO_ISSUE, Registered, RegisterGroup, RegisterWish

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from msnewsletter.issue.edits import PostSendEdit, SentSummary
    from msnewsletter.model import Summary
    from msnewsletter.publisher.listed_waiting import FileOrigins
    from msnewsletter.store import Store


@dataclass(frozen=True, kw_only=True)
class SentPart:
    """What the database has of what is looked for: counted, and those that are overridden."""

    groups: list[RegisterCount]
    overridden: list[Registered]


def sent_part(store: Store, query: RegisterQuery, origins: FileOrigins) -> SentPart:
    """What there is with the words and of the issue that are asked for."""
    wish = RegisterWish(words=query.words, issue=query.issue)
    groups = Counter({_of(one): one.count for one in store.register_groups(wish)})
    overridden = [
        one
        for one in store.registered(origins.overridden)
        if has_words(one.words, wish.words) and query.issue in {None, one.issue}
    ]
    for one in overridden:
        kinds, source, year = _of(one)
        groups[kinds, source, year] -= 1
        groups[kinds | {StateName.OVERRIDDEN}, source, year] += 1
    return SentPart(
        groups=[RegisterCount(*of, count) for of, count in groups.items() if count],
        overridden=overridden,
    )


def _of(one: RegisterGroup | Registered) -> tuple[frozenset[StateName], str, str]:
    """What it can be chosen by."""
    if one.status is None:
        return frozenset({StateName.BASELINE}), one.source, one.year
    mark = STATE_OF.get(one.status)
    kinds = {StateName.SENT, mark} if mark else {StateName.SENT}
    return frozenset(kinds), one.source, one.year


def sent_keys(
    store: Store, query: RegisterQuery, sent: SentPart, *, first: int, limit: int
) -> list[str]:
    """Keys of those that were sent, or never will be, on the page."""
    if query.state is StateName.OVERRIDDEN:
        keys = [
            one.key
            for one in sent.overridden
            if query.source in {None, one.source} and query.year in {None, one.year}
        ]
        return keys[first : first + limit]
    statuses = _statuses(query.state)
    if not limit or statuses == frozenset():
        return []
    wish = RegisterWish(
        words=query.words,
        issue=query.issue,
        statuses=statuses,
        source=query.source,
        year=query.year,
    )
    return store.register_keys(wish, first=first, limit=limit)


def _statuses(state: StateName | None) -> frozenset[Status | None] | None:
    """What the database knows a state by; None: any."""
    match state:
        case None:
            return None
        case StateName.SENT:
            return frozenset(Status)
        case StateName.BASELINE:
            return frozenset({None})
        case _:
            return frozenset({STATUS_OF[state]}) if state in STATUS_OF else frozenset()


def sent_rows(
    store: Store, keys: Sequence[str], origins: FileOrigins, edits: Mapping[str, PostSendEdit]
) -> list[RegisterRow]:
    """The rows of these keys; one whose text is damaged says so, and stops no other."""
    try:
        return _read_rows(store, keys, origins, edits)
    except StoreError:
        return [row for key in keys for row in _read_row(store, key, origins, edits)]


def _read_row(
    store: Store, key: str, origins: FileOrigins, edits: Mapping[str, PostSendEdit]
) -> list[RegisterRow]:
    try:
        return _read_rows(store, [key], origins, edits)
    except StoreError as error:
        why = f"{error.place}: {error.problem}. Remedy: {error.remedy}"
        return [RegisterRow(state=StateName.SENT, headline=key, key=key, why=why)]


def _read_rows(
    store: Store, keys: Sequence[str], origins: FileOrigins, edits: Mapping[str, PostSendEdit]
) -> list[RegisterRow]:
    entered = {one.key: one for one in store.registered(keys)}
    sent = store.sent_summaries(keys)
    baseline = [key for key in keys if entered[key].issue == NO_ISSUE]
    stored, known = store.stored(baseline), store.known(baseline)
    rows = []
    for key in keys:
        if one := sent.get(key):
            rows.append(_sent_row(one, entered[key], origins, edits.get(key)))
        else:
            settled = known[key].settled
            why = (settled.reason if settled else None) or ""
            rows.append(_baseline_row(entered[key], stored.get(key), origins, why))
    return rows


def _sent_row(
    one: SentSummary, entered: Registered, origins: FileOrigins, edit: PostSendEdit | None
) -> RegisterRow:
    public = one.public
    # What a takedown removed is shown nowhere, its headline neither.
    text = public if public.status is Status.TAKEN_DOWN else one.source
    return RegisterRow(
        state=StateName.SENT,
        headline=public.headline or public.key,
        key=public.key,
        marks=origins.marks(public),
        place=origins.place(one.source),
        published=public.published,
        journal=text.journal or "",
        source=entered.source,
        year=entered.year,
        issue=one.issue,
        carried=one.carried,
        why=f"Its file was edited: {edit.effect}" if edit else "",
    )


def _baseline_row(
    entered: Registered, summary: Summary | None, origins: FileOrigins, why: str
) -> RegisterRow:
    return RegisterRow(
        state=StateName.BASELINE,
        headline=summary.headline if summary else entered.key,
        key=entered.key,
        marks=origins.marks(summary) if summary else (),
        place=origins.place(summary) if summary else "",
        published=summary.published if summary else None,
        journal=(summary.journal or "") if summary else "",
        source=entered.source,
        year=entered.year,
        why=why,
    )
