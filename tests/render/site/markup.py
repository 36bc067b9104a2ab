"""Reads pages strictly: what a forgiving parser would silently mend is a failure here."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "br", "hr", "img"}


@dataclass
class Page(HTMLParser):
    """Every element's attributes, and the text that a reader sees, by the open elements."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, data: bytes) -> Page:
        page = cls()
        HTMLParser.__init__(page)
        page.feed(data.decode())
        page.close()
        assert not page._open, f"never closed: {page._open}"
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice"
        assert not ("p" in self._open and tag in {"p", "ul", "section", "h1", "h2"})
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "head" not in self._open:
            self.shown.append(data)
        if data.strip():
            self.texts.append((self._open[-1], data.strip()))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def line(self) -> str:
        """All that a reader sees, on one line."""
        return " ".join("".join(self.shown).split())

    def text(self, tag: str = "") -> str:
        return "\n".join(text for within, text in self.texts if tag in {"", within})
