"""The public door: pages to sign up, confirm, choose and leave, in front of the site's files.

GET and HEAD change nothing. What a page says depends on what was sent and on tokens, never on
whether an address is known; what is done for any address is the same. It keeps no log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from msnewsletter import urls
from msnewsletter.errors import NewsletterError
from msnewsletter.web.public import door_messages as messages
from msnewsletter.web.public.asking_page import AskingPage
from msnewsletter.web.public.confirm_page import ConfirmPage
from msnewsletter.web.public.door_answers import DoorAnswers
from msnewsletter.web.public.door_request import DoorCall, RefusedRequestError, door_call
from msnewsletter.web.public.leaving_page import LeavingPage
from msnewsletter.web.public.monitor_pages import MonitorPages
from msnewsletter.web.public.preferences_page import PreferencesPage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from starlette.types import ASGIApp, Receive, Scope, Send

    from msnewsletter.home import Home
    from msnewsletter.publisher.subscribing.door_context import DoorContext
    from msnewsletter.web.public.store_thread import StoreThread

_ALLOW: Final = {"allow": "GET, HEAD, POST"}


class PublicDoor:
    """An ASGI application: the door's pages, and the site for all else.

    Args:
        home: the newsletter's home.
        site: answers what is not the door's.
        context: returns that of the door as it is now.
        store: the subscribers' database.
        wake: called when a mail was asked for.
        complain: called with what is wrong that no reader can correct, however often.
        now: returns the time, aware.
    """

    def __init__(
        self,
        home: Home,
        site: ASGIApp,
        *,
        context: Callable[[], DoorContext],
        store: StoreThread,
        wake: Callable[[], None],
        complain: Callable[[NewsletterError], None],
        now: Callable[[], datetime],
    ) -> None:
        self._site, self._complain = site, complain
        self._answers = answers = DoorAnswers(context=context, now=now)
        asking = AskingPage(answers, store, wake=wake, complain=complain)
        leaving = LeavingPage(answers, store, asking=asking)
        choosing = PreferencesPage(answers, store, asking=asking, leaving=leaving)
        watching = MonitorPages(home, answers, store)
        self._rooms: dict[str, Callable[[DoorCall, Receive], Awaitable[Response]]] = {
            urls.SIGN_UP: asking.sign_up,
            urls.CONFIRM: ConfirmPage(answers, store).confirm,
            urls.PREFERENCES: choosing.preferences,
            urls.UNSUBSCRIBE: leaving.unsubscribe,
            urls.COME_BACK: leaving.come_back,
            "healthz": watching.health,
            "metrics": watching.metrics,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        room = self._rooms.get(scope["path"][1:].partition("/")[0])
        if room is None:
            await self._site(scope, receive, send)
            return
        call = door_call(scope)
        try:
            answer = await self._answer(room, call, receive)
        except RefusedRequestError as error:
            answer = self._answers.refused(
                call,
                messages.REFUSED,
                error.text,
                status=error.status,
                more={"connection": "close"},
            )
        except NewsletterError as error:
            # What is wrong with the database or a template: nothing of it is for readers.
            self._complain(error)
            answer = self._answers.message(call, messages.LATER, status=503)
        if call.method == "HEAD":
            answer = Response(status_code=answer.status_code, headers=answer.headers)
        await answer(scope, receive, send)

    async def _answer(
        self,
        room: Callable[[DoorCall, Receive], Awaitable[Response]],
        call: DoorCall,
        receive: Receive,
    ) -> Response:
        if call.method not in {"GET", "HEAD", "POST"}:
            said, text = messages.BUTTON_ONLY, "Only GET, HEAD and POST."
            return self._answers.refused(call, said, text, status=405, more=_ALLOW)
        return await room(call, receive)
