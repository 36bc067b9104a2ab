"""Checks the links of a mail: where they lead and what they say. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msnewsletter.checks.finding import block, warn
from msnewsletter.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.checks.finding import Finding
    from msnewsletter.checks.html_reader import HtmlLink, Page

_VAGUE = frozenset(
    {"read more", "more", "here", "click here", "link", "this", "learn more", "continue", "details"}
)
_MAILTO = re.compile(r"mailto:[^\s@?]+@[^\s@?]+(?:\?\S*)?", re.ASCII)
_ILLEGAL = re.compile(r"[^\x21-\x7e]|[<>\"\\^`{|}]")  # RFC 3986, section 2


def check_links(page: Page, place: str) -> Iterator[Finding]:
    """Addresses, words and underlines of every link of a mail's HTML."""
    texts: dict[str, str] = {}
    for link in page.links:
        text = " ".join(link.text.split())
        yield from _check_address(link.url, text, place)
        yield from _check_words(link, text, place)
        if text and texts.setdefault(text.casefold(), link.url) != link.url:
            yield block(
                "duplicate-link-text",
                place,
                f"two links say {quoted(text)} and lead to different places",
                "name in each where it leads: they are read out without their surroundings",
            )


def _check_address(url: str, text: str, place: str) -> Iterator[Finding]:
    of = f"the link {quoted(text)}"
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme == "mailto" and _MAILTO.fullmatch(url):
        return
    if parts.scheme not in {"http", "https"}:
        if ":" in url.split("/", maxsplit=1)[0]:
            yield block("malformed-link", place, f"{of} is {url[:80]!r}", "write an https address")
        else:
            yield block(
                "relative-link",
                place,
                f"{of} is {url[:80]!r}, which leads nowhere from a mail",
                "write the whole address, https://...",
            )
    elif not host or _ILLEGAL.search(url):
        yield block(
            "malformed-link", place, f"{of} is no address: {url[:80]!r}", "correct its address"
        )
    elif parts.scheme == "http":
        yield warn(
            "insecure-link",
            place,
            f"{of} leads to {url[:80]!r}: others can see and change what is read there",
            "write https, if that address answers",
        )


def _check_words(link: HtmlLink, text: str, place: str) -> Iterator[Finding]:
    if not text:
        yield block(
            "empty-link-text",
            place,
            f"the link to {link.url[:80]!r} has no words",
            "name where it leads",
        )
    elif text.casefold() in _VAGUE:
        yield warn(
            "vague-link-text",
            place,
            f"a link says only {quoted(text)}",
            "name where it leads",
        )
    if not link.underlined:
        yield warn(
            "link-not-underlined",
            place,
            f"the link {quoted(text)} is told apart by its colour alone",
            "underline it",
        )
