"""Publishing from the desk. POST does it; its GET asks first, and says what will happen.

An approval is of the issue of the slot. Where the one that would go out now is another, the form
asks for an approval of this one. Through the same use cases as the
command line; the next page says what was done.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.routing import Route

from msnewsletter.errors import NewsletterError
from msnewsletter.home import issue_name
from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.background_consumers import notify_beside
from msnewsletter.publisher.delivering.forecast_lines import forecast_lines
from msnewsletter.publisher.delivering.release_forecast import release_forecast
from msnewsletter.publisher.publish import publish as publish_issue
from msnewsletter.publisher.results import NothingNew, Released
from msnewsletter.web.desk.issue_view import (
    aloud_view,
    compared_view,
    file_response,
    mail_view,
)
from msnewsletter.web.desk.next_issue.decision_form import seen_by, seen_fields
from msnewsletter.web.desk.patience import patiently
from msnewsletter.web.desk.person_names import given_name, remembering, suggested_name
from msnewsletter.web.desk.query import Choice
from msnewsletter.web.desk.responses import back, desk_of, form_in
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.publisher.results import Published
    from msnewsletter.publisher.seen_draft import SeenDraft
    from msnewsletter.settings import Settings
    from msnewsletter.web.desk.context import DeskContext


def publish_screen(request: Request) -> Response:
    """`/publish`: what would go out, to whom, and the button that publishes it."""
    desk = desk_of(request)
    made, problem = None, None
    try:
        made = desk.live.at_once()
    except NewsletterError as error:
        problem = error
    shown = desk.live.shown.preview
    approval = shown.reviewed.approval if shown and shown.reviewed.approval_valid else None
    values = desk.common(request) | {
        "made": made,
        "asks_approval": bool(made and _asks_approval(made, shown)),
        "approved_for_slot": approval,
        "by": suggested_name(request),
        "problem": problem,
        "same": bool(made and shown and made.content == shown.content),
        "seen": seen_fields(made),
        "mail": _mail(desk, made.settings, made.number) if made and made.issue else (),
    }
    if made:
        values |= _shown(request, made)
    return page("next_issue/publish.html.j2", values)


def _shown(request: Request, made: NextIssuePreview) -> dict[str, object]:
    """The views of the mail that the form would send."""
    if made.issue is None or made.folder is None:
        return {}
    desk = desk_of(request)
    choice = Choice.read("/publish", request.query_params)
    base = desk.by_hand.keep(made)
    return {
        "choice": choice,
        "site_pages": (),
        **mail_view(choice, made.issue, made.folder, base),
        **aloud_view(desk, choice, made.files, {}),
        **compared_view(desk, choice, made.issue, made.files),
    }


def file_by_hand(request: Request) -> Response:
    """`/publish/files/…/digest.html`: bytes of the issue that a form would publish."""
    files = desk_of(request).by_hand.files(request.path_params["content"])
    return file_response(request, files, request.path_params["name"])


def _asks_approval(made: NextIssuePreview, shown: NextIssuePreview | None) -> bool:
    """Whether it waits for an approval that `/approve` cannot give: that is of the slot's issue."""
    other = shown is None or shown.content != made.content
    return other and made.reviewed.waits and made.reviewed.sent_back is None


def publish(request: Request) -> Response:
    """Publish now what the form showed; with a name, approve it first under that."""
    desk, form = desk_of(request), form_in(request)
    seen, agreed = seen_by(form), form.get("agreed") == "yes"
    if "by" not in form:
        return _published(request, seen, agreed=agreed)
    by = given_name(request)

    def do() -> None:
        at, machine = desk.live.now(), desk.live.machine
        approve(desk.home, by=by, at=at, seen=seen, by_hand=True, machine=machine)

    patiently(do)
    # The approval is the last decision now, and no longer the one that the form had shown.
    return remembering(_published(request, replace(seen, decision=None), agreed=agreed), by)


def _published(request: Request, seen: SeenDraft, *, agreed: bool) -> Response:
    desk = desk_of(request)

    def do() -> Published:
        at, machine = desk.live.now(), desk.live.machine
        return publish_issue(desk.home, at=at, seen=seen, agreed=agreed, machine=machine)

    done = patiently(do)
    notify_beside(desk.home, now=desk.live.now)
    if isinstance(done, NothingNew) and done.preview.draft.accepted:
        return back(request, good=True, text="Site and feeds show the edited texts.")
    if not isinstance(done, Released):
        text = "Nothing was published: nothing is new, or it is published already."
        return back(request, good=False, text=text)
    return _released(request, done)


def _released(request: Request, done: Released) -> Response:
    desk, number = desk_of(request), done.issue.number
    lines = (
        *_mail(desk, done.preview.settings, number),
        f"Pages and feeds show it now; they are in {desk.home.display_path(desk.home.site)}/.",
        f"Its record is {desk.home.display_path(desk.home.record(number))}.",
    )
    links = ((f"/issues/{number}", f"Look at issue {number}"), ("/send", "See how sending stands"))
    text = f"Issue {number} is published to the outbox."
    return back(request, good=True, text=text, lines=lines, links=links)


def _mail(desk: DeskContext, settings: Settings, number: int) -> tuple[str, ...]:
    """What becomes of the issue's mail, a sentence each."""
    forecast = release_forecast(desk.home, settings, at=desk.live.now())
    folder = desk.home.display_path(desk.home.outbox / "new" / issue_name(number))
    return tuple(forecast_lines(forecast, folder=f"{folder}/"))


ROUTES = [
    Route("/publish", publish_screen),
    Route("/publish", publish, methods=["POST"]),
    Route("/publish/files/{content}/{name}", file_by_hand),
]
