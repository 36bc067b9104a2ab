"""The bytes of an issue as a sandboxed frame shows them. Pure.

They are the bytes that go out; only the colour-scheme rules are rewritten.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import Response

from msnewsletter.web.desk.guard import PREVIEW_POLICY
from msnewsletter.web.public.file_responses import content_type

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFERS_DARK = re.compile(rb"@media\s*\(\s*prefers-color-scheme:\s*dark\s*\)")
_STYLESHEET = re.compile(rb"<link rel=\"stylesheet\"[^>]*>")
_SCHEME = re.compile(rb"(color-scheme:\s*|name=\"color-scheme\" content=\")light dark")


def forced(data: bytes, mode: str) -> bytes:
    """HTML or CSS as in `mode`, "light" or "dark", whatever the browser prefers; else as it is."""
    if mode not in {"light", "dark"}:
        return data
    media = b"@media all" if mode == "dark" else b"@media not all"
    return _SCHEME.sub(rb"\g<1>" + mode.encode(), _PREFERS_DARK.sub(media, data))


def with_style(page: bytes, style: bytes) -> bytes:
    """A page with its stylesheet inside: in a sandbox it may load nothing, not even from us."""
    return _STYLESHEET.sub(lambda _: b"<style>" + style + b"</style>", page)


def framed(name: str, data: bytes, query: Mapping[str, str]) -> Response:
    """A file for a frame: no script, no network, no way out of it."""
    policy = PREVIEW_POLICY
    if query.get("images") == "off":
        policy = policy.replace("img-src data:", "img-src 'none'")
    kind = content_type(name)
    if name.endswith((".html", ".css")):
        data = forced(data, query.get("mode", ""))
    if name.endswith((".eml", ".xml", ".json", ".opml")):
        kind = "text/plain; charset=utf-8"  # to be read here, not run or downloaded
    return Response(data, media_type=kind, headers={"content-security-policy": policy})


def downloaded(name: str, data: bytes, kind: str = "message/rfc822") -> Response:
    """A file to keep: a message, to open in a mail program, or one of another media type."""
    return Response(
        data,
        media_type=kind,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )
