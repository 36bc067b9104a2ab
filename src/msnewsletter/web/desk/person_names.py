"""The name under which somebody decides: given in a form, remembered in their browser.

In the browser, because a desk may have several people; nothing but the name is in the cookie.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from msnewsletter.errors import RefusedError
from msnewsletter.text import NAME_LIMIT, person_name
from msnewsletter.web.desk.responses import desk_of, form_in

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_COOKIE: Final = "msnewsletter_name"
_YEAR: Final = 365 * 24 * 60 * 60  # seconds


def suggested_name(request: Request) -> str:
    """The name to put into a form.

    That of the proxy's login, else the last one from this browser, else that of the account.
    """
    of_login = person_name(getattr(request.state, "editor", ""))
    of_browser = person_name(unquote(request.cookies.get(_COOKIE, "")))
    return of_login or of_browser or desk_of(request).by


def given_name(request: Request) -> str:
    """The name in a form; raises RefusedError where it is none."""
    by = person_name(form_in(request).get("by", ""))
    if not by:
        problem = f"it gives no name, or one of more than {NAME_LIMIT} characters"
        raise RefusedError("the form", problem, "say who you are")
    return by


def remembering(response: Response, by: str) -> Response:
    """The response, after which this browser remembers the name for a year."""
    response.set_cookie(_COOKIE, quote(by), max_age=_YEAR, httponly=True, samesite="lax")
    return response
