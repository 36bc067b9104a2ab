"""What the door tells those who watch the program: whether it works, and figures."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery_settings import METRICS_TOKEN
from msnewsletter.errors import NewsletterError
from msnewsletter.web.public.door_metrics import (
    CONTENT_TYPE,
    door_figures,
    exposition,
    may_read_metrics,
)
from msnewsletter.web.public.door_responses import plain

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Receive

    from msnewsletter.home import Home
    from msnewsletter.web.public.door_answers import DoorAnswers
    from msnewsletter.web.public.door_request import DoorCall
    from msnewsletter.web.public.store_thread import StoreThread

_ALLOW_READING: Final = {"allow": "GET, HEAD"}


class MonitorPages:
    """What a monitor asks for.

    Args:
        home: the newsletter's home.
        answers: what all pages of the door answer with.
        store: the subscribers' database.
    """

    def __init__(self, home: Home, answers: DoorAnswers, store: StoreThread) -> None:
        self._home, self._answers, self._store = home, answers, store

    async def health(self, call: DoorCall, receive: Receive) -> Response:
        """Whether the database answers, for a monitor or whoever restarts the program."""
        del receive
        if not call.reads:
            return plain("Only GET and HEAD.\n", status=405, more=_ALLOW_READING)
        try:
            await self._store.do(lambda store: store.secret())
        except NewsletterError:
            return plain("The subscribers' database does not answer.\n", status=503)
        return plain("ok\n")

    async def metrics(self, call: DoorCall, receive: Receive) -> Response:
        """Figures for Prometheus, for who may read them."""
        del receive
        if not call.reads:
            return plain("Only GET and HEAD.\n", status=405, more=_ALLOW_READING)
        token = os.environ.get(METRICS_TOKEN)
        if not may_read_metrics(call, token):
            wanted = {"www-authenticate": "Bearer"} if token else {}
            return plain("Not for you.\n", status=401 if token else 403, more=wanted)
        figures = await self._store.do(partial(door_figures, home=self._home))
        return plain(exposition(figures, self._answers.now()), kind=CONTENT_TYPE)
