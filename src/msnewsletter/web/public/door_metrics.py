"""Figures for who watches the program (Prometheus), and who may read them. Nobody is in them."""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from msnewsletter.disk.outbox import waiting_folders
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.door_network import is_loopback_peer
from msnewsletter.subscribers.subscriber import SubscribedEdition, SubscriberState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.store.subscribers.door_queries import WaitingLetters
    from msnewsletter.subscribers.delivery_state import Balance
    from msnewsletter.web.public.door_request import DoorCall

CONTENT_TYPE: Final = "text/plain; version=0.0.4"
# Whoever sends one of these stands behind another server, and is not on this machine.
_PASSED_ON: Final = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
_BEARER: Final = "bearer "


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorFigures:
    """What is measured, at one moment.

    Attributes:
        subscribers: how many of each state and edition.
        mailings: the balance of each issue that is under way, and of the newest, by its number.
        letters: the door's mails that wait.
        oldest: since when the oldest issue waits in `outbox/new/`, aware UTC; None: none does.
    """

    subscribers: Mapping[tuple[SubscriberState, SubscribedEdition], int]
    mailings: Mapping[int, Balance]
    letters: WaitingLetters
    oldest: datetime | None


def door_figures(store: SubscriberStore, home: Home) -> DoorFigures:
    """The figures of now; raises StoreError, OutboxError."""
    mailings = store.mailings()
    watched = [one.issue for one in mailings if one.finished is None]
    watched += [one.issue for one in mailings[-1:] if one.finished is not None]
    return DoorFigures(
        subscribers=store.count_subscribers(),
        mailings={issue: store.balance(issue) for issue in watched},
        letters=store.waiting_letters(),
        oldest=min((since for _, since in waiting_folders(home)), default=None),
    )


def exposition(figures: DoorFigures, now: datetime) -> str:
    """The figures in Prometheus' text format; `now` is aware."""
    registry = CollectorRegistry()

    def gauge(name: str, says: str, *labels: str) -> Gauge:
        return Gauge(f"msnewsletter_{name}", says, labels, registry=registry)

    people = gauge("subscribers", "Subscribers.", "state", "edition")
    for state in SubscriberState:
        for edition in SubscribedEdition:
            people.labels(state, edition).set(figures.subscribers.get((state, edition), 0))
    deliveries = gauge("deliveries", "Deliveries of issues under way.", "issue", "state")
    for issue, balance in figures.mailings.items():
        for each in DeliveryState:
            deliveries.labels(str(issue), each).set(balance[each])
    letters = figures.letters
    gauge("door_mails_waiting", "Mails asked for at the door, not sent.").set(letters.count)
    gauge("door_mails_failing", "Those of them that failed at least once.").set(letters.failing)
    age = gauge("door_mails_oldest_seconds", "Age of the oldest of them; 0: none waits.")
    age.set(_age(letters.since, now))
    outbox = gauge("outbox_oldest_seconds", "Age of the oldest issue in outbox/new; 0: none waits.")
    outbox.set(_age(figures.oldest, now))
    return generate_latest(registry).decode()


def may_read_metrics(call: DoorCall, token: str | None) -> bool:
    """Whether who asks may have the figures.

    `token`: that of the environment, which then has to be sent; None: there is none, and only this
    machine may ask.
    """
    if token:
        sent = call.header("authorization")
        given = sent[len(_BEARER) :] if sent[: len(_BEARER)].lower() == _BEARER else ""
        return compare_digest(given.encode(), token.encode())
    return is_loopback_peer(call.peer) and not any(map(call.header, _PASSED_ON))


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
