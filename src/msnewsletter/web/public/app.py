"""The public site over HTTP: what publishing wrote, to anyone, unchanged. Loads and counts nothing.

Any static web server can serve the same folder; this one adds delta replies. GET and HEAD only:
nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

import uvicorn
from starlette.responses import Response

from msnewsletter import urls
from msnewsletter.web.public import request_headers
from msnewsletter.web.public.deltas import Deltas
from msnewsletter.web.public.file_responses import (
    SECURITY,
    SiteFile,
    SiteFiles,
    site_file,
    with_max_age,
)
from msnewsletter.web.public.freshness import SHORTEST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

_READING = frozenset({"GET", "HEAD"})
_NOT_HERE = b"There is no such page.\n"


MaxAge = Callable[[int], int]


def shortest_max_age(modified: int) -> int:
    """The default for `max_age`: knows no schedule."""
    del modified
    return SHORTEST


def public_server(application: ASGIApp) -> uvicorn.Server:
    """A server for the public, not yet running: of the site, alone or with a door."""
    config = uvicorn.Config(
        application,
        # No access log: who reads about an illness is written down nowhere.
        access_log=False,
        # Nor a line for what strangers send that is no HTTP.
        log_level="error",
        server_header=False,
        # The door looks at X-Forwarded-For itself; nothing else asks who the client is.
        proxy_headers=False,
        # Only HTTP comes to `StaticSite`: it has nothing to start or to end.
        lifespan="off",
        ws="none",
    )
    return uvicorn.Server(config)


class StaticSite:
    """An ASGI application of the site's files alone; their folder may be written meanwhile.

    It needs no routing: Starlette's, with its error handling, took a quarter of a 304's time.
    """

    def __init__(self, folder: Path, *, max_age: MaxAge = shortest_max_age) -> None:
        self._max_age = max_age
        self._files = SiteFiles(folder)
        self._deltas = Deltas()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        answer = self._answer(scope["method"], scope["path"], dict(scope["headers"]))
        await answer(scope, receive, send)

    def _answer(self, method: str, path: str, asked: Mapping[bytes, bytes]) -> Response:
        file = self._files.get(path)
        if method not in _READING:
            return _refused(method, is_feed=file is not None and file.feed)
        gzip = request_headers.takes_gzip(asked.get(b"accept-encoding", b""))
        if file is None:
            answer = self._folder(path) or self._missing(gzip=gzip)
        else:
            answer = self._whole_or_new(path, file, asked, gzip=gzip)
        if method == "HEAD":
            return Response(status_code=answer.status_code, headers=answer.headers)
        return answer

    def _whole_or_new(
        self, path: str, file: SiteFile, asked: Mapping[bytes, bytes], *, gzip: bool
    ) -> Response:
        chosen = file.zipped if gzip else file.plain
        if file.feed:
            self._deltas.remember(path, file.plain.etag, file.plain.body)
        tags = request_headers.etags(asked.get(b"if-none-match", b""))
        if unchanged := _unchanged(file, asked, tags, gzip=gzip):
            return self._lasting(unchanged, file)
        if tags and file.feed and request_headers.wants_feed_delta(asked.get(b"a-im", b"")):
            plain = [tag.replace(b'-gz"', b'"') for tag in tags]
            now = file.plain
            delta = self._deltas.since(path, plain, now=now.etag, data=now.body)
            if delta is not None:
                return _delta(path, delta, file, gzip=gzip)
        return self._lasting(chosen.whole, file)

    def _lasting(self, answer: Response, file: SiteFile) -> Response:
        """The answer, good for as long as the schedule says."""
        if not file.current:
            return answer
        return with_max_age(answer, self._max_age(file.modified))

    def _folder(self, path: str) -> Response | None:
        """The way to a folder's index, where only the final slash is missing."""
        if self._files.get(f"{path}/") is None:
            return None
        # Relative: a server in front may have the site in a folder of its own.
        where = quote(path.rpartition("/")[2]) + "/"
        return Response(status_code=301, headers={**SECURITY, "location": where})

    def _missing(self, *, gzip: bool) -> Response:
        page = self._files.get(f"/{urls.MISSING}") or site_file("404.txt", _NOT_HERE, modified=0)
        chosen = page.zipped if gzip else page.plain
        headers = {**chosen.whole.headers, "cache-control": "no-cache"}
        del headers["etag"], headers["last-modified"]
        return Response(chosen.body, 404, headers)


def _unchanged(
    file: SiteFile, asked: Mapping[bytes, bytes], tags: list[bytes], *, gzip: bool
) -> Response | None:
    """The answer 304, where the client has the file in either variant."""
    chosen, other = (file.zipped, file.plain) if gzip else (file.plain, file.zipped)
    if tags:
        if chosen.etag in tags or tags == [b"*"]:
            return chosen.unchanged
        return other.unchanged if other.etag in tags else None
    # RFC 9110, section 13.1.3: with If-None-Match, If-Modified-Since does not count.
    if b"if-none-match" in asked or b"if-modified-since" not in asked:
        return None
    since = request_headers.seconds(asked[b"if-modified-since"])
    return chosen.unchanged if since is not None and file.modified <= since else None


def _delta(path: str, delta: bytes, file: SiteFile, *, gzip: bool) -> Response:
    """RFC 3229, section 10.4.1: 226, the new version's ETag, and what was done to it."""
    made = site_file(path[1:], delta, modified=file.modified)
    chosen = made.zipped if gzip else made.plain
    whole = file.zipped if gzip else file.plain
    # Section 10.8.1: a cache that does not know deltas must not keep this.
    special = {"etag": whole.etag.decode(), "im": "feed", "cache-control": "no-store, im"}
    return Response(chosen.body, 226, {**chosen.whole.headers, **special})


def _refused(method: str, *, is_feed: bool) -> Response:
    headers = {**SECURITY, "allow": "GET, HEAD, OPTIONS"}
    if method != "OPTIONS":
        return Response(status_code=405, headers=headers)
    if is_feed:
        # The Fetch standard, CORS: A-IM and If-None-Match are asked for first.
        headers |= {
            "access-control-allow-origin": "*",
            "access-control-allow-methods": "GET, HEAD",
            "access-control-allow-headers": "A-IM, If-None-Match, If-Modified-Since",
            "access-control-max-age": "86400",
        }
    return Response(status_code=204, headers=headers)
