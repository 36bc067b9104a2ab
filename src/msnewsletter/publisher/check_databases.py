"""Examine both databases of a home, whichever kind they are: each by itself, and the balances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import reading_errors
from msnewsletter.errors import NewsletterError
from msnewsletter.home import issue_name
from msnewsletter.publisher.delivering.delivery_mark import read_mark
from msnewsletter.settings import load_settings
from msnewsletter.store import location_of, open_store
from msnewsletter.store.subscribers import open_subscribers, subscribers_at
from msnewsletter.subscribers.delivery_state import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from msnewsletter.home import Home
    from msnewsletter.store import DatabaseLocation
    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.store.subscribers.mailing_queries import Mailing
    from msnewsletter.subscribers.delivery_state import Balance


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFinding:
    """One line of the check: whether what it is about is well, and what is said of it."""

    good: bool
    line: str


def check_databases(home: Home) -> list[DatabaseFinding]:
    """A line for each database, and one for each mailing; changes nothing.

    Raises SettingsError. What is wrong with one database does not keep the other unexamined.
    """
    settings = load_settings(home.settings)
    newsletter, subscribers = location_of(home, settings), subscribers_at(home, settings)
    with reading_errors(home):
        return [*_newsletter(newsletter), *_subscribers(home, subscribers)]


def _newsletter(place: DatabaseLocation) -> list[DatabaseFinding]:
    if _is_missing(place):
        return [_none_yet(place)]
    try:
        with open_store(place, create=False) as store:
            store.examine()
            return [_rows(place, store.wrong_rows(), store.count_rows)]
    except NewsletterError as error:
        return [DatabaseFinding(good=False, line=str(error))]


def _subscribers(home: Home, place: DatabaseLocation) -> list[DatabaseFinding]:
    if _is_missing(place):
        return [_none_yet(place)]
    try:
        with open_subscribers(place, create=False) as store:
            store.examine()
            rows = _rows(place, store.wrong_rows(), store.count_rows)
            # A balance counts states, and needs each to be one.
            return [rows, *_balances(home, store)] if rows.good else [rows]
    except NewsletterError as error:
        return [DatabaseFinding(good=False, line=str(error))]


def _is_missing(place: DatabaseLocation) -> bool:
    return place.path is not None and not place.path.exists()


def _none_yet(place: DatabaseLocation) -> DatabaseFinding:
    return DatabaseFinding(good=True, line=f"{place.shown}: there is none yet")


def _rows(
    place: DatabaseLocation, wrong: Sequence[str], count: Callable[[], int]
) -> DatabaseFinding:
    if wrong:
        return DatabaseFinding(good=False, line=f"{place.shown}: {'; '.join(wrong)}")
    said = f"{count():,} rows, schema {place.tables.head}, nothing contradicts itself"
    return DatabaseFinding(good=True, line=f"{place.shown}: {said}")


def _balances(home: Home, store: SubscriberStore) -> list[DatabaseFinding]:
    """A line for each mailing that is under way or wrong, and one for all others."""
    found, finished = [], 0
    for mailing in store.mailings():
        one = _balance(home, mailing, store.balance(mailing.issue))
        if one.good and mailing.finished:
            finished += 1
        else:
            found.append(one)
    if finished:
        mailings = "1 mailing" if finished == 1 else f"{finished} mailings"
        line = f"ledger: {mailings} finished, each balance exact"
        found.append(DatabaseFinding(good=True, line=line))
    return found


def _balance(home: Home, mailing: Mailing, balance: Balance) -> DatabaseFinding:
    """Whether all that was enqueued is there, by what the issue's folder in the outbox says."""
    issue = issue_name(mailing.issue)
    states = " + ".join(
        f"{balance[state]:,} {state.value.replace('_', ' ')}"
        for state in DeliveryState
        if balance[state]
    )
    said = f"issue {issue}: {balance.enqueued:,} enqueued = {states or 'nobody'}"
    mark = read_mark(home, mailing.issue)
    # One that was ended by hand, without a ledger of it, has no deliveries.
    if mark is None or not balance.enqueued or mark.deliveries == balance.enqueued:
        return DatabaseFinding(good=True, line=said)
    missing = f"its folder in outbox/ says {mark.deliveries:,}"
    return DatabaseFinding(good=False, line=f"{said}, but {missing}")
