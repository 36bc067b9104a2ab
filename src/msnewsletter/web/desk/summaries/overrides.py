"""`/override`: a fetched summary as a form, whose text counts from then on; and the way back.

`/override/remove` removes the file again. It asks on the file's own screen, which shows what goes
and what comes back; the versions of both show that the editor saw them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from starlette.routing import Route

from msnewsletter.errors import NewsletterError, StaleError
from msnewsletter.publisher.editing import override as overriding
from msnewsletter.publisher.editing import summary as editing
from msnewsletter.text_diff import differences
from msnewsletter.web.desk.responses import back, desk_of, form_in
from msnewsletter.web.desk.summaries.known_state import known_state
from msnewsletter.web.desk.summaries.summary_form import GROUPS, LABELS, fault_of, form_given
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from msnewsletter.home import Home
    from msnewsletter.publisher.editing.override import FetchedText
    from msnewsletter.sources.front_matter_form import Form
    from msnewsletter.text_diff import DiffLine

_WEB = ("http", "https")


def override(request: Request) -> Response:
    """Write the file that overrides a fetched summary."""
    desk, given = desk_of(request), form_in(request)
    place, version = given.get("place", ""), given.get("version", "")
    form = form_given(given) if "body" in given else None
    text, at = given.get("text", ""), desk.live.now()
    try:
        if form:
            made = overriding.override_with_form(desk.home, place, form, version=version, at=at)
        else:
            made = overriding.override(desk.home, place, text, version=version, at=at)
    except NewsletterError as error:
        fetched = overriding.fetched_at(desk.home, place, at=at)
        if fetched is None:  # the source is no longer in the settings
            raise
        return fetched_screen(request, fetched, form, error=error, text=text)
    says = f"{made} is written: it counts from now on, instead of what {place} says."
    return back(request, _screen_of(made), good=True, text=says)


def fetched_screen(
    request: Request,
    fetched: FetchedText,
    form: Form | None,
    *,
    error: NewsletterError | None = None,
    text: str | None = None,
) -> Response:
    """What a source says, to be overridden; with what was written where that was not saved."""
    desk = desk_of(request)
    theirs = error.text if isinstance(error, StaleError) else None
    values = desk.common(request) | {
        "fetched": fetched,
        "link": fetched.address if urlsplit(fetched.address).scheme in _WEB else "",
        "zone": desk.zone,
        "form": form,
        "can_form": fetched.form is not None,
        "state": known_state(desk, fetched.key),
        "groups": GROUPS,
        "labels": LABELS,
        "text": fetched.text if text is None else text,
        "error": error,
        "fault": fault_of(error) if form else None,
        "theirs": theirs,
        "lines": _against_file(desk.home, fetched),
    }
    return page("summaries/fetched.html.j2", values, code=409 if error else 200)


def _against_file(home: Home, fetched: FetchedText) -> tuple[DiffLine, ...]:
    """What the file that overrides it says otherwise."""
    if not fetched.overridden_by:
        return ()
    file = editing.read_summary_source(home, fetched.overridden_by)
    return differences(fetched.text, file.as_written or file.text)


def remove(request: Request) -> Response:
    """Remove a file that overrides what was fetched."""
    place = form_in(request).get("place", "")
    try:
        kept = overriding.remove_override(desk_of(request).home, place, **_seen(request))
    except StaleError as error:
        return _stale(request, place, error)
    says = f"{place} is removed: what {kept} says counts again."
    return back(request, _screen_of(kept), good=True, text=says)


def keep(request: Request) -> Response:
    """Note that the editor has compared the file with what its source says now."""
    place = form_in(request).get("place", "")
    try:
        overriding.keep_override(desk_of(request).home, place, **_seen(request))
    except StaleError as error:
        return _stale(request, place, error)
    return back(request, _screen_of(place), good=True, text=f"{place} stays as it is.")


def _seen(request: Request) -> dict[str, str]:
    """The versions of the file and of what it overrides, as the editor saw them."""
    given = form_in(request)
    return {name: given.get(name, "") for name in ("version", "coming_back")}


def _stale(request: Request, place: str, error: StaleError) -> Response:
    says = f"{error.place} has changed meanwhile, and nothing was done. Look at both again."
    return back(request, _screen_of(place), good=False, text=says)


def _screen_of(place: str) -> str:
    return f"/summary?{urlencode({'place': place})}"


ROUTES = [
    Route("/override", override, methods=["POST"]),
    Route("/override/remove", remove, methods=["POST"]),
    Route("/override/keep", keep, methods=["POST"]),
]
