"""What the door's pages have in common: the token or form that they read, the message they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.subscribers.tokens import BadTokenError, OpenedToken, Purpose, TokenFault
from msnewsletter.web.public import door_messages as messages
from msnewsletter.web.public.door_request import form_of, read_body, refuse_other_sites
from msnewsletter.web.public.door_responses import page, plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from starlette.responses import Response
    from starlette.types import Receive

    from msnewsletter.publisher.subscribing.door_context import DoorContext
    from msnewsletter.render.door.door_pages import DoorMessage, DoorPages
    from msnewsletter.web.public.door_request import DoorCall


class DoorAnswers:
    """What every page of the door reads and answers with.

    Args:
        context: returns that of the door as it is now.
        now: returns the time, aware.
    """

    def __init__(self, *, context: Callable[[], DoorContext], now: Callable[[], datetime]) -> None:
        self.context, self.now = context, now

    @property
    def pages(self) -> DoorPages:
        """The pages as they are now."""
        return self.context().pages

    async def fields(self, call: DoorCall, receive: Receive) -> dict[str, str]:
        """The fields of a form of ours; raises RefusedRequestError."""
        refuse_other_sites(call, door=self.context().settings.door)
        return form_of(call, await read_body(call, receive))

    def token(self, call: DoorCall, purpose: Purpose) -> OpenedToken | Response:
        """The token that the path ends with, or the page that says why it is not good."""
        text = call.words[1] if len(call.words) == 2 else ""  # noqa: PLR2004  (page and token)
        try:
            return self.context().tokens.opened(purpose, text, now=self.now())
        except BadTokenError as error:
            expired = error.fault is TokenFault.EXPIRED
        if not expired:
            return self.message(call, messages.BAD_LINK, status=404)
        confirming = purpose is Purpose.CONFIRM
        said = messages.CONFIRM_EXPIRED if confirming else messages.LINK_EXPIRED
        return self.message(call, said, status=410)

    def message(self, call: DoorCall, said: DoorMessage, *, status: int = 200) -> Response:
        """A page that says one thing."""
        return page(self.pages.message(said, here=call.here), status=status)

    def refused(
        self,
        call: DoorCall,
        said: DoorMessage,
        text: str,
        *,
        status: int,
        more: dict[str, str],
    ) -> Response:
        """Why a request is not answered: a page for people, a line of English for programs."""
        if not call.is_of_browser:
            return plain(f"{text}\n", status=status, more=more)
        return page(self.pages.message(said, here=call.here), status=status, more=more)

    def missing(self, call: DoorCall) -> Response:
        """The page for an address that leads nowhere."""
        return self.message(call, messages.BAD_LINK, status=404)
