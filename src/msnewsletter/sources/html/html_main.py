"""Which part of a page is the summary: its main part, or the one article of several. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from msnewsletter.issue.teaser import sound_of
from msnewsletter.sources.addresses import identity_of
from msnewsletter.sources.html.html_document import attribute, select_all
from msnewsletter.sources.html.html_lines import is_hidden
from msnewsletter.sources.html.html_meta import absolute
from msnewsletter.sources.html.html_page_lines import visible_text
from msnewsletter.sources.section_headings import field_of_heading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from justhtml import Node

    from msnewsletter.sources.html.html_document import HtmlTree
    from msnewsletter.sources.html.html_meta import HtmlHead

# An article with less is a card: some lines so long, or headings of sections.
_LONG: Final = 80
_LONG_LINES: Final = 3
_HEADINGS: Final = 2
# Articles of a list that are looked at, and headlines of a page.
_MOST: Final = 200
_HEADLINES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MainPart:
    """The part of a page that holds the summary.

    Attributes:
        node: of the tree.
        without: elements in it that are no part of it.
        heading: the page's own headline as it is shown; empty: it has none, or several.
        outside: that headline stands outside of it, so it may be the site's name.
        several: several articles may be the summary, and nothing says which.
        headline: the element of that headline.
    """

    node: Node
    without: tuple[Node, ...] = ()
    heading: str = ""
    outside: bool = False
    several: bool = False
    headline: Node | None = None

    def around_headline(self) -> tuple[Node, ...]:
        """The part, and what is between it and a headline that stands before it."""
        if not self.outside or self.headline is None:
            return (self.node,)
        above, node = [self.headline, *_above(self.headline)], self.node
        ids = {id(one): index for index, one in enumerate(above)}
        while node.parent is not None and id(node.parent) not in ids:
            node = node.parent
        # The part may stand in the headline itself, where tags were not closed.
        if node.parent is None or id(node) in ids or node.parent is self.headline:
            return (self.node,)
        before = above[ids[id(node.parent)] - 1]
        children = list(node.parent.children or ())
        first = next(at for at, one in enumerate(children) if one is before)
        last = next(at for at, one in enumerate(children) if one is node)
        return (*children[first:last], self.node) if first < last else (self.node,)

    def without_of_dates(self) -> tuple[Node, ...]:
        """Elements in it whose dates are of other pages.

        An article with the page's own headline is none of them, however little of it is a summary.
        """
        headline = self.headline
        return tuple(
            node for node in self.without if headline is None or not _within(headline, node)
        )


def main_part(
    tree: HtmlTree,
    head: HtmlHead,
    address: str,
    names: Callable[[str], str | None] = field_of_heading,
) -> MainPart:
    """The part of a page that holds the summary; `names`: which field a heading names."""
    scope = _scope(tree)
    headings = [node for node in tree.all("h1")[:_HEADLINES] if not _is_unseen(node)]
    heading = _text(headings[0]) if len({_text(node) for node in headings}) == 1 else ""
    articles = _outermost(select_all(scope, "article")[:_MOST])
    full = [node for node in articles if _is_full(node, names)]
    if not full:
        outside = not any(_within(node, scope) for node in headings)
        return MainPart(
            node=scope,
            without=tuple(articles),
            heading=heading,
            outside=outside,
            headline=headings[0] if heading else None,
        )
    owner = [node for node in full if heading and any(_within(one, node) for one in headings)]
    chosen = owner if len(owner) == 1 else full
    if len(chosen) > 1:
        chosen = _named(chosen, head, address)
    if len(chosen) != 1:
        return MainPart(node=scope, heading=heading, several=True)
    own = [node for node in headings if _within(node, chosen[0])]
    return MainPart(
        node=chosen[0],
        without=tuple(
            node for node in _outermost_below(chosen[0]) if not _holds_any(node, headings)
        ),
        heading=_text(own[0]) if len(own) == 1 else heading,
        outside=not own,
        headline=headings[0] if heading and not own else None,
    )


def _scope(tree: HtmlTree) -> Node:
    for selector in ("main", '[role="main"]'):
        found = [node for node in tree.all(selector) if not _is_unseen(node)]
        if len(found) == 1:
            return found[0]
    return next(iter(tree.all("body")), tree.root)


def _outermost(nodes: Iterable[Node]) -> list[Node]:
    """Those that are in none of the others, and seen."""
    found: list[Node] = []
    ids: set[int] = set()
    for node in nodes:  # in the order of the page: what is around comes first
        if not any(id(above) in ids for above in _above(node)) and not _is_unseen(node):
            found.append(node)
            ids.add(id(node))
    return found


def _outermost_below(node: Node) -> list[Node]:
    """The articles in an article: cards, or comments."""
    return _outermost(one for one in select_all(node, "article")[:_MOST] if one is not node)


def _is_full(node: Node, names: Callable[[str], str | None]) -> bool:
    lines = visible_text(node).lines
    named = {names(line.text) for line in lines if line.level}
    long = [line for line in lines if len(line.text) >= _LONG and not line.linked]
    return len(named - {None}) >= _HEADINGS or len(long) >= _LONG_LINES


def _named(nodes: list[Node], head: HtmlHead, address: str) -> list[Node]:
    """Those that the page's address or else its title names."""
    wanted = {identity_of(one) for one in (head.canonical or address, head.og_url) if one}
    linked = [
        node
        for node in nodes
        if any(
            identity_of(absolute(head.base, attribute(link, "href"))) in wanted
            for link in select_all(node, "a[href]")[:_MOST]
        )
    ]
    if len(linked) == 1:
        return linked
    sounds = {sound_of(title) for title in head.titles}
    return [
        node
        for node in nodes
        if any(line.level and sound_of(line.text) in sounds for line in visible_text(node).lines)
    ]


def _is_unseen(node: Node) -> bool:
    return any(one.attrs and is_hidden(one.name, one.attrs) for one in (node, *_above(node)))


def _above(node: Node) -> Iterable[Node]:
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def _within(node: Node, outer: Node) -> bool:
    return any(one is outer for one in (node, *_above(node)))


def _holds_any(outer: Node, nodes: Iterable[Node]) -> bool:
    return any(_within(node, outer) for node in nodes)


def _text(node: Node) -> str:
    return " ".join(line.text for line in visible_text(node).lines)
