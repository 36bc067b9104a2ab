"""The public site over HTTP: what publishing wrote, to anyone, unchanged. Loads and counts nothing.

Any static web server can serve the same folder; this one adds delta replies. GET and HEAD only:
nothing here changes anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Mount

from msnewsletter import links
from msnewsletter.web import conditions
from msnewsletter.web.deltas import Deltas
from msnewsletter.web.files import SECURITY, SiteFile, SiteFiles, Variant, site_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from starlette.types import Receive, Scope, Send

    from msnewsletter.web.files import Headers

_NOT_HERE = b"There is no such page.\n"


def public_app(site: Path) -> Starlette:
    """The application that serves the folder `site`; it may be written meanwhile."""
    return Starlette(routes=[Mount("/", app=Site(site))])


class Site:
    """An ASGI application of the site's files alone."""

    def __init__(self, folder: Path) -> None:
        self._files = SiteFiles(folder)
        self._deltas = Deltas()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        del receive
        if scope["type"] != "http":
            return
        status, headers, body = self._answer(scope["method"], scope["path"], scope["headers"])
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if scope["method"] == "HEAD":
            body = b""
        await send({"type": "http.response.body", "body": body})

    def _answer(self, method: str, path: str, given: Headers) -> tuple[int, Headers, bytes]:
        file = self._files.get(path)
        if method not in {"GET", "HEAD"}:
            return _refused(method, is_feed=file is not None and file.feed)
        asked = dict(given)
        gzip = conditions.takes_gzip(asked.get(b"accept-encoding", b""))
        if file is None:
            return self._missing(gzip=gzip)
        chosen = file.zipped if gzip else file.plain
        if file.feed:
            self._deltas.remember(path, file.plain.etag, file.plain.body)
        tags = conditions.etags(asked.get(b"if-none-match", b""))
        if had := _had(file, chosen, tags, asked):
            return 304, had.unchanged, b""
        if tags and file.feed and conditions.wants_feed_delta(asked.get(b"a-im", b"")):
            plain = [tag.replace(b'-gz"', b'"') for tag in tags]
            if (delta := self._deltas.since(path, plain, file.plain.body)) is not None:
                return _delta(path, delta, file, gzip=gzip)
        return 200, chosen.headers, chosen.body

    def _missing(self, *, gzip: bool) -> tuple[int, Headers, bytes]:
        page = self._files.get(f"/{links.MISSING}") or site_file("404.txt", _NOT_HERE, modified=0)
        chosen = page.zipped if gzip else page.plain
        left_out = {b"etag", b"last-modified", b"cache-control"}
        headers = [header for header in chosen.headers if header[0] not in left_out]
        return 404, [*headers, (b"cache-control", b"no-cache")], chosen.body


def _had(
    file: SiteFile, chosen: Variant, tags: list[bytes], asked: Mapping[bytes, bytes]
) -> Variant | None:
    """The variant that the client has already, the one it would get now first."""
    if tags == [b"*"]:
        return chosen
    if tags:
        return next((one for one in (chosen, file.plain, file.zipped) if one.etag in tags), None)
    # RFC 9110, section 13.1.3: with If-None-Match, If-Modified-Since does not count.
    if b"if-none-match" in asked or b"if-modified-since" not in asked:
        return None
    since = conditions.seconds(asked[b"if-modified-since"])
    return chosen if since is not None and file.modified <= since else None


def _delta(path: str, delta: bytes, file: SiteFile, *, gzip: bool) -> tuple[int, Headers, bytes]:
    """RFC 3229, section 10.4.1: 226, the new version's ETag, and what was done to it."""
    made = site_file(path[1:], delta, modified=file.modified)
    chosen = made.zipped if gzip else made.plain
    whole = file.zipped if gzip else file.plain
    left_out = {b"etag", b"cache-control"}
    headers = [header for header in chosen.headers if header[0] not in left_out]
    # Section 10.8.1: a cache that does not know deltas must not keep this.
    headers += [(b"etag", whole.etag), (b"im", b"feed"), (b"cache-control", b"no-store, im")]
    return 226, headers, chosen.body


def _refused(method: str, *, is_feed: bool) -> tuple[int, Headers, bytes]:
    allow = b"GET, HEAD, OPTIONS"
    headers = [*SECURITY, (b"allow", allow)]
    if method != "OPTIONS":
        return 405, [*headers, (b"content-length", b"0")], b""
    if is_feed:
        # The Fetch standard, CORS: A-IM and If-None-Match are asked for first.
        headers += [
            (b"access-control-allow-origin", b"*"),
            (b"access-control-allow-methods", b"GET, HEAD"),
            (b"access-control-allow-headers", b"A-IM, If-None-Match, If-Modified-Since"),
            (b"access-control-max-age", b"86400"),
        ]
    return 204, headers, b""
