"""The whole desk asked without a browser and without a server: its screens, and its forms."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from lxml import html as lxml_html

from msnewsletter.web.desk.access import AccessPolicy
from msnewsletter.web.desk.app import editor_app
from web.desk.asked import HOST, scope_of
from web.desk.running import examined

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.applications import Starlette

    from msnewsletter.home import Home


@dataclass(frozen=True)
class Screen:
    """An answer: its words on one line, and its fields as a browser would send them."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def tree(self) -> lxml_html.HtmlElement:
        return lxml_html.document_fromstring(self.body)

    @property
    def words(self) -> str:
        return words_of(self.body)

    @property
    def alert(self) -> str:
        """The words of what went wrong; empty: nothing did."""
        found = self.tree.xpath("//main//*[@role='alert']")
        return " ".join(" ".join(one.text_content().split()) for one in found)

    def fields(self, action: str) -> dict[str, str]:
        """What the form with this action holds, without its buttons."""
        (form,) = self.tree.xpath(f"//form[@action='{action}']")
        # A browser leaves out the line end right after the tag, and lxml keeps it.
        return {
            name: value.removeprefix("\n") if isinstance(value, str) else value
            for name, value in form.fields.items()
            if value is not None
        }


def words_of(page: bytes) -> str:
    """The words of a page on one line, without its styles."""
    tree = lxml_html.document_fromstring(page)
    for one in tree.xpath("//style | //script"):
        one.drop_tree()
    return " ".join(tree.text_content().split())


@dataclass
class DeskClient:
    """The desk of a home, at a moment that the test sets."""

    home: Home
    now: datetime
    app: Starlette = field(init=False)

    def __post_init__(self) -> None:
        self.policy = AccessPolicy(port=8000)
        self.app = editor_app(
            self.home,
            now=lambda: self.now,
            access=self.policy,
            by="A. Editor",
            examine=examined(self.home),
            tell_of_sent_back=lambda _: "",
        )

    def get(self, path: str) -> Screen:
        return asyncio.run(self._ask("GET", path, [], b""))

    def post(self, path: str, fields: dict[str, str]) -> Screen:
        body = urlencode({"token": self.policy.token} | fields).encode()
        kind = ("content-type", "application/x-www-form-urlencoded")
        return asyncio.run(self._ask("POST", path, [("origin", f"http://{HOST}"), kind], body))

    async def _ask(
        self, method: str, path: str, headers: list[tuple[str, str]], body: bytes
    ) -> Screen:
        scope = scope_of(method, path, [("host", HOST), *headers])
        sent: list[Any] = []
        parts = [body]

        async def receive() -> Any:
            data = parts.pop(0) if parts else b""
            return {"type": "http.request", "body": data, "more_body": bool(parts)}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        return Screen(
            status=sent[0]["status"],
            headers={name.decode(): value.decode() for name, value in sent[0]["headers"]},
            body=b"".join(message.get("body", b"") for message in sent[1:]),
        )
