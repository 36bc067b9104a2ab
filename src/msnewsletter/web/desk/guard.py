"""Access to the desk: only its own pages, at its own address.

A page on another origin can neither read the desk nor press its buttons: requests for another host
(DNS rebinding) get 421, requests from another site 403, and a POST needs our Origin and a token
that only our pages hold. Where others may come, a key is needed as well, or a login at the proxy
in front; `access.py` says which.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from msnewsletter.web.desk.kept_words import kept_words
from msnewsletter.web.desk.own_addresses import own_address
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from msnewsletter.web.desk.access import AccessPolicy

# A form with a long summary; far below what would hurt.
FORM_LIMIT = 2 * 1024 * 1024
_FORM_FIELDS = 100
_FORM_TYPE = "application/x-www-form-urlencoded"

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


_AS_IT_WAS = "Nothing was saved. Go back: what you wrote is still in the page."
_NO_KEY = (
    "Open the address that 'msnewsletter preview' printed, with its key; "
    "or come by the proxy that the desk trusts, and log in there."
)


class Guard:
    """ASGI middleware: turns away whoever may not ask; reads the forms of those who may."""

    def __init__(self, app: ASGIApp, *, access: AccessPolicy) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on with its form in `scope["state"]["form"]`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        request.state.editor = self._access.editor(_peer(request), request.headers.raw)
        refusal = self._refusal(request)
        if refusal is None and request.method == "POST":
            form = await _form(request)
            refusal = form if isinstance(form, Response) else self._refused_form(request, form)
            request.state.form = form
        answer = self._app if refusal is None else refusal
        await answer(scope, receive, _guarded(send))

    def _refused_form(self, request: Request, form: Mapping[str, str]) -> Response | None:
        """A form without our key or token; the answer has its own words, to be copied."""
        locked_out = self._is_locked_out(request)
        if not locked_out and _same(form.get("token", ""), self._access.token):
            return None
        values = {"words": kept_words(form), "locked_out": locked_out}
        return page("old_form.html.j2", values, code=401 if locked_out else 403)

    def _refusal(self, request: Request) -> Response | None:
        method, headers = request.method, request.headers
        host = headers.get("host", "").lower()
        if not self._access.is_here(host):
            return _no(421, _elsewhere(self._access))
        if method not in {"GET", "HEAD", "POST"}:
            return _no(405, "Only GET, HEAD and POST.", {"allow": "GET, HEAD, POST"})
        # Fetch Metadata: another site may link here, and do nothing else.
        linked = headers.get("sec-fetch-mode") == "navigate" and method == "GET"
        own = headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
        if not own and not linked:
            return _no(403, "Another site may not ask for this.")
        origin = headers.get("origin", "").lower()
        if method == "POST" and origin not in {f"http://{host}", f"https://{host}"}:
            return _no(403, "Only this desk's own pages may change anything.")
        # Whoever posts without a key is answered with their own words: see `_refused_form`.
        return None if method == "POST" else self._locked_out(request)

    def _locked_out(self, request: Request) -> Response | None:
        if not self._is_locked_out(request):
            return None
        key = self._access.key
        if key and request.method == "GET" and _same(request.query_params.get("key", ""), key):
            return self._let_in(request, key)
        return _no(401, _NO_KEY)

    def _is_locked_out(self, request: Request) -> bool:
        """Whether a key is asked for, and whoever asks has shown none."""
        key, kept = self._access.key, request.cookies.get(self._access.cookie, "")
        return not (key is None or request.state.editor or _same(kept, key))

    def _let_in(self, request: Request, key: str) -> Response:
        """The same address without the key, which is in a cookie from then on."""
        kept = [item for item in request.query_params.multi_items() if item[0] != "key"]
        rest = f"?{urlencode(kept)}" if kept else ""
        response = RedirectResponse(own_address(quote(request.scope["path"])) + rest, 303)
        encrypted = (
            self._access.comes_by_proxy(_peer(request))
            and request.headers.get("x-forwarded-proto", "").strip().lower() == "https"
        )
        response.set_cookie(
            self._access.cookie, key, httponly=True, samesite="lax", secure=encrypted
        )
        return response


def _peer(request: Request) -> str | None:
    """The address at the other end of the connection, never one that a header claims."""
    return request.client.host if request.client else None


def _elsewhere(access: AccessPolicy) -> str:
    """What to open instead, in lines."""
    found = "\n".join(f"  {address}" for address in access.addresses)
    return (
        f"This desk is not at that address. It is at:\n{found}\n"
        "An ssh tunnel may begin at any port of localhost. For another name, start it with\n"
        "'msnewsletter preview --allow-host NAME'."
    )


def _same(given: str, key: str) -> bool:
    return compare_digest(given.encode(), key.encode())


async def _form(request: Request) -> dict[str, str] | Response:
    """The form's fields, the last of each; no files: a desk takes none."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != _FORM_TYPE:
        return _no(415, "Only plain forms.")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > FORM_LIMIT:
            return _no(413, f"That is more than 2 MB. {_AS_IT_WAS}")
    try:
        fields = parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=_FORM_FIELDS,
        )
    except ValueError:
        return _no(400, f"That is not a valid form. {_AS_IT_WAS}")
    # Browsers send CRLF (the HTML standard, form submission); our files have LF.
    return {name: values[-1].replace("\r\n", "\n") for name, values in fields.items()}


def _no(status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    return PlainTextResponse(text + "\n", status, headers=headers)


def _guarded(send: Send) -> Send:
    """Every answer carries the headers that keep others out, unless it has its own."""

    async def send_guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_guarded
