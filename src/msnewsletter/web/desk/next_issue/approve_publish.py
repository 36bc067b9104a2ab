"""Approving and publishing from the desk. POST does it; its GET asks first.

Both go through the same use case as the command line, and are answered on the next page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from msnewsletter.errors import NewsletterError, RefusedError
from msnewsletter.publisher.approve import approve as approve_issue
from msnewsletter.publisher.delivering.sending_lines import who_sends
from msnewsletter.publisher.publish import publish as publish_issue
from msnewsletter.publisher.results import NothingNew, Released
from msnewsletter.web.desk import views
from msnewsletter.web.desk.responses import back, desk_of, form_in
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def approve(request: Request) -> Response:
    """Approve what the form showed, under a name."""
    desk = desk_of(request)
    if request.method != "POST":
        made = desk.live.shown.preview
        subject = views.inbox(made.files).subject if made and made.issue else ""
        return page("next_issue/approve.html.j2", desk.common(request) | {"subject": subject})
    form = form_in(request)
    by = " ".join(form.get("by", "").split())
    if not by or not by.isprintable():
        raise RefusedError("the form", "it gives no name", "say who approves")
    desk.by = by
    done = approve_issue(
        desk.home,
        by=by,
        at=desk.live.now(),
        content=form.get("content", ""),
        machine=desk.live.machine,
    )
    what = f"Issue {done.approval.issue}" if done.preview.issue else "What was edited after sending"
    return back(request, good=True, text=f"{what} is approved by {by}.")


def publish(request: Request) -> Response:
    """Publish now what the form showed; asks once."""
    desk = desk_of(request)
    if request.method != "POST":
        made, problem = None, None
        try:
            made = desk.live.at_once()
        except NewsletterError as error:
            problem = error
        shown = desk.live.shown.preview
        same = bool(made and shown and made.content == shown.content)
        values = desk.common(request) | {"made": made, "problem": problem, "same": same}
        return page("next_issue/publish.html.j2", values)
    form = form_in(request)
    content, agreed = form.get("content", ""), form.get("agreed") == "yes"
    done = publish_issue(
        desk.home,
        at=desk.live.now(),
        content=content,
        agreed=agreed,
        machine=desk.live.machine,
    )
    if isinstance(done, NothingNew) and done.preview.draft.accepted:
        return back(request, good=True, text="Site and feeds show the edited texts.")
    if not isinstance(done, Released):
        text = "Nothing was published: nothing is new, or it is published already."
        return back(request, good=False, text=text)
    number = done.issue.number
    new = desk.home.display_path(desk.home.outbox / "new")
    sender = who_sends(done.preview.settings)
    lines = (
        f"No mail has been sent; it waits for {sender} in {new}/{number:04d}/.",
        f"Pages and feeds are in {desk.home.display_path(desk.home.site)}/.",
        f"Its record is {desk.home.display_path(desk.home.record(number))}.",
    )
    return back(request, good=True, text=f"Issue {number} is published to the outbox.", lines=lines)


ROUTES = [
    Route("/approve", approve, methods=["GET", "POST"]),
    Route("/publish", publish, methods=["GET", "POST"]),
]
