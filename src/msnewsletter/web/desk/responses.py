"""Helpers of every action: the desk's context, the form, and the redirect to a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.responses import RedirectResponse

from msnewsletter.web.desk.own_addresses import own_address

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from msnewsletter.web.desk.context import DeskContext


def desk_of(request: Request) -> DeskContext:
    """The context of the desk that was asked."""
    return cast("DeskContext", request.app.state.desk)


def form_in(request: Request) -> dict[str, str]:
    """The fields of a form that the guard has let in."""
    return cast("dict[str, str]", request.state.form)


def back(
    request: Request,
    to: str | None = None,
    *,
    place: str = "",
    good: bool | None = None,
    text: str = "",
    lines: tuple[str, ...] = (),
    links: tuple[tuple[str, str], ...] = (),
) -> Response:
    """Redirect to a screen that shows the result, so that reloading it repeats no action.

    `to`: its address, here, whatever it says; None: the desk, in the view that they came from.
    `place`: the id of what they go on with there: who works with keys does not begin at the top.
    """
    desk = desk_of(request)
    to = own_address(to or _came_from(request))
    desk.live.refresh()
    if good is not None:
        to += (
            f"{'&' if '?' in to else '?'}{urlencode({'said': desk.say(good, text, lines, links)})}"
        )
    return RedirectResponse(f"{to}#{quote(place)}" if place else to, 303)


def _came_from(request: Request) -> str:
    """The desk as it was chosen, if the browser says where it comes from."""
    try:
        came = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "/"
    if came.path != "/":
        return "/"
    chosen = [(name, value) for name, value in parse_qsl(came.query) if name != "said"]
    return f"/{'?' if chosen else ''}{urlencode(chosen)}"
