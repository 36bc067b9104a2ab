"""Asks the application as a server would, with any bytes at all in path and headers."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msnewsletter.web.public.app import MaxAge, StaticSite, shortest_max_age

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> bytes:
        if self.headers.get("content-encoding") == "gzip":
            return gzip.decompress(self.body)
        return self.body


class Site:
    """One application, running as long as the test."""

    def __init__(self, folder: Path, *, max_age: MaxAge = shortest_max_age) -> None:
        self._app = StaticSite(folder, max_age=max_age)

    def get(self, path: str, *, method: str = "GET", **headers: str | bytes) -> Answer:
        """Headers by their names with underscores."""
        given = [
            (
                name.replace("_", "-").encode(),
                value.encode() if isinstance(value, str) else value,
            )
            for name, value in headers.items()
        ]
        return asyncio.run(self._ask(method, path, given))

    async def _ask(self, method: str, path: str, headers: list[tuple[bytes, bytes]]) -> Answer:
        sent: list[Any] = []

        async def receive() -> Any:
            raise AssertionError("nobody reads what a client sends along")

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(errors="surrogatepass"),
            "root_path": "",
            "query_string": b"",
            "headers": headers,
        }
        await self._app(scope, receive, send)
        start = sent[0]
        names = [name for name, _ in start["headers"]]
        assert len(names) == len(set(names))
        return Answer(
            status=start["status"],
            headers={name.decode(): value.decode() for name, value in start["headers"]},
            body=b"".join(message.get("body", b"") for message in sent[1:]),
        )
