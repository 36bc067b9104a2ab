"""The door's pages while its settings cannot be read: what mails link to is away, and not gone.

Once the settings are corrected, the next request opens the door.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from msnewsletter import urls
from msnewsletter.errors import NewsletterError, SettingsError
from msnewsletter.regular_file import written_state
from msnewsletter.web.public.door_responses import plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

_ROOMS: Final = frozenset({urls.SIGN_UP, *urls.TOKEN_PAGES, "healthz", "metrics"})
_SAID: Final = "This page does not work at the moment. Please try again later.\n"
_TEN_MINUTES: Final = {"retry-after": "600"}


class ShutDoor:
    """An ASGI application: the site, and 503 for the door's pages until the settings are read.

    Args:
        site: answers what is not the door's.
        settings: the file that cannot be read.
        opened: opens the door, and returns what answers from then on; raises NewsletterError.
        complain: called with why it cannot be opened.
    """

    def __init__(
        self,
        site: ASGIApp,
        *,
        settings: Path,
        opened: Callable[[], ASGIApp],
        complain: Callable[[NewsletterError], None],
    ) -> None:
        self._site, self._settings = site, settings
        self._opened, self._complain = opened, complain
        self._state = written_state(settings)
        self._door: ASGIApp | None = None
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["path"][1:].partition("/")[0] not in _ROOMS:
            await self._site(scope, receive, send)
            return
        async with self._one_at_a_time:
            if self._door is None and written_state(self._settings) != self._state:
                await asyncio.to_thread(self._open)
        if self._door:
            await self._door(scope, receive, send)
            return
        # Not 404: a mail program that unsubscribes somebody would not ask again.
        text = "" if scope["method"] == "HEAD" else _SAID
        await plain(text, status=503, more=_TEN_MINUTES)(scope, receive, send)

    def _open(self) -> None:
        state = written_state(self._settings)
        try:
            self._door = self._opened()
        except SettingsError as error:
            self._state = state
            self._complain(error)
        except NewsletterError as error:
            # Perhaps a database that is away: the next request tries again.
            self._complain(error)
