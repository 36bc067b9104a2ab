"""The few HTML elements of which the bodies of feed entries consist. Pure; texts are escaped."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from markupsafe import Markup

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
    return Markup("<p{}>{}</p>").format(attributes, content)


def heading(text: str, attributes: Markup = NONE) -> Markup:
    """`<h2>`."""
    return Markup("<h2{}>{}</h2>").format(attributes, escaped(text))


def strong(content: Markup, attributes: Markup = NONE) -> Markup:
    """`<strong>`."""
    return Markup("<strong{}>{}</strong>").format(attributes, content)


def span(content: Markup, attributes: Markup = NONE) -> Markup:
    """The content, in an element of its own only where it has attributes."""
    return Markup("<span{}>{}</span>").format(attributes, content) if attributes else content


def link(address: str, content: Markup, attributes: Markup = NONE) -> Markup:
    """`<a>`; `address` is absolute."""
    return Markup('<a href="{}"{}>{}</a>').format(address, attributes, content)


def item(content: Markup, attributes: Markup = NONE) -> Markup:
    """`<li>`."""
    return Markup("<li{}>{}</li>").format(attributes, content)


def bullets(items: Iterable[Markup], attributes: Markup = NONE) -> Markup:
    """`<ul>`."""
    return Markup("<ul{}>\n{}\n</ul>").format(attributes, _LINES.join(items))


def numbered(items: Iterable[Markup], start: int, attributes: Markup = NONE) -> Markup:
    """`<ol>`, from any number on."""
    first = Markup("") if start == 1 else Markup(' start="{}"').format(start)
    return Markup("<ol{}{}>\n{}\n</ol>").format(first, attributes, _LINES.join(items))


def joined(*groups: Iterable[Markup]) -> str:
    """The elements, a line each."""
    return "\n".join(part for group in groups for part in group)
