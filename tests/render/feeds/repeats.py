"""Whether a feed says under a title what the title has just said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree, html

from render.site.reading import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

# Readers may lose part of a title that holds them, so the body repeats it on purpose.
_LOST = frozenset("<&")


class _Said(NamedTuple):
    title: str
    text: str  # plain or HTML


def repeated_titles(name: str, data: bytes) -> list[str]:
    """The titles that a description, summary or content of theirs begins with; or is empty."""
    said = list(_json(data) if name.endswith(".json") else _xml(data))
    assert said, "a feed without entries shows nothing"
    return [one.title for one in said if _repeats(one)]


def _json(data: bytes) -> Iterator[_Said]:
    for item in json.loads(data)["items"]:
        assert item.get("summary") != ""
        yield _Said(item["title"], item["content_html"])
        if "summary" in item:
            plain = _Said(item["title"], item["summary"])
            assert not _begins(plain.text, plain.title), plain.title


def _xml(data: bytes) -> Iterator[_Said]:
    root = etree.fromstring(data)
    for entry in root.xpath("channel/item | a:entry", namespaces=NAMES):
        title = entry.xpath("string(title | a:title)", namespaces=NAMES)
        texts = entry.xpath(
            "(description | content:encoded | a:summary | a:content)/text()", namespaces=NAMES
        )
        assert texts
        yield from (_Said(title, text) for text in texts)


def _repeats(said: _Said) -> bool:
    elements = list(html.fragment_fromstring(said.text, create_parent=True))
    texts = [_plain(element.text_content()) for element in elements]
    assert all(texts), "an empty element"
    if _LOST.intersection(said.title) and any(_begins(text, said.title) for text in texts[:2]):
        texts = [text for text in texts if not _begins(text, said.title)]
    return bool(texts) and _begins(" ".join(texts), said.title)


def _begins(text: str, title: str) -> bool:
    """With the title, or with what follows a word like `Corrected:`."""
    told = _plain(title).rstrip(" .!?…")
    names = {told, told.partition(": ")[2] or told}
    return any(_plain(text).startswith(name) for name in names)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
