"""Approving the next issue from the desk, sending it back with a reason, and undoing that.

GET shows what is decided on; each POST goes through the use case that the command line calls. What
is refused comes back with the page as it is now, and with what was typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from msnewsletter.errors import NewsletterError, RefusedError
from msnewsletter.publisher.approve import approve as approve_issue
from msnewsletter.publisher.send_back import REASON_LIMIT
from msnewsletter.publisher.send_back import send_back as send_issue_back
from msnewsletter.publisher.send_back import take_back as take_issue_back
from msnewsletter.web.desk import views
from msnewsletter.web.desk.next_issue.decision_form import seen_by, seen_fields
from msnewsletter.web.desk.patience import patiently
from msnewsletter.web.desk.person_names import given_name, remembering, suggested_name
from msnewsletter.web.desk.responses import back, desk_of, form_in
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from msnewsletter.publisher.next_issue_preview import NextIssuePreview


def approve_screen(request: Request) -> Response:
    """`/approve`: what a person decides on, and the form for it."""
    return _screen(request)


def approve(request: Request) -> Response:
    """Approve what the form showed, under a name; what was sent back is so no longer."""
    return _decided(request, _approve)


def send_back(request: Request) -> Response:
    """Send back what the form showed, with a reason, under a name."""
    return _decided(request, _send_back)


def take_back(request: Request) -> Response:
    """Undo the sending back that the form showed."""
    return _decided(request, _take_back)


def _approve(request: Request) -> Response:
    desk, form = desk_of(request), form_in(request)
    by, seen = given_name(request), seen_by(form)
    if form.get("reason", "").strip():
        problem = "it approves, and gives a reason for sending back"
        raise RefusedError("the form", problem, "empty the reason, or send it back")

    def do() -> str:
        at, machine = desk.live.now(), desk.live.machine
        done = approve_issue(desk.home, by=by, at=at, seen=seen, machine=machine)
        what = _what(done.preview)
        return f"{what} is approved by {by}." if done.approval else f"{what} may go out again."

    text = patiently(do)
    return remembering(back(request, "/", good=True, text=text), by)


def _send_back(request: Request) -> Response:
    desk, form = desk_of(request), form_in(request)
    by, seen = given_name(request), seen_by(form)

    def do() -> str:
        done = send_issue_back(
            desk.home,
            reason=form.get("reason", ""),
            by=by,
            at=desk.live.now(),
            seen=seen,
            machine=desk.live.machine,
        )
        return f"{_what(done.preview)} is sent back by {by}: it waits until somebody approves it."

    text = patiently(do)
    told = desk.tell_of_sent_back(desk.live.now())
    shown = back(request, "/", good=True, text=text, lines=(told,) if told else ())
    return remembering(shown, by)


def _take_back(request: Request) -> Response:
    desk, name = desk_of(request), form_in(request).get("name", "")

    def do() -> str:
        at, machine = desk.live.now(), desk.live.machine
        done = take_issue_back(desk.home, at=at, name=name, machine=machine)
        return f"{_what(done.preview)} is not sent back any more."

    text = patiently(do)
    return back(request, "/", good=True, text=text)


def _decided(request: Request, decide: Callable[[Request], Response]) -> Response:
    try:
        return decide(request)
    except NewsletterError as error:
        desk_of(request).live.refresh()
        return _screen(request, error)


def _screen(request: Request, error: NewsletterError | None = None) -> Response:
    desk = desk_of(request)
    made = desk.live.shown.preview
    form = form_in(request) if error else {}
    values = desk.common(request) | {
        "subject": views.inbox(made.files).subject if made and made.issue else "",
        "required": bool(made and made.settings.newsletter.review == "required"),
        "seen": seen_fields(made),
        "by": form.get("by") or suggested_name(request),
        "reason": form.get("reason", ""),
        "reason_limit": REASON_LIMIT,
        "error": error,
    }
    return page("next_issue/approve.html.j2", values, code=409 if error else 200)


def _what(found: NextIssuePreview) -> str:
    return f"Issue {found.number}" if found.issue else "What was edited after sending"


ROUTES = [
    Route("/approve", approve_screen),
    Route("/approve", approve, methods=["POST"]),
    Route("/send-back", send_back, methods=["POST"]),
    Route("/take-back", take_back, methods=["POST"]),
]
