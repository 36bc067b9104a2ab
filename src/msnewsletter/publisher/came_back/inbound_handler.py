"""Handles one message that came back: gather what the books say, decide, apply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.delivery.inbound.inbound_kinds import Bounce, Complaint, UnsubscribeRequest
from msnewsletter.delivery.inbound.read_inbound import read_inbound
from msnewsletter.delivery.inbound.unsubscribe_mail import OwnAddresses
from msnewsletter.delivery.inbound.verp import Verp
from msnewsletter.errors import BadValueError
from msnewsletter.publisher.came_back.inbound_decision import (
    InboundCase,
    InboundDecision,
    InboundOutcome,
    decide,
)
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.tokens import Purpose, Tokens

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.delivery.inbound.inbound_kinds import Inbound
    from msnewsletter.settings import Settings
    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.subscribers.subscriber import Subscriber


@dataclass(frozen=True, kw_only=True)
class InboundHandler:
    """Handles what comes back for one newsletter.

    Attributes:
        store: the subscribers' database.
        tokens: reads those of links.
        verp: knows our envelope senders.
        addresses: ours that people may write to in order to leave.
    """

    store: SubscriberStore
    tokens: Tokens
    verp: Verp
    addresses: OwnAddresses

    def handle(self, message: bytes, *, now: datetime, envelope_to: str = "") -> InboundOutcome:
        """Do what follows from a message; doing it twice does the same as once.

        Args:
            message: as it came, or its beginning.
            now: aware.
            envelope_to: the address that the server took it for; empty: not known.

        Raises StoreError; then the message is to be handled again.
        """
        inbound = read_inbound(
            message, addresses=self.addresses, verp=self.verp, envelope_to=envelope_to
        )
        case = self._case(inbound, now=now)
        return self._apply(decide(inbound, case, now=now), case, now=now)

    def _case(self, inbound: Inbound, *, now: datetime) -> InboundCase:
        match inbound:
            case Bounce(delivery=delivery):
                subscriber = self._of_delivery(delivery)
                return InboundCase(
                    subscriber=subscriber,
                    delivery=self.store.past_delivery(delivery),
                    past=tuple(self.store.past_deliveries(subscriber.id)) if subscriber else (),
                )
            case Complaint(delivery=delivery, token=token):
                found = self._of_delivery(delivery) or self._of_token(token, now=now)
                return InboundCase(subscriber=found)
            case UnsubscribeRequest():
                return InboundCase(subscriber=self._who_asks(inbound, now=now))
            case _:
                return InboundCase()

    def _who_asks(self, request: UnsubscribeRequest, *, now: datetime) -> Subscriber | None:
        """Whom a request is for: by its token, its delivery, or, without a delivery, its From."""
        found = self._of_token(request.token, now=now) or self._of_delivery(request.delivery)
        if found or request.delivery is not None or request.address is None:
            return found
        try:
            return self.store.subscriber_at(parse_address(request.address))
        except BadValueError:
            return None

    def _of_delivery(self, delivery: int | None) -> Subscriber | None:
        number = self.store.subscriber_of(delivery) if delivery is not None else None
        return self.store.subscriber(number) if number is not None else None

    def _of_token(self, token: str | None, *, now: datetime) -> Subscriber | None:
        if token is None:
            return None
        try:
            handle = self.tokens.read(Purpose.UNSUBSCRIBE, token, now=now)
        except BadValueError:
            return None
        return self.store.subscriber_named(handle)

    def _apply(
        self, decision: InboundDecision, case: InboundCase, *, now: datetime
    ) -> InboundOutcome:
        subscriber = case.subscriber
        if subscriber is None:
            return decision.outcome
        if decision.bounce:
            new = self.store.note_bounce(
                decision.bounce,
                subscriber=subscriber.id,
                suppress=decision.suppression is not None,
                soft_bounces=decision.soft_bounces,
            )
            # Another process has handled the same meanwhile.
            return decision.outcome if new else InboundOutcome.REPEATED
        if decision.state:
            self.store.change_state(
                subscriber.id, decision.state, at=now, suppression=decision.suppression
            )
        return decision.outcome


def inbound_handler(settings: Settings, store: SubscriberStore) -> InboundHandler:
    """The handler of a newsletter; raises StoreError."""
    secret = store.secret()
    return InboundHandler(
        store=store,
        tokens=Tokens(secret),
        verp=Verp(_bounces(settings), store.bounce_secret()),
        addresses=OwnAddresses(unsubscribe=frozenset(_unsubscribe_addresses(settings))),
    )


def _bounces(settings: Settings) -> str:
    """The mailbox of bounces; without one no address in a message has its form."""
    set_one = settings.deliver.bounces if settings.deliver else None
    return set_one or f"bounces@{settings.mail.from_address.rpartition('@')[2]}"


def _unsubscribe_addresses(settings: Settings) -> list[str]:
    low_energy = [settings.low_energy.unsubscribe_address] if settings.low_energy else []
    return [settings.mail.unsubscribe_address, *low_energy]
