"""Asks what stands between a browser and the desk, without a server: any bytes in any header."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from msnewsletter.web.desk.context import DeskContext
from msnewsletter.web.desk.guard import AccessPolicy, Guard
from msnewsletter.web.desk.live_preview import LivePreview

if TYPE_CHECKING:
    from collections.abc import Sequence
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
    policy = AccessPolicy(hosts=frozenset({HOST}))
    return DeskContext(home=home, live=LivePreview(home, now=lambda: now), access=policy, by="Ada")


def request_to(desk: DeskContext, path: str = "/", **headers: str) -> Request:
    """A request as an action of the desk gets it."""
    app = Starlette()
    app.state.desk = desk
    return Request(scope_of("POST", path, list(headers.items())) | {"app": app})


def ask_guard(
    policy: AccessPolicy,
    method: str = "GET",
    path: str = "/",
    *,
    headers: Sequence[tuple[str, str | bytes]] = (),
    body: Sequence[bytes] = (),
) -> Answer:
    """What comes back through the guard; behind it, an answer shows the form that it let in."""
    return asyncio.run(ask(Guard(_behind, access=policy), scope_of(method, path, headers), body))


async def _behind(scope: Scope, receive: Receive, send: Send) -> None:
    form = scope.get("state", {}).get("form")
    answer: Response = JSONResponse({"form": form})
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


async def ask(app: ASGIApp, scope: dict[str, Any], body: Sequence[bytes]) -> Answer:
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
