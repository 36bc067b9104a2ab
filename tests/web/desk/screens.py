"""The desk without a browser: screens as a browser without scripts would get and send them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from lxml import html

from msnewsletter.web.desk.access import AccessPolicy
from msnewsletter.web.desk.app import editor_app
from web.desk.asked import HOST, answer_of, scope_of
from web.desk.running import examined

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home


@dataclass
class Screen:
    """One screen that came back: its status, where it leads, and what is in it."""

    status: int
    location: str
    page: Any = field(repr=False)

    @property
    def text(self) -> str:
        """All its words, spaced once."""
        return " ".join(self.page.text_content().split())

    @property
    def alert(self) -> str:
        """The words that say what went wrong."""
        return " ".join(" ".join(self.page.xpath("//*[@role='alert']//text()")).split())

    def links(self, words: str) -> list[str]:
        """Where the links with these words lead."""
        found = self.page.xpath("//main//a")
        return [one.get("href") for one in found if one.text_content() == words]

    def fields(self, action: str) -> dict[str, str]:
        """What the form of this address would send, as it stands."""
        (form,) = self.page.xpath(f"//form[@action='{action}']")
        texts = {one.name for one in form.iter("textarea")}
        # The HTML standard: a line end right after the tag is no part of the text.
        return {
            name: value.removeprefix("\n") if name in texts else value
            for name, value in form.form_values()
        }

    def values(self, action: str) -> dict[str, str]:
        """The same without the token."""
        return {name: text for name, text in self.fields(action).items() if name != "token"}


class Screens:
    """A desk of a home at a moment, asked as its own pages ask it."""

    def __init__(self, home: Home, now: datetime) -> None:
        self.home = home
        self._access = AccessPolicy(port=8000)
        self._app = editor_app(
            home,
            now=lambda: now,
            access=self._access,
            by="Ada",
            examine=examined(home),
            tell_of_sent_back=lambda _: "",
        )

    def get(self, path: str) -> Screen:
        """A screen; the desk has noticed by then what changed on the disk."""
        self._app.state.desk.live.refresh()
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, str]) -> Screen:
        """What answers a form; where that leads to another screen, that screen."""
        body = urlencode({"token": self._access.token} | fields).encode()
        answer = self._ask("POST", path, body)
        return self._ask("GET", answer.location) if answer.status == 303 else answer

    def _ask(self, method: str, path: str, body: bytes = b"") -> Screen:
        kind = "application/x-www-form-urlencoded"
        headers = [("host", HOST), ("origin", f"http://{HOST}"), ("content-type", kind)]
        answer = asyncio.run(answer_of(self._app, scope_of(method, path, headers), [body]))
        page = html.fromstring(answer.text) if answer.text else None
        return Screen(answer.status, answer.headers.get("location", ""), page)
