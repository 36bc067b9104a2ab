"""`/choice`: one study that its sources tell differently, side by side; a button for each text.

What the command `choose` does is done here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.routing import Route

from msnewsletter.errors import NewsletterError
from msnewsletter.publisher.choose import choose
from msnewsletter.publisher.open_choice import open_choice
from msnewsletter.sources.markdown import SECTIONS
from msnewsletter.text_diff import differences
from msnewsletter.web.desk.query import key_in
from msnewsletter.web.desk.responses import back, desk_of, form_in
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def choice_screen(request: Request) -> Response:
    """The texts of a study; POST takes one of them."""
    if request.method == "POST":
        return _choose(request)
    return _screen(request, key_in(request.query_params))


def _choose(request: Request) -> Response:
    desk, given = desk_of(request), form_in(request)
    key, source = given.get("key", ""), given.get("source", "")
    seen = given.get("version", "")
    try:
        done = choose(desk.home, key, source=source, at=desk.live.now(), seen=seen)
    except NewsletterError as error:
        return _screen(request, key, error=error)
    where = f"/summary?{urlencode({'place': done.place})}"
    says = f"{done.place} has the text of {source} now, and counts from now on."
    return back(request, where, good=True, text=says)


def _screen(request: Request, key: str, *, error: NewsletterError | None = None) -> Response:
    desk = desk_of(request)
    found = open_choice(desk.home, key, at=desk.live.now())
    first, *others = found.texts
    values = desk.common(request) | {
        "choice": found,
        "sections": SECTIONS,
        "compared": [(one, differences(first.text, one.text)) for one in others if one.summary],
        "error": error,
    }
    return page("summaries/choice.html.j2", values, code=409 if error else 200)


ROUTES = [Route("/choice", choice_screen, methods=["GET", "POST"])]
