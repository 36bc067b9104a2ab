"""The door's answers, with the headers that keep them private."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from msnewsletter.web.public.file_responses import SECURITY

_POLICY: Final = SECURITY["content-security-policy"].replace(
    "form-action 'none'", "form-action 'self'"
)
_HEADERS: Final = {
    **SECURITY,
    "content-security-policy": _POLICY,
    # What a token opens is for nobody else, and old forms are no use.
    "cache-control": "no-store",
}
_HTML: Final = "text/html; charset=utf-8"


def page(
    body: bytes, *, status: int = 200, indexed: bool = False, more: dict[str, str] | None = None
) -> Response:
    """A page; `indexed`: search engines may show it."""
    hidden = {} if indexed else {"x-robots-tag": "noindex"}
    return Response(body, status, {**_HEADERS, **hidden, **(more or {}), "content-type": _HTML})


def plain(
    text: str, *, status: int = 200, more: dict[str, str] | None = None, kind: str = "text/plain"
) -> Response:
    """A line of text."""
    headers = {**_HEADERS, "x-robots-tag": "noindex", "content-type": f"{kind}; charset=utf-8"}
    return Response(text.encode(), status, {**headers, **(more or {})})


def stylesheet(body: bytes) -> Response:
    """The pages' stylesheet."""
    cached = {"cache-control": "public, max-age=300", "content-type": "text/css; charset=utf-8"}
    return Response(body, headers={**_HEADERS, **cached})
