"""`/summary/new`: a new summary from an empty form, or from a copy; and a file written again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.routing import Route

from msnewsletter.errors import NewsletterError, RefusedError
from msnewsletter.publisher.editing.new_summary import (
    TakenKeyError,
    WrittenSummary,
    copied_fields,
    create_summary,
    write_again,
)
from msnewsletter.sources.front_matter_form import Form
from msnewsletter.web.desk.query import key_in
from msnewsletter.web.desk.responses import back, desk_of, form_in
from msnewsletter.web.desk.summaries.known_state import known_state
from msnewsletter.web.desk.summaries.summary_form import (
    GROUPS,
    LABELS,
    SECTIONS,
    fault_of,
    written_given,
)
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response


def new_screen(request: Request) -> Response:
    """The form for a new summary, with the words of another where it is a copy; POST creates it."""
    if request.method == "POST":
        return _create(request)
    key = key_in(request.query_params, "from")
    if not key:
        return _screen(request, {})
    state = known_state(desk_of(request), key)
    if state is None:
        remedy = "look for it under Summaries"
        raise RefusedError(key, "there is no summary with this key", remedy)
    return _screen(request, copied_fields(state.shown), copied=key)


def _create(request: Request) -> Response:
    desk, given = desk_of(request), form_in(request)
    written = written_given(given)
    try:
        made = create_summary(desk.home, written, at=desk.live.now())
    except NewsletterError as error:
        return _screen(request, written, copied=given.get("copied", ""), error=error)
    key = f"Its key is {made.key}" + (", made from its headline." if made.derived else ".")
    return _written(request, made, f"Created in {made.place}. {key}")


def again(request: Request) -> Response:
    """Write the file of a summary again that is gone."""
    desk, key = desk_of(request), form_in(request).get("key", "")
    made = write_again(desk.home, key, at=desk.live.now())
    return _written(request, made, f"Written again as {made.place}; readers see no difference.")


def _written(request: Request, made: WrittenSummary, says: str) -> Response:
    where = f"/summary?{urlencode({'place': made.place})}"
    return back(request, where, good=True, text=says)


def _screen(
    request: Request,
    written: Mapping[str, str],
    *,
    copied: str = "",
    error: NewsletterError | None = None,
) -> Response:
    values = desk_of(request).common(request) | {
        "form": Form(fields=dict(written), body=""),
        "sections": SECTIONS,
        "groups": GROUPS,
        "labels": LABELS,
        "copied": copied,
        "error": error,
        "fault": fault_of(error, written=written),
        "taken": error.key if isinstance(error, TakenKeyError) else "",
    }
    return page("summaries/new.html.j2", values, code=409 if error else 200)


ROUTES = [
    Route("/summary/new", new_screen, methods=["GET", "POST"]),
    Route("/summary/again", again, methods=["POST"]),
]
