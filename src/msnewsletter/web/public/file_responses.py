"""The site's files in memory: bytes, their gzip, their validators and their headers, ready to send.

Notices a changed file by its size, time and inode at the next request. Never leaves the site's
folder, shows no hidden file, writes nothing.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
from collections import OrderedDict
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.responses import Response

from msnewsletter import urls
from msnewsletter.errors import BadValueError
from msnewsletter.regular_file import RECORD_LIMIT, read_regular
from msnewsletter.render.site.file_headers import (
    cache_control,
    content_type,
    is_archived,
    is_feed,
)
from msnewsletter.web.public.feed_links import feed_links

if TYPE_CHECKING:
    from pathlib import Path

    Headers = dict[str, str]

# Bytes of files held at most: all feeds and thousands of pages; what was asked for last stays.
HELD = 128 * 1024 * 1024

# In no name of ours.
_NEVER = frozenset("\\\0\n")

# Nothing may be loaded but our own stylesheet and icon, nothing runs, nobody may frame the pages,
# and a link followed from here does not say where its reader was.
SECURITY: Headers = {
    # Some crawlers read robots.txt from within the page: connect-src.
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class Variant:
    """A file in one content coding: its strong ETag, and its answers, made once."""

    etag: bytes
    body: bytes
    whole: Response
    unchanged: Response


@dataclass(frozen=True, slots=True)
class SiteFile:
    """A file: as it is, and gzipped.

    Attributes:
        modified: whole seconds since 1970.
        feed: it is a feed.
        current: it is one that gets the next issue's entries, and no archive document.
    """

    plain: Variant
    zipped: Variant
    modified: int
    feed: bool
    current: bool


class SiteFiles:
    """The files below a folder, by path; reads each when it is asked for and when it changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = os.path.realpath(folder)
        # With the state that the disk gave for each.
        self._held: OrderedDict[str, tuple[tuple[int, ...], SiteFile]] = OrderedDict()
        self._bytes = 0

    def get(self, path: str) -> SiteFile | None:
        """The file at a decoded URL path; None: there is none that anybody may see."""
        if not path.startswith("/"):  # the `*` of OPTIONS
            return None
        # A folder is its index, as with other web servers.
        name = path[1:] + (urls.HOME if path.endswith("/") else "")
        held = self._held.get(name)
        if held is None and not self._may_show(name):
            return None
        try:
            status = os.stat(f"{self._folder}/{name}")  # noqa: PTH116  (once per request: speed)
        except (OSError, ValueError):
            self._drop(name)
            return None
        state = (status.st_mtime_ns, status.st_size, status.st_ino)
        if held is not None and held[0] == state:
            self._held.move_to_end(name)
            return held[1]
        return self._read(name, state) if stat.S_ISREG(status.st_mode) else None

    def _may_show(self, name: str) -> bool:
        # Hidden files are half-written ones; `..` would lead out, and so might a symbolic link.
        if not _NEVER.isdisjoint(name):
            return False
        if any(part.startswith(".") or not part for part in name.split("/")):
            return False
        inside = os.path.realpath(f"{self._folder}/{name}")
        return inside.startswith(self._folder + os.sep)

    def _read(self, name: str, state: tuple[int, ...]) -> SiteFile | None:
        self._drop(name)
        if not self._may_show(name):
            return None
        try:
            data = read_regular(f"{self._folder}/{name}", limit=RECORD_LIMIT)
        except (FileNotFoundError, BadValueError):
            return None
        made = site_file(name, data, modified=state[0] // 1_000_000_000)
        self._held[name] = (state, made)
        self._bytes += _size(made)
        while self._bytes > HELD and len(self._held) > 1:
            self._drop(next(iter(self._held)))
        return made

    def _drop(self, name: str) -> None:
        if found := self._held.pop(name, None):
            self._bytes -= _size(found[1])


def site_file(name: str, data: bytes, *, modified: int) -> SiteFile:
    """A file ready to send; `modified` is seconds since 1970."""
    feed = is_feed(name)
    digest = hashlib.sha256(data).hexdigest()[:32].encode()
    # mtime=0: the same bytes give the same gzip.
    zipped = gzip.compress(data, compresslevel=9, mtime=0)
    shared = _shared_headers(name, data, modified=modified, feed=feed)
    # RFC 9110, section 8.8.3.3: each content coding has an ETag of its own.
    return SiteFile(
        plain=_variant(data, b'"' + digest + b'"', shared, name, zipped=False),
        zipped=_variant(zipped, b'"' + digest + b'-gz"', shared, name, zipped=True),
        modified=modified,
        feed=feed,
        current=feed and not is_archived(name),
    )


@lru_cache(maxsize=64)  # within a second, the same feeds are asked for again and again
def with_max_age(response: Response, seconds: int) -> Response:
    """The same answer, good for so long."""
    headers = {**response.headers, "cache-control": f"public, max-age={seconds}"}
    return Response(response.body, response.status_code, headers)


def _shared_headers(name: str, data: bytes, *, modified: int, feed: bool) -> Headers:
    links = feed_links(name, data) if feed else ""
    cors = {"access-control-allow-origin": "*", "access-control-expose-headers": "ETag, IM, Link"}
    return {
        "last-modified": formatdate(modified, usegmt=True),
        "cache-control": cache_control(name),
        # RFC 3229, section 10.5: a feed's answer depends on what the client has.
        "vary": "Accept-Encoding, A-IM, If-None-Match" if feed else "Accept-Encoding",
        **SECURITY,
        **(cors if feed else {}),
        **({"link": links} if links else {}),
    }


def _variant(body: bytes, etag: bytes, shared: Headers, name: str, *, zipped: bool) -> Variant:
    # RFC 9110, section 15.4.5: a 304 carries what a cache needs to know, and no body.
    unchanged = {"etag": etag.decode(), **shared}
    coding = {"content-encoding": "gzip"} if zipped else {}
    headers = {**unchanged, "content-type": content_type(name), **coding}
    return Variant(
        etag=etag,
        body=body,
        whole=Response(body, headers=headers),
        unchanged=Response(status_code=304, headers=unchanged),
    )


def _size(file: SiteFile) -> int:
    return len(file.plain.body) + len(file.zipped.body)
