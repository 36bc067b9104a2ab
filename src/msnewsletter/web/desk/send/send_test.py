"""`/send`: how mailings stand, and a test mail to addresses that the editor types.

They are kept nowhere.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from starlette.routing import Route

from msnewsletter.errors import NewsletterError, RefusedError
from msnewsletter.publisher.delivering.sending_lines import DELIVERY_WORDS
from msnewsletter.publisher.send_test import MOST_ADDRESSES, send_test
from msnewsletter.render.mail.render import Edition
from msnewsletter.web.desk.responses import back, desk_of, form_in
from msnewsletter.web.desk.send.send_part import send_part
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from msnewsletter.publisher.send_test import SentTest

# What people put between addresses.
_BETWEEN = re.compile(r"[\s,;]+")


def send(request: Request) -> Response:
    """The form, and after POST the result for each address; what was refused stays in the form."""
    if request.method != "POST":
        return _form(request)
    desk, form = desk_of(request), form_in(request)
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
    return back(request, "/send", good=not done.refused, text=_sentence(done), lines=_lines(done))


def _form(
    request: Request,
    *,
    typed: str = "",
    edition: str = Edition.DIGEST,
    error: NewsletterError | None = None,
) -> Response:
    desk = desk_of(request)
    shown = desk.common(request) | {
        "typed": typed,
        "edition": edition,
        "error": error,
        "most": MOST_ADDRESSES,
        "sending": send_part(desk),
        "states": DELIVERY_WORDS,
        "zone": desk.zone,
    }
    return page("send/send.html.j2", shown, code=409 if error else 200)


def _sentence(done: SentTest) -> str:
    total, refused = len(done.results), len(done.refused)
    issue = f"The test of issue {done.issue.number} ({done.edition})"
    if not refused:
        return f"{issue} was sent."
    return f"{issue} was sent to {total - refused} of {total} addresses."


def _lines(done: SentTest) -> tuple[str, ...]:
    return (
        *(
            f"{one.address}: {f'not sent. {one.refused}' if one.refused else 'sent'}"
            for one in done.results
        ),
        *(f"It could not go out like this: {finding}" for finding in done.preview.blocked),
    )


ROUTES = [Route("/send", send, methods=["GET", "POST"])]
