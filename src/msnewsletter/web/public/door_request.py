"""Reads a request to the door within bounds, and refuses what no form of ours sends.

The same for all ways in: origin, content type, size, time.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope

BODY_LIMIT: Final = 16 * 1024
_DIGITS: Final = 20  # of a length: of 64 bits at most
_FIELDS: Final = 20
_SECONDS: Final = 20.0  # for a body of 16 kB
_FORM: Final = "application/x-www-form-urlencoded"
# What mail programs take for a part of a link at the end of a sentence, or in brackets or quotation
# marks. No token ends in any of it: the last character of its hash is a letter or a digit.
_AFTER_LINK: Final = " .,;:!?*\"'<>()[]”’…"
_SAME: Final = frozenset({"same-origin", "none"})


class RefusedRequestError(Exception):
    """A request that is not answered as it wishes: a status, and a short line."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(frozen=True, kw_only=True)
class DoorCall:
    """One request to the door, read within bounds.

    Attributes:
        method: of HTTP.
        words: its path in parts, without the first slash, and without what clings to a link.
        headers: by their names in small letters; the last of each.
        peer: the address at the other end; None: it has none.
    """

    method: str
    words: tuple[str, ...]
    headers: Mapping[str, str] = field(repr=False)
    peer: str | None = field(repr=False)

    @property
    def here(self) -> str:
        """The way from its page to the door's root."""
        return "../" * (len(self.words) - 1)

    @property
    def reads(self) -> bool:
        """Whether it only looks."""
        return self.method in {"GET", "HEAD"}

    @property
    def is_of_browser(self) -> bool:
        """Whether a page can be shown to who asks: browsers say so, and no others."""
        return "text/html" in self.header("accept").lower()

    def header(self, name: str) -> str:
        """A header's value; empty: there is none."""
        return self.headers.get(name, "")


def door_call(scope: Scope) -> DoorCall:
    """The request that a server hands over."""
    client = scope.get("client")
    return DoorCall(
        method=scope["method"],
        words=tuple(word.rstrip(_AFTER_LINK) for word in scope["path"].split("/")[1:]),
        headers={
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        },
        peer=client[0] if client else None,
    )


async def read_body(call: DoorCall, receive: Receive) -> bytes:
    """The body; raises RefusedRequestError where it is too long or too slow."""
    announced = call.header("content-length")
    # Python reads no number of more than 4,300 digits.
    if announced.isdecimal() and (len(announced) > _DIGITS or int(announced) > BODY_LIMIT):
        raise RefusedRequestError(413, "That is more than 16 kB.")
    body = bytearray()
    try:
        async with asyncio.timeout(_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise RefusedRequestError(400, "The request ended too early.")
                body += message.get("body", b"")
                if len(body) > BODY_LIMIT:
                    raise RefusedRequestError(413, "That is more than 16 kB.")
                if not message.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        raise RefusedRequestError(408, "The request came too slowly.") from None


def refuse_other_sites(call: DoorCall, *, door: str) -> None:
    """Refuse a form that another site's page has sent; raises RefusedRequestError.

    Programs name no origin. Nor do our own pages in all browsers: their policy is to name no
    referrer, and then the origin is `null` (the Fetch standard, "append a request Origin header").
    """
    origin = call.header("origin").lower()
    ours = {call.header("host").lower(), urlsplit(door).netloc.lower()}
    foreign = bool(origin) and origin != "null" and _host_of(origin) not in ours
    if foreign or call.header("sec-fetch-site").lower() not in {"", *_SAME}:
        raise RefusedRequestError(403, "Only the pages of this newsletter may send that.")


def _host_of(origin: str) -> str | None:
    """Host and port of an origin; None: it is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def form_of(call: DoorCall, body: bytes) -> dict[str, str]:
    """The fields of a form, the last of each; raises RefusedRequestError."""
    kind = call.header("content-type").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise RefusedRequestError(415, "Send it as a form does: " + _FORM + ".")
    try:
        fields = parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_FIELDS,
        )
    except ValueError:
        raise RefusedRequestError(400, "That is not a valid form.") from None
    return {name: values[-1] for name, values in fields.items()}
