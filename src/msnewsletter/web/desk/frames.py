"""The bytes of an issue as a sandboxed frame shows them. Pure.

They are the bytes that go out. Only what a reader's client would change is rewritten, only here:
the colours that it prefers, the size of the text, and whether it shows styles at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import html as lxml_html
from starlette.responses import Response

from msnewsletter.render.site.file_headers import content_type
from msnewsletter.web.desk.guard import PREVIEW_POLICY

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFERS_DARK = re.compile(rb"@media\s*\(\s*prefers-color-scheme:\s*dark\s*\)")
_STYLESHEET = re.compile(rb"<link rel=\"stylesheet\"[^>]*>")
_END_OF_HEAD = re.compile(rb"</head>", re.IGNORECASE)
_SCHEME = re.compile(rb"(color-scheme:\s*|name=\"color-scheme\" content=\")light dark")


def forced(data: bytes, mode: str) -> bytes:
    """HTML or CSS as in `mode`, "light" or "dark", whatever the browser prefers; else as it is."""
    if mode not in {"light", "dark"}:
        return data
    media = b"@media all" if mode == "dark" else b"@media not all"
    return _SCHEME.sub(rb"\g<1>" + mode.encode(), _PREFERS_DARK.sub(media, data))


def enlarged(page: bytes) -> bytes:
    """HTML with everything twice as large in the same width, as a reader's client zooms."""
    return _END_OF_HEAD.sub(lambda end: b"<style>html{zoom:2}</style>" + end[0], page, count=1)


def unstyled(page: bytes) -> bytes:
    """HTML without stylesheets and style attributes, as a client shows it that takes none."""
    root = lxml_html.document_fromstring(page, parser=lxml_html.HTMLParser(encoding="utf-8"))
    for sheet in root.xpath("//style | //link[@rel='stylesheet']"):
        sheet.drop_tree()
    for element in root.xpath("//*[@style]"):
        del element.attrib["style"]
    made: bytes = lxml_html.tostring(root, encoding="utf-8", doctype="<!doctype html>")
    return made


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
    if name.endswith(".html") and query.get("styles") == "off":
        data = unstyled(data)
    if name.endswith(".html") and query.get("size") == "200":
        data = enlarged(data)
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
