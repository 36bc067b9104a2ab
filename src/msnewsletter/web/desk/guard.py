"""Who may ask the desk for anything: its own pages, at its own address, and nobody else.

A page on another origin can neither read the desk nor press its buttons: requests for another host
(DNS rebinding) get 421, requests from another site 403, and a POST needs our Origin and a token
that only our pages hold. Elsewhere than on loopback a key is needed as well.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from starlette.responses import PlainTextResponse, RedirectResponse, Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A form with a long summary; far below what would hurt.
FORM_LIMIT = 2 * 1024 * 1024
_FORM_FIELDS = 100
_COOKIE = "msnewsletter_desk"
_FORM_TYPE = b"application/x-www-form-urlencoded"

# Nothing may come from anywhere else, nothing inline runs, nobody may frame us.
PAGE_POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "connect-src 'self'; "
    "frame-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)
# A previewed mail or page: no script, no network at all, an origin of its own.
PREVIEW_POLICY = (
    "default-src 'none'; "
    "style-src 'unsafe-inline'; "
    "img-src data:; "
    "form-action 'none'; "
    "base-uri 'none'; "
    "frame-ancestors 'self'; "
    "sandbox"
)
_HEADERS = {
    "content-security-policy": PAGE_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPolicy:
    """Where the desk is, and what opens it.

    Attributes:
        hosts: what a Host header may say, with the port, lower case.
        key: asked for once in a browser; None: loopback, nobody else can come.
        token: in every form of ours.
    """

    hosts: frozenset[str]
    key: str | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))


_OLD_FORM = (
    "This form is from before the desk was restarted, or not from this desk: nothing is saved. "
    "Go back in your browser and copy what you wrote; load the page again, and save it there."
)


class Guard:
    """ASGI middleware: turns away whoever may not ask; reads the forms of those who may."""

    def __init__(self, app: ASGIApp, *, door: AccessPolicy) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on with its form in `scope["state"]["form"]`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        refusal = self._refusal(scope, headers)
        if refusal is None and scope["method"] == "POST":
            form = await _form(receive, headers)
            if isinstance(form, Response):
                refusal = form
            elif not compare_digest(form.get("token", "").encode(), self._door.token.encode()):
                refusal = _no(403, _OLD_FORM)
            else:
                scope.setdefault("state", {})["form"] = form
        answer = self._app if refusal is None else refusal
        await answer(scope, receive, _guarded(send))

    def _refusal(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Response | None:
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if host not in self._door.hosts:
            return _no(421, "This desk is not at that address.")
        if scope["method"] not in {"GET", "HEAD", "POST"}:
            return _no(405, "Only GET, HEAD and POST.", {"allow": "GET, HEAD, POST"})
        site = headers.get(b"sec-fetch-site", b"same-origin")
        # Fetch Metadata: another site may link here, and do nothing else.
        linked = headers.get(b"sec-fetch-mode") == b"navigate" and scope["method"] == "GET"
        if site not in {b"same-origin", b"none"} and not linked:
            return _no(403, "Another site may not ask for this.")
        if scope["method"] == "POST" and not _is_ours(headers, host):
            return _no(403, "Only this desk's own pages may change anything.")
        return self._locked_out(scope, headers)

    def _locked_out(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Response | None:
        key = self._door.key
        if key is None or _same(_cookie(headers), key):
            return None
        given = parse_qs(scope["query_string"].decode("latin-1"))
        if scope["method"] == "GET" and _same(given.pop("key", [""])[0], key):
            rest = urlencode(given, doseq=True)
            response = RedirectResponse(f"{scope['path']}{'?' if rest else ''}{rest}", 303)
            response.set_cookie(_COOKIE, key, httponly=True, samesite="lax")
            return response
        return _no(401, "Open the address that 'msnewsletter preview' printed, with its key.")


def _is_ours(headers: Mapping[bytes, bytes], host: str) -> bool:
    origin = headers.get(b"origin", b"").decode("latin-1").lower()
    return origin in {f"http://{host}", f"https://{host}"}


def _same(given: str, key: str) -> bool:
    return compare_digest(given.encode(), key.encode())


def _cookie(headers: Mapping[bytes, bytes]) -> str:
    try:
        found = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1")).get(_COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


async def _form(receive: Receive, headers: Mapping[bytes, bytes]) -> dict[str, str] | Response:
    """The form's fields, the last of each; no files: a desk takes none."""
    kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
    if kind != _FORM_TYPE:
        return _no(415, "Only plain forms.")
    body = bytearray()
    more = True
    while more:
        message: Message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > FORM_LIMIT:
            return _no(413, "That is more than 2 MB.")
    try:
        fields = parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=_FORM_FIELDS,
        )
    except ValueError:
        return _no(400, "That is no form.")
    # Browsers send CRLF (the HTML standard, form submission); our files have LF.
    return {name: values[-1].replace("\r\n", "\n") for name, values in fields.items()}


def _no(status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    return PlainTextResponse(text + "\n", status, headers=headers)


def _guarded(send: Send) -> Send:
    """Every answer carries the headers that keep others out, unless it has its own."""

    async def send_guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            had = {name for name, _ in message["headers"]}
            message["headers"] = [
                *message["headers"],
                *(
                    (name.encode(), value.encode())
                    for name, value in _HEADERS.items()
                    if name.encode() not in had
                ),
            ]
        await send(message)

    return send_guarded
