"""The few HTML elements of which the bodies of feed entries consist. Pure; texts are escaped."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterable

NONE = Markup()
APART = Markup(" · ")
_LINES = Markup("\n")


def escaped(text: str) -> Markup:
    """The text as it stands between tags."""
    # Between tags quotes need no escape, and some readers show escapes as they are.
    return Markup(html.escape(text, quote=False))  # noqa: S704  (escaped right here)


def paragraph(content: Markup, attributes: Markup = NONE) -> Markup:
    """`<p>`; `attributes` begin with a space, here and below."""
    return _element("p", content, attributes)


def heading(text: str, attributes: Markup = NONE) -> Markup:
    """`<h2>`."""
    return _element("h2", escaped(text), attributes)


def strong(content: Markup, attributes: Markup = NONE) -> Markup:
    """`<strong>`."""
    return _element("strong", content, attributes)


def span(content: Markup, attributes: Markup = NONE) -> Markup:
    """The content, in an element of its own only where it has attributes."""
    return _element("span", content, attributes) if attributes else content


def link(address: str, content: Markup, attributes: Markup = NONE) -> Markup:
    """`<a>`; `address` is absolute."""
    href = Markup(f' href="{escape(address)}"')  # noqa: S704  (escaped right here)
    return _element("a", content, href + attributes)


def item(content: Markup, attributes: Markup = NONE) -> Markup:
    """`<li>`."""
    return _element("li", content, attributes)


def bullets(items: Iterable[Markup], attributes: Markup = NONE) -> Markup:
    """`<ul>`."""
    return _element("ul", _lines(items), attributes)


def numbered(items: Iterable[Markup], start: int, attributes: Markup = NONE) -> Markup:
    """`<ol>`, from any number on."""
    first = NONE if start == 1 else Markup(f' start="{start}"')  # noqa: S704  (a number)
    return _element("ol", _lines(items), first + attributes)


def _element(name: str, content: Markup, attributes: Markup) -> Markup:
    # Not Markup.format, which takes five times as long: a page of the archive has dozens of these.
    return Markup(  # noqa: S704  (escaped right here)
        f"<{name}{escape(attributes)}>{escape(content)}</{name}>"
    )


def _lines(items: Iterable[Markup]) -> Markup:
    return _LINES.join(("", *items, ""))


def joined(*groups: Iterable[Markup]) -> str:
    """The elements, a line each."""
    return "\n".join(part for group in groups for part in group)
