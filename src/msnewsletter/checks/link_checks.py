"""Checks the links of a mail: where they lead and what they say. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msnewsletter.checks.finding import NOTE, finding
from msnewsletter.text import quoted
from msnewsletter.validators import is_at_loopback, is_for_few

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.checks.finding import Finding
    from msnewsletter.checks.html_reader import HtmlLink, Page

_VAGUE = frozenset(
    {"read more", "more", "here", "click here", "link", "this", "learn more", "continue", "details"}
)
_MAILTO = re.compile(r"mailto:[^\s@?]+@[^\s@?]+(?:\?\S*)?", re.ASCII)
_ILLEGAL = re.compile(r"[^\x21-\x7e]|[<>\"\\^`{|}]")  # RFC 3986, section 2


def check_links(page: Page, place: str, *, site: str, note: str = "") -> Iterator[Finding]:
    """Addresses, words and underlines of every link of a mail's HTML.

    Args:
        page, place: the HTML, and what findings call it.
        site: the newsletter's own. Where that is on this machine, to try things out, links to this
            machine are meant.
        note: the editor's, in Markdown. What is wrong with a link whose address is in it is to be
            corrected there.
    """
    texts: dict[str, str] = {}
    for link in page.links:
        text = " ".join(link.text.split())
        in_note = bool(link.url) and link.url in note
        for found in (
            *_check_address(link.url, text, place, trying_out=is_at_loopback(site)),
            *_check_words(link, text, place),
        ):
            yield replace(found, place=NOTE if in_note else place, about=link.url)
        if text and texts.setdefault(text.casefold(), link.url) != link.url:
            reason = f"two links say {quoted(text)} and lead to different places"
            yield finding("duplicate-link-text", place, reason, about=link.url)


def _check_address(url: str, text: str, place: str, *, trying_out: bool) -> Iterator[Finding]:
    of, shown = f"the link {quoted(text)}", repr(url[:80])
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme == "mailto" and _MAILTO.fullmatch(url):
        return
    if parts.scheme not in {"http", "https"}:
        if ":" in url.split("/", maxsplit=1)[0]:
            yield finding("malformed-link", place, f"{of} is {shown}", "write an https address")
        else:
            reason = f"{of} is {shown}, which leads nowhere from a mail"
            yield finding("relative-link", place, reason)
    elif not host or _ILLEGAL.search(url):
        yield finding("malformed-link", place, f"{of} is not a valid address: {shown}")
    elif is_for_few(host):
        if not (trying_out and is_at_loopback(url)):
            reason = f"{of} leads to {shown}, which only this machine or its network can open"
            yield finding("private-link", place, reason)
    elif parts.scheme == "http":
        reason = f"{of} leads to {shown}: others can see and change what is read there"
        yield finding("insecure-link", place, reason)


def _check_words(link: HtmlLink, text: str, place: str) -> Iterator[Finding]:
    if not text:
        yield finding("empty-link-text", place, f"the link to {link.url[:80]!r} has no words")
    elif text.casefold() in _VAGUE:
        yield finding("vague-link-text", place, f"a link says only {quoted(text)}")
    if not link.underlined:
        reason = f"only its colour shows that {quoted(text)} is a link"
        yield finding("link-not-underlined", place, reason)
