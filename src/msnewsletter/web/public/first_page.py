"""The site's first page while nothing is published: whose site it is, and how to sign up.

Every other path is as the site answers it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from msnewsletter import urls
from msnewsletter.errors import NewsletterError
from msnewsletter.publisher.subscribing.door_context import home_pages, is_published
from msnewsletter.regular_file import written_state
from msnewsletter.settings import load_settings
from msnewsletter.web.public.door_messages import NOTHING_YET, NOTHING_YET_WITH_DOOR
from msnewsletter.web.public.door_responses import page, stylesheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from msnewsletter.home import Home

_READING: Final = frozenset({"GET", "HEAD"})
_PATHS: Final = frozenset({"/", f"/{urls.HOME}", f"/{urls.DOOR_STYLE}"})


class FirstPage:
    """An ASGI application: the site, and a page at its root until there is one.

    Args:
        home: the newsletter's home.
        site: answers all else, and everything once an issue is published.
        complain: called with why the page cannot be made; then the site answers.
    """

    def __init__(
        self, home: Home, site: ASGIApp, *, complain: Callable[[NewsletterError], None]
    ) -> None:
        self._home, self._site, self._complain = home, site, complain
        self._published = False
        self._state: object = None
        self._said = ""  # why it could not be made at the last request
        self._answers: dict[str, Response] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path, method = scope["path"], scope["method"]
        answer: ASGIApp = self._site
        if not self._published and path in _PATHS and method in _READING:
            made = await asyncio.to_thread(self._made)
            answer = made.get(path, self._site)
            if method == "HEAD" and isinstance(answer, Response):
                answer = Response(status_code=answer.status_code, headers=answer.headers)
        await answer(scope, receive, send)

    def _made(self) -> dict[str, Response]:
        """The answers by their paths; none where there is a site, or they cannot be made."""
        self._published = self._published or is_published(self._home)
        if self._published:
            return {}
        state = written_state(self._home.settings)
        if state != self._state:
            try:
                self._answers, self._state, self._said = self._render(), state, ""
            except NewsletterError as error:
                # A template may be at fault, too, whose change is not seen here: it is tried again.
                self._answers = {}
                if self._said != str(error):
                    self._said = str(error)
                    self._complain(error)
        return self._answers

    def _render(self) -> dict[str, Response]:
        settings = load_settings(self._home.settings)
        pages = home_pages(self._home, settings)
        said = NOTHING_YET_WITH_DOOR if settings.subscribe else NOTHING_YET
        first, style = page(pages.message(said, here="")), stylesheet(pages.style())
        return {"/": first, f"/{urls.HOME}": first, f"/{urls.DOOR_STYLE}": style}
