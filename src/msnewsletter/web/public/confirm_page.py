"""The page by which somebody confirms that they want the mail."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msnewsletter.publisher.subscribing.confirm import confirm, look_at_confirmation
from msnewsletter.subscribers.door_rules import ConfirmOutcome
from msnewsletter.subscribers.tokens import OpenedToken, Purpose
from msnewsletter.web.public import door_messages as messages
from msnewsletter.web.public.door_responses import page

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Receive

    from msnewsletter.web.public.door_answers import DoorAnswers
    from msnewsletter.web.public.door_request import DoorCall
    from msnewsletter.web.public.store_thread import StoreThread


class ConfirmPage:
    """The page of a link to confirm.

    Args:
        answers: what all pages of the door answer with.
        store: the subscribers' database.
    """

    def __init__(self, answers: DoorAnswers, store: StoreThread) -> None:
        self._answers, self._store = answers, store

    async def confirm(self, call: DoorCall, receive: Receive) -> Response:
        """The page of a link to confirm, and what its button does."""
        if self._answers.context().only_out:
            return self._answers.missing(call)
        token = self._answers.token(call, Purpose.CONFIRM)
        if not isinstance(token, OpenedToken):
            return token
        if call.reads:
            outcome = await self._store.do(partial(look_at_confirmation, token=token))
            return self._confirmation(call, outcome)
        fields, words = await self._answers.fields(call, receive), self._answers.pages.words
        if fields.get("words") != words.digest:
            outcome = await self._store.do(partial(look_at_confirmation, token=token))
            return self._confirmation(call, outcome, problem=messages.NEW_WORDS)
        return self._confirmation(
            call,
            await self._store.do(
                partial(confirm, token=token, words=words.text, at=self._answers.now())
            ),
        )

    def _confirmation(
        self, call: DoorCall, outcome: ConfirmOutcome, *, problem: str = ""
    ) -> Response:
        match outcome:
            case ConfirmOutcome.OPEN:
                body = self._answers.pages.confirm(call.words[1], problem=problem, here=call.here)
                return page(body, status=422 if problem else 200)
            case ConfirmOutcome.DONE:
                return self._answers.message(call, messages.CONFIRMED)
            case ConfirmOutcome.STALE:
                return self._answers.message(call, messages.CONFIRM_EXPIRED, status=410)
