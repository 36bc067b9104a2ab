"""The editor's desk over HTTP: the next issue as it will go out, and what an editor does with it.

Another app than the public site, and never served with it. GET changes nothing.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from msnewsletter.errors import NewsletterError, RefusedError
from msnewsletter.web.desk import templating
from msnewsletter.web.desk.context import DeskContext, Examine
from msnewsletter.web.desk.corrections import fate_form, ledger
from msnewsletter.web.desk.guard import Guard
from msnewsletter.web.desk.health import health_screen
from msnewsletter.web.desk.issues import issue_screens
from msnewsletter.web.desk.kept_words import kept_words
from msnewsletter.web.desk.live_preview import LivePreview
from msnewsletter.web.desk.next_issue import approve, desk_screen, pins_and_note, publish
from msnewsletter.web.desk.responses import desk_of, form_in
from msnewsletter.web.desk.send import send_test
from msnewsletter.web.desk.summaries import (
    create_summary,
    edit_summary,
    overrides,
    summaries_screen,
    text_choice,
)

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from starlette.requests import Request

    from msnewsletter.home import Home
    from msnewsletter.publisher.clock_state import ClockState
    from msnewsletter.web.desk.access import AccessPolicy


def editor_app(
    home: Home,
    *,
    now: Callable[[], datetime],
    access: AccessPolicy,
    by: str,
    examine: Examine,
    tell_of_sent_back: Callable[[datetime], str],
    clock: Callable[[], ClockState],
) -> Starlette:
    """The desk of one home.

    Args:
        home: the newsletter's home.
        now: says what time it is, aware.
        access: where it is, and who may ask.
        by: the name that forms suggest to a browser that remembers none; empty: none.
        examine: what the checks of `doctor` say.
        tell_of_sent_back: notifies the editors that an issue was sent back; given the time, aware,
            it says what became of it.
        clock: says what the clock does now.
    """
    live = LivePreview(home, now=now, clock=clock)
    app = Starlette(
        routes=_ROUTES,
        middleware=[Middleware(Guard, access=access)],
        exception_handlers={NewsletterError: _trouble, 404: _nowhere},
        lifespan=_lifespan,
    )
    app.state.desk = DeskContext(
        home=home,
        live=live,
        access=access,
        by=by,
        examine=examine,
        tell_of_sent_back=tell_of_sent_back,
    )
    return app


class EditorServer(uvicorn.Server):
    """Serves the desk; ends at once, though open pages listen for as long as it runs."""

    def __init__(self, app: Starlette) -> None:
        # Without `proxy_headers`, or any user of this machine could claim another's address.
        config = uvicorn.Config(
            app, access_log=False, log_level="warning", server_header=False, proxy_headers=False
        )
        super().__init__(config)
        self._live: LivePreview = app.state.desk.live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let open pages go first: uvicorn waits for all that is being answered."""
        self._live.close()
        await super().shutdown(sockets)


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    live: LivePreview = app.state.desk.live
    stop = asyncio.Event()
    await asyncio.to_thread(live.refresh)
    watching = asyncio.create_task(live.keep_fresh(stop))
    yield
    stop.set()
    await watching


async def _events(request: Request) -> Response:
    """Server-sent events (the HTML standard): the version of what is shown, at each change."""
    lines = (f"data: {version}\n\n" async for version in desk_of(request).live.versions())
    return StreamingResponse(lines, media_type="text/event-stream")


async def _trouble(request: Request, error: Exception) -> Response:
    """A screen that cannot be shown says why, in one line, and keeps what was typed."""
    return await _refused(request, error, code=409)


async def _nowhere(request: Request, _: Exception) -> Response:
    """An address that no screen has."""
    problem, remedy = "the desk has no screen of this address", "choose one of the tabs above"
    return await _refused(request, RefusedError(request.url.path, problem, remedy), code=404)


async def _refused(request: Request, error: Exception, *, code: int) -> Response:
    values = await asyncio.to_thread(desk_of(request).common, request)
    words = kept_words(form_in(request)) if request.method == "POST" else ()
    values |= {"error": error, "looking": request.method == "GET", "words": words}
    return templating.page("refused.html.j2", values, code=code)


def _static(make: Callable[[], Response]) -> Callable[[Request], Response]:
    return lambda _: make()


_ROUTES = [
    Route("/desk.css", _static(templating.stylesheet)),
    Route("/desk.js", _static(templating.script)),
    Route("/favicon.ico", lambda _: Response(status_code=204)),
    Route("/events", _events),
    *desk_screen.ROUTES,
    *issue_screens.ROUTES,
    *pins_and_note.ROUTES,
    *approve.ROUTES,
    *publish.ROUTES,
    *summaries_screen.ROUTES,
    *edit_summary.ROUTES,
    *create_summary.ROUTES,
    *overrides.ROUTES,
    *text_choice.ROUTES,
    *health_screen.ROUTES,
    *ledger.ROUTES,
    *fate_form.ROUTES,
    *send_test.ROUTES,
]
