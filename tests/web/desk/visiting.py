"""A person at the desk without a browser: reads its screens, and sends their forms as they are."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from starlette.testclient import TestClient

from msnewsletter.web.desk.access import AccessPolicy
from msnewsletter.web.desk.app import editor_app
from web.desk.running import examined

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from starlette.applications import Starlette

    from msnewsletter.home import Home

HOST = "127.0.0.1:8025"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)


def desk_app(
    home: Home,
    now: Callable[[], datetime],
    *,
    by: str = "",
    tell: Callable[[datetime], str] = lambda _: "",
) -> Starlette:
    """The desk of a home; it looks at its files at each answer that changed something."""
    access = AccessPolicy(port=8025)
    return editor_app(
        home, now=now, access=access, by=by, examine=examined(home), tell_of_sent_back=tell
    )


class Visitor:
    """One person, with a browser's cookies."""

    def __init__(self, app: Starlette) -> None:
        self._client = TestClient(app, base_url=f"http://{HOST}")
        self.code = 0

    def read(self, path: str) -> str:
        """A screen."""
        answer = self._client.get(path)
        self.code = answer.status_code
        return answer.text

    def form(self, path: str, action: str) -> dict[str, str]:
        """The hidden fields of the form on a screen that has such an address in it."""
        [form] = [one for one in _FORM.findall(self.read(path)) if f'action="{action}"' in one]
        return {name: unescape(value) for name, value in _HIDDEN.findall(form)}

    def send(self, action: str, form: dict[str, str], **typed: str) -> str:
        """The screen that a form leads to, redirects followed."""
        answer = self._client.post(action, data=form | typed, headers={"origin": f"http://{HOST}"})
        self.code = answer.status_code
        return unescape(answer.text)

    @property
    def cookies(self) -> dict[str, str]:
        """What the browser keeps."""
        return dict(self._client.cookies)

    def given_cookies(self, path: str, form: dict[str, str], **typed: str) -> str:
        """The Set-Cookie header of the answer to a form."""
        answer = self._client.post(
            path,
            data=form | typed,
            headers={"origin": f"http://{HOST}"},
            follow_redirects=False,
        )
        found: str = answer.headers.get("set-cookie", "")
        return found
