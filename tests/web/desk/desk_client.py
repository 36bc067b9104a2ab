"""A person at the desk in a browser without scripts, and without a server between the two.

Reads screens, sends their forms as they stand, follows redirects and keeps cookies.
"""

from __future__ import annotations

import resource
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from lxml import html as lxml_html
from starlette.requests import Request
from starlette.testclient import TestClient

from msnewsletter.web.desk.access import AccessPolicy
from web.desk.running import app_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from httpx import Cookies, Response

    from msnewsletter.home import Home
    from msnewsletter.web.desk.context import DeskContext

HOST = "127.0.0.1:8000"
_ORIGIN = {"origin": f"http://{HOST}"}


@dataclass(frozen=True)
class Screen:
    """An answer.

    Attributes:
        status: of the last answer, where redirects were followed.
        address: of that one, below the desk.
        headers: of that one, by names in small letters.
    """

    status: int
    address: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def markup(self) -> str:
        """The page as it was sent."""
        return self.body.decode()

    @property
    def tree(self) -> lxml_html.HtmlElement:
        """The page, to be looked through."""
        return lxml_html.document_fromstring(self.body)

    @property
    def words(self) -> str:
        """All its words, on one line."""
        return words_of(self.body)

    @property
    def alert(self) -> str:
        """The words of what went wrong; empty: nothing did."""
        found = self.tree.xpath("//main//*[@role='alert']")
        return " ".join(" ".join(one.text_content().split()) for one in found)

    def links(self, words: str) -> list[str]:
        """Where the links with these words lead."""
        found = self.tree.iter("a")
        return [one.get("href") for one in found if " ".join(one.text_content().split()) == words]

    def fields(self, action: str) -> dict[str, str]:
        """What the form would send that has this action, or a button with it; without buttons."""
        (form,) = self.tree.xpath(
            "//form[@action=$action or .//button[@formaction=$action]]", action=action
        )
        texts = {one.name for one in form.iter("textarea")}
        # The HTML standard: a line end right after the tag is no part of the text.
        return {
            name: value.removeprefix("\n") if name in texts else value
            for name, value in form.form_values()
        }

    def values(self, action: str) -> dict[str, str]:
        """The same without the token."""
        return {name: text for name, text in self.fields(action).items() if name != "token"}


def words_of(page: bytes) -> str:
    """The words of a page on one line, without its styles and scripts."""
    tree = lxml_html.document_fromstring(page)
    for one in tree.xpath("//style | //script"):
        one.drop_tree()
    return " ".join(tree.text_content().split())


class DeskClient:
    """One person at the desk of a home, at a moment that the test may change.

    Attributes:
        home: whose desk it is.
        now: the time that it is there, aware.
    """

    def __init__(
        self,
        home: Home,
        now: datetime,
        *,
        by: str = "A. Editor",
        tell: Callable[[datetime], str] = lambda _: "",
    ) -> None:
        self.home = home
        self.now = now
        self._noticed: object = None
        self._access = AccessPolicy(port=8000)
        self._app = app_of(home, lambda: self.now, access=self._access, by=by, tell=tell)
        self._client = TestClient(self._app, base_url=f"http://{HOST}")

    @property
    def desk(self) -> DeskContext:
        """The desk's context."""
        return cast("DeskContext", self._app.state.desk)

    @property
    def cookies(self) -> Cookies:
        """What the browser keeps; emptied, it is another person's."""
        return self._client.cookies

    def get(self, path: str) -> Screen:
        """A screen; the desk has noticed by then what changed on the disk."""
        self._notice()
        return _screen(self._client.get(path))

    def _notice(self) -> None:
        """Make the preview again where files have changed, as the desk that runs does by itself."""
        states = ((str(path), path.lstat()) for path in sorted(self.home.root.rglob("*")))
        files = [(name, state.st_mtime_ns, state.st_size) for name, state in states]
        if self._noticed != (self.now, files):
            self._noticed = (self.now, files)
            self.desk.live.refresh()

    def post(self, path: str, fields: Mapping[str, str], *, follow: bool = True) -> Screen:
        """The screen that a form leads to; or the first answer to it, unless `follow`.

        The desk has not looked at the disk between the form and this, but by itself.
        """
        # As browsers send a text: each line ends with both signs.
        sent = {name: text.replace("\n", "\r\n") for name, text in fields.items()}
        data = {"token": self._access.token} | sent
        return _screen(self._client.post(path, data=data, headers=_ORIGIN, follow_redirects=follow))

    def request(self, path: str = "/", **headers: str) -> Request:
        """A request as an action of the desk gets it."""
        name, _, query = path.partition("?")
        named = [(one.encode(), text.encode()) for one, text in headers.items()]
        scope: dict[str, Any] = {
            "type": "http",
            "method": "POST",
            "scheme": "http",
            "server": ("127.0.0.1", 8000),
            "path": name,
            "query_string": query.encode(),
            "headers": [(b"host", HOST.encode()), *named],
            "app": self._app,
        }
        return Request(scope)


def _screen(answer: Response) -> Screen:
    address = answer.url.raw_path.decode()
    return Screen(answer.status_code, address, answer.headers, answer.content)


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may be written any more: the kernel refuses the first byte."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
