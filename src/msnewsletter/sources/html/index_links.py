"""An index page: its links to summaries, each with the date that stands near it. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.sources.html.html_document import attribute, select_all
from msnewsletter.sources.html.html_meta import absolute, base_of
from msnewsletter.sources.html.named_pages import NamedPage

if TYPE_CHECKING:
    from justhtml import Node

    from msnewsletter.sources.html.html_document import HtmlTree

LINKS_LIMIT: Final = 5_000
# Elements around a link, of which the last may be its card.
_UP: Final = 8


def links_in(tree: HtmlTree, address: str, selector: str | None) -> list[NamedPage]:
    """The pages that an index links to, in its order; raises SourceError for a bad selector.

    Args:
        tree: of the index.
        address: that answered.
        selector: of the links, or of elements that hold them; None: all links.
    """
    try:
        nodes = tree.all(selector or "a[href]")
    except BadValueError as error:
        raise SourceError(address, f"links: {error.problem}", error.remedy) from None
    base = base_of(tree, address)
    own = absolute(address, address)
    links = [link for node in nodes[:LINKS_LIMIT] for link in _links(node)][:LINKS_LIMIT]
    targets = [(link, absolute(base, attribute(link, "href"))) for link in links]
    found = [(link, target) for link, target in targets if target not in {"", own}]
    dates = _dates_near(tree, found)
    return [
        NamedPage(address=target, hint=date, hint_origin="the date beside its link" if date else "")
        for (_, target), date in zip(found, dates, strict=True)
    ]


def _links(node: Node) -> list[Node]:
    if node.name == "a" and attribute(node, "href"):
        return [node]
    return list(select_all(node, "a[href]"))


def _dates_near(tree: HtmlTree, links: list[tuple[Node, str]]) -> list[str]:
    """For each link the one date that stands in the card that holds it and no other link."""
    targets: dict[int, set[str]] = defaultdict(set)
    for link, target in links:
        for node in _up(link):
            targets[id(node)].add(target)
    dates: dict[int, set[str]] = defaultdict(set)
    for time in tree.all("time[datetime]")[:LINKS_LIMIT]:
        for node in _up(time):
            dates[id(node)].add(attribute(time, "datetime"))
    found = []
    for link, _ in links:
        card = [node for node in _up(link) if len(targets[id(node)]) == 1]
        near = dates.get(id(card[-1]), set()) if card else set()
        found.append(next(iter(near)) if len(near) == 1 else "")
    return found


def _up(node: Node) -> list[Node]:
    """A node and those around it, as far as a card may reach."""
    found: list[Node] = []
    above: Node | None = node
    while above is not None and above.name not in {"body", "main"} and len(found) < _UP:
        found.append(above)
        above = above.parent
    return found
