"""Checks a page of the site or of the door: what a template may break on it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from msnewsletter.checks.html_reader import read_page
from msnewsletter.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.checks.html_reader import Page

# What comes from the site itself, or leads there: no other host hears of it.
_ELSEWHERE = re.compile(r"^(?:https?:)?//", re.IGNORECASE)
# Of elements that load what their address names; `a` and `form` only lead there.
_LOADS: Final = re.compile(
    r"<(?:img|script|iframe|object|embed|source|video|audio|track|input|use|image|link)\b[^>]*>",
    re.IGNORECASE,
)
_LOADED: Final = re.compile(r"""\b(?:src|srcset|href|data|poster)\s*=\s*["']?([^"'\s>]+)""")
_LINK = re.compile(r"<link\b", re.IGNORECASE)
# Links of a head that nothing is loaded by (HTML standard, 4.6.7).
_NAMES_ONLY = re.compile(r"""\brel\s*=\s*["']?(?:canonical|alternate|self|hub)\b""", re.IGNORECASE)
_CSS_LOAD = re.compile(
    r"""(?:@import\s+(?:url\()?|\burl\()\s*["']?\s*([^"')\s;]+)""", re.IGNORECASE
)
_SCRIPT = re.compile(r"<script\b(?![^>]*application/ld\+json)[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFault:
    """What is wrong with a page.

    Attributes:
        reason: what is wrong, with the words or the address.
        remedy: what to do about it.
        about: the words of the page that it is about, to find the template's line by; empty: none.
    """

    reason: str
    remedy: str
    about: str = ""


def page_faults(html: str) -> Iterator[PageFault]:
    """What is wrong with a page's HTML."""
    yield from loads_from_elsewhere(html)
    for found in _SCRIPT.findall(html):
        yield PageFault(
            reason="it has a script, and pages promise that they run none",
            remedy="do without",
            about=found,
        )
    page = read_page(html)
    if not page.root.get("lang") or not page.root.get("dir") or not page.title.strip():
        yield PageFault(
            reason="it lacks its language, its direction or its title",
            remedy="set lang and dir of <html>, and <title>",
            about="<html",
        )
    yield from _structure_faults(page)


def _structure_faults(page: Page) -> Iterator[PageFault]:
    count = sum(heading.tag == "h1" for heading in page.headings)
    if count != 1:
        reason = f"it has {count} first-level headings"
        yield PageFault(reason=reason, remedy="write one <h1>", about="<h1")
    for image in page.images:
        if "alt" not in image:
            reason = f"the picture {image.get('src', '')[:80]!r} has no alt text"
            yield PageFault(
                reason=reason, remedy="say what it shows", about=image.get("src", "<img")
            )
    for link in page.links:
        if not link.text.strip():
            reason = f"the link to {link.url[:80]!r} has no words"
            yield PageFault(reason=reason, remedy="name where it leads", about=link.url)
    hidden = next((words for words in page.words if words.style.hidden), None)
    if hidden:
        reason = f"{quoted(hidden.text)} is hidden"
        yield PageFault(reason=reason, remedy="show it, or leave it out", about=hidden.text)


def loads_from_elsewhere(text: str) -> Iterator[PageFault]:
    """What a page or a stylesheet would load from another host."""
    found = [
        address
        for element in _LOADS.findall(text)
        if not (_LINK.match(element) and _NAMES_ONLY.search(element))
        for address in _LOADED.findall(element)
    ]
    found += _CSS_LOAD.findall(text)
    for address in dict.fromkeys(found):
        if _ELSEWHERE.match(address):
            yield PageFault(
                reason=f"it loads something from elsewhere, {address[:80]!r}",
                remedy="remove it, or put what it names into the page: "
                "it lets a server know who reads this, and when",
                about=address,
            )
