"""The page on which subscribers choose what they get, or leave."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from msnewsletter.publisher.subscribing.preferences import (
    PreferenceChoice,
    choose_preferences,
    chooser,
)
from msnewsletter.subscribers.door_rules import PAUSES, DoorRequestKind
from msnewsletter.subscribers.subscriber import SubscribedEdition
from msnewsletter.subscribers.tokens import OpenedToken, Purpose
from msnewsletter.web.public import door_messages as messages
from msnewsletter.web.public.door_responses import page

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Receive

    from msnewsletter.subscribers.subscriber import Subscriber
    from msnewsletter.web.public.asking_page import AskingPage
    from msnewsletter.web.public.door_answers import DoorAnswers
    from msnewsletter.web.public.door_request import DoorCall
    from msnewsletter.web.public.leaving_page import LeavingPage
    from msnewsletter.web.public.store_thread import StoreThread


class PreferencesPage:
    """The page of a link to choose.

    Args:
        answers: what all pages of the door answer with.
        store: the subscribers' database.
        asking: answers who comes without a link.
        leaving: lets out who wishes it here.
    """

    def __init__(
        self,
        answers: DoorAnswers,
        store: StoreThread,
        *,
        asking: AskingPage,
        leaving: LeavingPage,
    ) -> None:
        self._answers, self._store = answers, store
        self._asking, self._leaving = asking, leaving

    async def preferences(self, call: DoorCall, receive: Receive) -> Response:
        """The choices of who holds a link, or the form to ask for one."""
        if call.words[1:] in {(), ("",)}:
            return await self._asking.asking(DoorRequestKind.LINK, call, receive)
        token = self._answers.token(call, Purpose.PREFERENCES)
        if not isinstance(token, OpenedToken):
            return token
        if call.reads:
            known = await self._store.do(partial(chooser, handle=token.handle))
            return self._choices(call, known)
        fields = await self._answers.fields(call, receive)
        if fields.get("leave"):
            return await self._leaving.leave(call, token.handle)
        choice = _choice(fields)
        if choice is None:
            known = await self._store.do(partial(chooser, handle=token.handle))
            return self._choices(call, known, problem=messages.BAD_CHOICE)
        chosen = partial(
            choose_preferences, handle=token.handle, choice=choice, at=self._answers.now()
        )
        return self._choices(call, await self._store.do(chosen), saved=True)

    def _choices(
        self, call: DoorCall, known: Subscriber | None, *, saved: bool = False, problem: str = ""
    ) -> Response:
        if known is None:
            return self._answers.message(call, messages.NO_CHOOSER, status=410)
        context, until = self._answers.context(), known.paused_until
        body = context.pages.preferences(
            call.words[1],
            edition=known.edition,
            paused_until=until.astimezone(context.settings.zone).date()
            if until and until > self._answers.now()
            else None,
            saved=saved,
            problem=problem,
            here=call.here,
        )
        return page(body, status=422 if problem else 200)


def _choice(fields: dict[str, str]) -> PreferenceChoice | None:
    """What a form chooses; None: it is no form of ours."""
    pause = fields.get("pause", "")
    months = {"": None, "0": 0, **{str(each): each for each in PAUSES}}
    with suppress(ValueError):
        edition = SubscribedEdition(fields.get("edition", ""))
        if pause in months:
            return PreferenceChoice(edition=edition, pause=months[pause])
    return None
