"""An endpoint of JSON on the tests' web server, and looks at it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msnewsletter.source_settings import JsonSource
from msnewsletter.sources.fetch import json_source
from msnewsletter.sources.fetch.client import Fetcher, FetchLimits
from msnewsletter.sources.fetch.known_source import KnownSource
from sources.fetch import web_server
from sources.fetch.web_server import Answer
from sources.written import CAUTIONS, FOUND, HEADLINE, WHY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from msnewsletter.sources.fetch.finds import Find
    from sources.fetch.web_server import Asked

AT = datetime(2026, 11, 23, 7, tzinfo=UTC)
TEXTS = {"headline": HEADLINE, "found": FOUND, "why_it_matters": WHY, "cautions": CAUTIONS}


def objects(*keys: str) -> list[dict[str, Any]]:
    """Objects with the model's own names."""
    return [{"key": key, **TEXTS} for key in keys]


@dataclass(frozen=True)
class Request:
    """What was asked for."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class Reply:
    """What is answered: bytes as they are, anything else as JSON."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Endpoint:
    """A server: where it is, and what it was asked."""

    base: str
    asked: list[Request]


@contextmanager
def serving(reply: Callable[[Request], Reply]) -> Iterator[Endpoint]:
    """A server on 127.0.0.1 that answers as it is told."""
    requests: list[Request] = []

    def route(asked: Asked) -> Answer:
        query = {name: values[-1] for name, values in asked.query.items()}
        headers = {name.lower(): value for name, value in asked.headers.items()}
        requests.append(Request(asked.path, query, headers))
        answer = reply(requests[-1])
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        named = tuple(answer.headers.items())
        return Answer(status=answer.status, body=body, kind="application/json", headers=named)

    with web_server.serving({"*": route}) as server:
        yield Endpoint(server.base, requests)


def source(url: str, **settings: Any) -> JsonSource:
    """The settings of an endpoint on this machine."""
    given = {"kind": "json", "name": "cms", "url": url, "private": True, "pause": 0, **settings}
    return JsonSource.model_validate(given)


def looked(
    one: JsonSource, known: KnownSource | None = None, *, into: list[Find] | None = None
) -> list[Find]:
    """All that a look brings, also before it raises."""
    brought: list[Find] = [] if into is None else into
    limits = FetchLimits(private=True, pause=0, timeout=10)
    with Fetcher(agent="test", limits=limits, now=lambda: AT) as fetcher:
        known = known or KnownSource(at=AT)
        for find in json_source.look(one, fetcher=fetcher, known=known, root=Path("/nowhere")):
            brought.append(find)  # noqa: PERF402  (what came before an error stays)
    return brought
