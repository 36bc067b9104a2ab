"""The door's pages while its settings cannot be read: what mails link to is away, and not gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msnewsletter import urls
from msnewsletter.web.public.door_responses import plain

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_ROOMS: Final = frozenset({urls.SIGN_UP, *urls.TOKEN_PAGES, "healthz", "metrics"})
_SAID: Final = "This page does not work at the moment. Please try again later.\n"
_TEN_MINUTES: Final = {"retry-after": "600"}


class ShutDoor:
    """An ASGI application: 503 for the door's pages, and the site for all else."""

    def __init__(self, site: ASGIApp) -> None:
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["path"][1:].partition("/")[0] not in _ROOMS:
            await self._site(scope, receive, send)
            return
        # Not 404: a mail program that unsubscribes somebody would not ask again.
        text = "" if scope["method"] == "HEAD" else _SAID
        await plain(text, status=503, more=_TEN_MINUTES)(scope, receive, send)
