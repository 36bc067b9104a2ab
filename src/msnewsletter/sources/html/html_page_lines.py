"""The visible text of a page's tree, or of an element of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from msnewsletter.sources.html.html_lines import HtmlTextLine, LineWriter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from justhtml import Node

_NO_ELEMENTS = frozenset({"#comment", "#processing-instruction", "!doctype"})


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleText:
    """The lines below a node; `spans`: where each element begins and ends, around its lines."""

    lines: tuple[HtmlTextLine, ...]
    spans: tuple[tuple[int, int], ...]


def visible_text(node: Node, *, without: Iterable[Node] = ()) -> VisibleText:
    """What a reader sees of a node; `without`: elements that are left out."""
    walk = _TextWalk(frozenset(map(id, without)))
    walk.through(node)
    return VisibleText(lines=tuple(walk.writer.lines), spans=tuple(walk.spans.values()))


class _Visit(NamedTuple):
    node: Node
    leaving: bool = False


class _TextWalk:
    """One walk through a tree, without recursion: pages are nested as deep as they like."""

    def __init__(self, without: frozenset[int]) -> None:
        self._without = without
        self.writer = LineWriter()
        self.spans: dict[int, tuple[int, int]] = {}
        self._at = 0

    def through(self, node: Node) -> None:
        steps = [_Visit(node)]
        while steps:
            one = steps.pop()
            self._at += 1
            if one.leaving:
                self.spans[id(one.node)] = (self.spans[id(one.node)][0], self._at)
                self.writer.leave(one.node.name, one.node.attrs)
            elif self._enter(one.node):
                steps.append(_Visit(one.node, leaving=True))
                steps += [_Visit(child) for child in reversed(one.node.children or ())]
        self.writer.end_line(apart=True)

    def _enter(self, node: Node) -> bool:
        """Begin a node; whether its children are to be looked at."""
        name = node.name
        if name == "#text":
            self.writer.add(node.data if isinstance(node.data, str) else "", self._at)
            return False
        if name in _NO_ELEMENTS or id(node) in self._without:
            return False
        if not self.writer.enter(name, node.attrs):
            return False
        self.spans[id(node)] = (self._at, self._at)
        return True
