"""Checks the bytes of a message to a list: its headers, its lines. Pure."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from msnewsletter.checks.finding import finding
from msnewsletter.validators import is_at_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.checks.finding import Finding

EML = "digest.eml"

LINE_LIMIT = 998  # RFC 5322, section 2.1.1

_ONCE = (
    *("From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe"),
    *("MIME-Version", "Content-Type"),
)
_PAGE_LINK = re.compile(r"<(https?://[^>]*)>")
_STRUCTURED = ("List-", "Message-ID", "Archived-At")


def check_message(message: bytes) -> Iterator[Finding]:
    """Findings on what servers see of a message to a list."""
    longest = max(map(len, message.split(b"\r\n")))
    if longest > LINE_LIMIT:
        reason = f"a line of {longest} bytes; RFC 5322 allows {LINE_LIMIT}"
        yield finding("line-too-long", EML, reason)
    yield from _check_fields(header_fields(message))


def header_fields(message: bytes) -> list[tuple[str, str]]:
    """Name and value of each header field of a message, unfolded."""
    head = message.partition(b"\r\n\r\n")[0].decode("ascii", errors="replace")
    unfolded = re.sub(r"\r\n(?=[ \t])", "", head)
    return [
        (name, value.strip())
        for name, _, value in (line.partition(":") for line in unfolded.split("\r\n"))
    ]


def _check_fields(fields: list[tuple[str, str]]) -> Iterator[Finding]:
    counts = Counter(name for name, _ in fields)
    for name in _ONCE:
        if counts[name] != 1:
            yield finding("headers", EML, f"{name} is there {counts[name]} times, not once")
    if counts["List-Unsubscribe-Post"]:
        # RFC 8058, section 3.1: its URL must say who is to be unsubscribed.
        reason = "it promises one-click unsubscription, and its URL is of no one reader"
        yield finding("headers", EML, reason)
    for name, value in fields:
        if name.startswith(_STRUCTURED) and "=?" in value:
            yield finding("headers", EML, f"{name} holds an encoded word: {value[:80]!r}")
    values = dict(fields)
    links = values.get("List-Unsubscribe", "")
    # RFC 2369, section 3.2: what can be opened by a browser, and by a mail program.
    pages = _PAGE_LINK.findall(links)
    by_web = any(one.startswith("https:") or is_at_loopback(one) for one in pages)
    if not by_web or "<mailto:" not in links:
        yield finding("headers", EML, f"List-Unsubscribe is {links[:80]!r}")
