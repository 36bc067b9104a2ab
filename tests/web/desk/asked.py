"""Asks what stands between a browser and the desk, without a server: any bytes in any header."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from msnewsletter.web.desk.access import AccessPolicy
from msnewsletter.web.desk.app import editor_app
from msnewsletter.web.desk.context import DeskContext
from msnewsletter.web.desk.guard import Guard
from msnewsletter.web.desk.live_preview import LivePreview
from web.desk.running import examined

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from starlette.types import ASGIApp, Receive, Scope, Send

    from msnewsletter.home import Home

HOST = "127.0.0.1:8000"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def context_of(home: Home, now: datetime) -> DeskContext:
    """A desk without a server."""
    policy = AccessPolicy(port=8000)
    return DeskContext(
        home=home,
        live=LivePreview(home, now=lambda: now),
        access=policy,
        by="Ada",
        examine=examined(home),
        tell_of_sent_back=lambda _: "",
    )


def request_to(desk: DeskContext, path: str = "/", **headers: str) -> Request:
    """A request as an action of the desk gets it."""
    app = Starlette()
    app.state.desk = desk
    return Request(scope_of("POST", path, list(headers.items())) | {"app": app})


def ask(home: Home, path: str, *, at: datetime, form: Mapping[str, str] | None = None) -> Answer:
    """What the whole desk of a home answers to a GET, or to one of its forms."""
    policy = AccessPolicy(port=8000)
    app = editor_app(
        home,
        now=lambda: at,
        access=policy,
        by="Ada",
        examine=examined(home),
        tell_of_sent_back=lambda _: "",
    )
    headers = [("host", HOST), ("origin", f"http://{HOST}")]
    if form is None:
        return asyncio.run(answer_of(app, scope_of("GET", path, headers), ()))
    headers.append(("content-type", "application/x-www-form-urlencoded"))
    body = urlencode({"token": policy.token, **form}).encode()
    return asyncio.run(answer_of(app, scope_of("POST", path, headers), [body]))


def ask_guard(
    policy: AccessPolicy,
    method: str = "GET",
    path: str = "/",
    *,
    headers: Sequence[tuple[str, str | bytes]] = (),
    body: Sequence[bytes] = (),
    peer: str | None = "127.0.0.1",
) -> Answer:
    """What comes back through the guard; behind it, an answer shows what it let in, of whom.

    `peer`: the address at the other end of the connection.
    """
    scope = scope_of(method, path, headers) | {"client": None if peer is None else (peer, 50000)}
    return asyncio.run(answer_of(Guard(_behind, access=policy), scope, body))


async def _behind(scope: Scope, receive: Receive, send: Send) -> None:
    state = scope.get("state", {})
    answer: Response = JSONResponse({"form": state.get("form"), "editor": state.get("editor")})
    if scope["path"] == "/own-policy":
        answer = Response(headers={"content-security-policy": "sandbox"})
    await answer(scope, receive, send)


def scope_of(
    method: str, target: str, headers: Sequence[tuple[str, str | bytes]]
) -> dict[str, Any]:
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "method": method,
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [
            (name.lower().encode(), value.encode() if isinstance(value, str) else value)
            for name, value in headers
        ],
    }


async def answer_of(app: ASGIApp, scope: dict[str, Any], body: Sequence[bytes]) -> Answer:
    """What an application answers."""
    sent: list[Any] = []
    parts = list(body) or [b""]

    async def receive() -> Any:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start = sent[0]
    names = [name for name, _ in start["headers"]]
    assert len(names) == len(set(names))
    return Answer(
        status=start["status"],
        headers={name.decode(): value.decode() for name, value in start["headers"]},
        body=b"".join(message.get("body", b"") for message in sent[1:]),
    )
