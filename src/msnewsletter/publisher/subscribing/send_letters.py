"""Sends the mails that were asked for at the door; what cannot be handed over is tried again."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msnewsletter import urls
from msnewsletter.delivery.smtp import NotTakenError, connected, server_of
from msnewsletter.errors import DeliveryError, NewsletterError, TemplateError
from msnewsletter.render.door.letter_message import LetterHeaders, letter_message
from msnewsletter.settings import smtp_password
from msnewsletter.subscribers.door_rules import DoorLetter, letter_for, next_try
from msnewsletter.subscribers.subscriber import SubscriberState
from msnewsletter.subscribers.tokens import Purpose

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from msnewsletter.delivery.smtp import Connection
    from msnewsletter.publisher.subscribing.door_context import DoorContext
    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.store.subscribers.door_queries import DueLetter
    from msnewsletter.subscribers.subscriber import Subscriber

_MOST: Final = 20
# In one turn; a server may hang up on some addresses.
_CONNECTIONS: Final = 5
# Longer than a mail takes, each of whose answers may take `smtp.timeout`. Only the mail in hand is
# taken: of who is killed one waits for so long, since the server may have it.
_LEASE: Final = timedelta(hours=1)
_Fault = DeliveryError | TemplateError
_LINKS: Final = {
    DoorLetter.CONFIRM: (urls.CONFIRM, Purpose.CONFIRM),
    DoorLetter.ALREADY: (urls.PREFERENCES, Purpose.PREFERENCES),
    DoorLetter.LINK: (urls.PREFERENCES, Purpose.PREFERENCES),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLetters:
    """What became of the mails that were due.

    Attributes:
        sent: how many the server took.
        failed: how many it did not; those that are worth it are tried again.
        fault: why, without an address; None: none failed.
    """

    sent: int = 0
    failed: int = 0
    fault: _Fault | None = None


def send_due_letters(
    store: SubscriberStore,
    context: DoorContext,
    *,
    now: Callable[[], datetime],
    patience: timedelta = timedelta(),
) -> SentLetters:
    """Send the mails that are due, at most 20; from a sandbox none leave, and they wait.

    Nor do any leave where nobody can sign up.

    Args:
        store: the subscribers.
        context: of the door.
        now: returns the time, aware.
        patience: only those that have been due for so long.

    Raises StoreError; a mail server or a template that fails is in what is returned.
    """
    if context.settings.newsletter.sandbox or context.only_out:
        return SentLetters()
    return _LetterSender(store, context, now, patience).send()


_Wanted = tuple["DueLetter", DoorLetter]


class _LetterSender:
    """Sends what is due, one after the other; `_held` is the mail in hand."""

    def __init__(
        self,
        store: SubscriberStore,
        context: DoorContext,
        now: Callable[[], datetime],
        patience: timedelta,
    ) -> None:
        self._store, self._context = store, context
        self._now, self._patience = now, patience
        self._held: _Wanted | None = None
        self._taken = self._sent = self._failed = 0
        self._fault: _Fault | None = None

    def send(self) -> SentLetters:
        try:
            for _ in range(_CONNECTIONS):
                self._held = self._next()
                if self._held is None:
                    break
                self._over_one_connection()
        except (DeliveryError, TemplateError) as error:
            # There is no connection, or no mail can be made: those behind it stay due.
            if self._held:
                self._postpone(self._held[0], error)
        return SentLetters(sent=self._sent, failed=self._failed, fault=self._fault)

    def _next(self) -> _Wanted | None:
        """Take the mail that has been due for longest; those that nobody gets are done with."""
        while self._taken < _MOST:
            self._taken += 1
            at = self._now()
            request = self._store.take_due_letter(now=at - self._patience, until=at + _LEASE)
            if request is None:
                return None
            letter = letter_for(request.kind, self._store.subscriber_at(request.address))
            if letter is not None:
                return request, letter
            self._store.finish_letter(request.id)
        return None

    def _over_one_connection(self) -> None:
        """Send what is due until the server hangs up; that is about one mail, not all."""
        smtp = self._context.settings.smtp
        assert smtp is not None  # noqa: S101  (the settings refuse a door without it)
        with connected(server_of(smtp, password=smtp_password())) as connection:
            while self._held:
                self._try(connection, *self._held)
                self._held = None if connection.ended else self._next()

    def _try(self, connection: Connection, request: DueLetter, letter: DoorLetter) -> None:
        try:
            self._one(connection, request, letter)
        except NewsletterError:
            raise
        except Exception as error:  # noqa: BLE001  (a bug in one mail must not stop the others)
            # Not its words: they may tell the address.
            problem = f"a bug ({type(error).__name__})"
            self._postpone(request, DeliveryError(f"door mail {request.id}", problem, "report it"))

    def _one(self, connection: Connection, request: DueLetter, letter: DoorLetter) -> None:
        person = self._recipient(request, letter)
        message = self._message(request, letter, person)
        sender = self._context.settings.mail.from_address
        try:
            connection.send(message, sender=sender, to=request.address.mailbox)
        except NotTakenError as error:
            self._postpone(request, error, for_good=error.address_refused)
        else:
            self._store.finish_letter(request.id)
            self._sent += 1

    def _recipient(self, request: DueLetter, letter: DoorLetter) -> Subscriber:
        """Who is written to; who is new comes onto the books, and is pending."""
        store, at = self._store, self._now()
        known = store.subscriber_at(request.address)
        if known is None:
            known = store.add_subscriber(
                request.address, at=at, state=SubscriberState.PENDING, edition=request.edition
            )
        if letter is DoorLetter.CONFIRM:
            store.note_confirmation(known.id, at=at)
            # They get nothing until they confirm, which the mail that they chose last is for.
            store.change_edition(known.id, request.edition)
        return known

    def _message(self, request: DueLetter, letter: DoorLetter, person: Subscriber) -> bytes:
        context, now = self._context, self._now()
        page, purpose = _LINKS[letter]
        token = context.tokens.make(purpose, person.handle, at=now)
        name = f"door letter {request.id}".encode()
        unique = hmac.new(context.secret, name, hashlib.sha256).hexdigest()[:32]
        headers = LetterHeaders(
            to=request.address.mailbox,
            date=now.astimezone(context.settings.zone),
            unique=f"door.{unique}",
        )
        return letter_message(
            letter,
            headers,
            link=f"{context.settings.door}{page}/{token}",
            masthead=context.settings.masthead(),
            templates=context.templates,
        )

    def _postpone(self, request: DueLetter, error: _Fault, *, for_good: bool = False) -> None:
        self._failed, self._fault = self._failed + 1, error
        again = next_try(request.attempts, asked=request.at, now=self._now())
        if again is None or for_good:
            self._store.finish_letter(request.id)
        else:
            fault = f"{error.place}: {error.problem}"
            self._store.postpone_letter(request.id, due=again, fault=fault)
