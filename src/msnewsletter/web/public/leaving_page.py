"""The pages on which subscribers leave, and take that back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from msnewsletter.publisher.subscribing.leave import come_back, gets_nothing, may_return
from msnewsletter.subscribers.door_rules import DoorRequestKind
from msnewsletter.subscribers.tokens import OpenedToken, Purpose
from msnewsletter.web.public import door_messages as messages
from msnewsletter.web.public.door_request import read_body
from msnewsletter.web.public.door_responses import page, plain

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Receive

    from msnewsletter.web.public.asking_page import AskingPage
    from msnewsletter.web.public.door_answers import DoorAnswers
    from msnewsletter.web.public.door_request import DoorCall
    from msnewsletter.web.public.store_thread import StoreThread

_ONE_CLICK: Final = b"One-Click"  # RFC 8058, section 3.2, however the body is encoded


class LeavingPage:
    """The page of a link to leave.

    Args:
        answers: what all pages of the door answer with.
        store: the subscribers' database.
        asking: answers who comes without a link.
    """

    def __init__(self, answers: DoorAnswers, store: StoreThread, *, asking: AskingPage) -> None:
        self._answers, self._store, self._asking = answers, store, asking

    async def unsubscribe(self, call: DoorCall, receive: Receive) -> Response:
        """The page of a link to leave, its button, and the one-click request of mail programs."""
        if call.words[1:] in {(), ("",)}:
            # The link of a mail to a list, which knows no reader.
            return await self._asking.asking(DoorRequestKind.LINK, call, receive)
        token = self._answers.token(call, Purpose.UNSUBSCRIBE)
        if not isinstance(token, OpenedToken):
            return token
        if call.reads:
            if await self._store.do(partial(gets_nothing, handle=token.handle)):
                return self._left(call)
            return page(self._answers.pages.unsubscribe(call.words[1], here=call.here))
        # Whatever the form: who holds the link may leave, and no page that sends it can gain by it.
        body = await read_body(call, receive)
        if _ONE_CLICK in body:
            # RFC 8058, section 3.1: no redirect, no cookie, nothing to be asked.
            await self._store.leave(token.handle)
            return plain("Unsubscribed.\n")
        return await self.leave(call, token.handle)

    async def leave(self, call: DoorCall, handle: str) -> Response:
        """Unsubscribe somebody; the page lets them take back what this very request has done.

        An old mail may lie with anybody, and its link works for ever: it must not bring back who
        left before, or was taken off.
        """
        if not await self._store.leave(handle):
            return self._left(call)
        now, tokens = self._answers.now(), self._answers.context().tokens
        back = tokens.make(Purpose.COME_BACK, handle, at=now)
        opened = tokens.opened(Purpose.COME_BACK, back, now=now)
        if not await self._store.do(partial(may_return, token=opened)):
            back = ""
        return self._left(call, back=back)

    def _left(self, call: DoorCall, *, back: str = "") -> Response:
        again = not self._answers.context().only_out
        return self._answers.message(call, messages.left(back=back, again=again))

    async def come_back(self, call: DoorCall, receive: Receive) -> Response:
        """The button of who left a moment ago and wishes back."""
        if call.reads:
            return self._answers.refused(
                call, messages.BUTTON_ONLY, "Only POST.", status=405, more={"allow": "POST"}
            )
        token = self._answers.token(call, Purpose.COME_BACK)
        if not isinstance(token, OpenedToken):
            return token
        await self._answers.fields(call, receive)
        back = await self._store.do(partial(come_back, token=token, at=self._answers.now()))
        if back:
            return self._answers.message(call, messages.BACK)
        return self._answers.message(call, messages.NOT_BACK, status=410)
