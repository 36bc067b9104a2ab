"""The entries of a feed, whatever its format."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

_LARGEST = 10**18


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEntry:
    """One entry as a feed gives it; all texts are as they are written, stripped.

    Attributes:
        id: permanent, if the feed keeps its word; empty: it has none.
        link: the page that it stands for, absolute http(s); empty: none.
        body, body_name, is_html: its text, the element that holds it, and whether it is HTML.
        published, updated: dates as they are written.
        language: of its texts, where it names one itself.
        addresses: all that it links to outside its text.
        raw: all its elements by name: feedparser's names (`author`, `dc_identifier`), or JSON's.
    """

    id: str = ""
    link: str = ""
    title: str = ""
    body: str = ""
    body_name: str = ""
    is_html: bool = True
    published: str = ""
    updated: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)

    def element(self, name: str) -> str | tuple[str, ...] | None:
        """What an element holds: `prism:doi`, `author`, `source.title`, `_study.identifiers`.

        The name of a namespace is joined by a colon, and what is within an element by a dot.
        """
        value: Any = self.raw
        for part in name.split("."):
            if not isinstance(value, dict):
                return None
            value = dict.get(value, part.replace(":", "_").lower(), dict.get(value, part))
        if isinstance(value, list):
            return tuple(filter(None, map(whole, value))) or None
        return whole(dict.get(value, "value") if isinstance(value, dict) else value) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A feed.

    Attributes:
        entries: in its order.
        home: the page that it belongs to, absolute; empty: it names none.
        remarks: what editors should know of the feed.
    """

    entries: tuple[SourceEntry, ...]
    home: str = ""
    remarks: tuple[str, ...] = ()


def whole(value: object) -> str:
    """A text, or a whole number, without halves of characters and white space around it."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < _LARGEST else ""
    if not isinstance(value, str):
        return ""
    return value.encode(errors="ignore").decode().strip()


def absolute(url: str, link: str) -> str:
    """A link of a document at `url` as an absolute web address; empty where it is none."""
    try:
        joined = urljoin(url, link) if link else ""
    except ValueError:
        return ""
    return joined if joined.startswith(("http://", "https://")) else ""
