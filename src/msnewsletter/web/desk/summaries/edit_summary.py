"""`/summary`: the file of one summary as a form, or as the text that it is, saved to that file.

What is saved passes the reader's own validation first; a newer file is never overwritten unseen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.routing import Route

from msnewsletter.errors import NewsletterError, StaleError
from msnewsletter.publisher.editing import override as overriding
from msnewsletter.publisher.editing import summary as editing
from msnewsletter.publisher.editing.summary import SummarySource
from msnewsletter.text_diff import differences
from msnewsletter.web.desk.responses import back, desk_of, form_in
from msnewsletter.web.desk.summaries.overrides import fetched_screen
from msnewsletter.web.desk.summaries.summary_form import ASKED, form_given
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from msnewsletter.sources.front_matter_form import Form


def summary_screen(request: Request) -> Response:
    """The file that a place is in; POST saves it. What was fetched is `overrides.py`'s."""
    if request.method == "POST":
        return _save(request)
    desk, place = desk_of(request), request.query_params.get("place", "")
    as_text = request.query_params.get("as") == "text"
    fetched = overriding.fetched_at(desk.home, place, at=desk.live.now())
    if fetched:
        return fetched_screen(request, fetched, None if as_text else fetched.form)
    source = editing.read_summary_source(desk.home, place)
    return _screen(request, source, None if as_text else editing.source_form(source))


def _save(request: Request) -> Response:
    home, given = desk_of(request).home, form_in(request)
    place, version = given.get("place", ""), given.get("version", "")
    form = form_given(given) if "body" in given else None
    text = given.get("text", "")
    try:
        if form:
            editing.save_summary_form(home, place, form, version=version)
        else:
            editing.save_summary_source(home, place, text, version=version)
    except NewsletterError as error:
        # Whatever was wrong, nothing that somebody typed is lost.
        try:
            source = editing.read_summary_source(home, place)
        except NewsletterError:  # the file is gone, or no source of ours any more
            source = SummarySource(location=place, format="markdown", text="", version="")
        return _screen(request, source, form, error=error, text=text, version=version)
    where = f"/summary?{urlencode({'place': place})}"
    return back(request, where, good=True, text=f"Saved to {place}.")


def _screen(
    request: Request,
    source: SummarySource,
    form: Form | None,
    *,
    error: NewsletterError | None = None,
    text: str | None = None,
    version: str | None = None,
) -> Response:
    place = request.query_params.get("place", "") if error is None else error.place
    theirs = error.text if isinstance(error, StaleError) else None
    if theirs is not None or version is None:
        version = source.version  # now that both are shown, the next save may replace it
    desk = desk_of(request)
    fetched = overriding.fetched_under(desk.home, source)
    values = desk.common(request) | {
        "source": source,
        "form": form,
        "line": place.rpartition(":")[2] if place.rpartition(":")[2].isdigit() else "",
        "can_form": editing.source_form(source) is not None,
        "asked": ASKED,
        "text": source.text if text is None else text,
        "version": version,
        "error": error,
        "theirs": theirs,
        "overridden": [(one, differences(one.text, source.as_written)) for one in fetched],
        "zone": desk.zone,
    }
    return page("summaries/summary.html.j2", values, code=409 if error else 200)


ROUTES = [Route("/summary", summary_screen, methods=["GET", "POST"])]
