"""`/send`: a test mail to addresses that the editor types; they are kept nowhere."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import RedirectResponse
from starlette.routing import Route

from msnewsletter.errors import NewsletterError, RefusedError
from msnewsletter.publisher.send_test import MOST_ADDRESSES, send_test
from msnewsletter.render.mail.render import Edition
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from msnewsletter.publisher.send_test import SentTest
    from msnewsletter.web.desk.context import DeskContext

# What people put between addresses.
_BETWEEN = re.compile(r"[\s,;]+")


def send(request: Request) -> Response:
    """The form, and after POST the result for each address; what was refused stays in the form."""
    if request.method != "POST":
        return _form(request)
    desk: DeskContext = request.app.state.desk
    form: dict[str, str] = request.state.form
    typed, edition = form.get("to", ""), form.get("edition", "")
    if edition not in {*Edition}:
        raise RefusedError("the form", "it does not say which edition", "use the desk's own form")
    try:
        done = send_test(
            desk.home,
            filter(None, _BETWEEN.split(typed)),
            at=desk.live.now().replace(microsecond=0),
            seed=secrets.token_hex(),
            edition=Edition(edition),
        )
    except NewsletterError as error:
        return _form(request, typed=typed, edition=edition, error=error)
    said = desk.say(not done.refused, _sentence(done), _lines(done))
    return RedirectResponse(f"/send?{urlencode({'said': said})}", 303)


def _form(
    request: Request,
    *,
    typed: str = "",
    edition: str = Edition.DIGEST,
    error: NewsletterError | None = None,
) -> Response:
    desk: DeskContext = request.app.state.desk
    values = {"typed": typed, "edition": edition, "error": error, "most": MOST_ADDRESSES}
    return page("send.html.j2", desk.common(request) | values, code=409 if error else 200)


def _sentence(done: SentTest) -> str:
    total, refused = len(done.results), len(done.refused)
    issue = f"The test of issue {done.issue.number} ({done.edition})"
    if not refused:
        return f"{issue} was sent."
    return f"{issue} was sent to {total - refused} of {total} addresses."


def _lines(done: SentTest) -> tuple[str, ...]:
    lines = [
        f"{result.address}: not sent. {result.refused}"
        if result.refused
        else f"{result.address}: sent"
        for result in done.results
    ]
    lines += [f"It could not go out like this: {finding}" for finding in done.preview.blocked]
    return tuple(lines)


ROUTES = [Route("/send", send, methods=["GET", "POST"])]
