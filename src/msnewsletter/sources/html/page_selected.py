"""`[sources.select]`: the fields that CSS selectors name in a page. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msnewsletter.errors import BadValueError
from msnewsletter.list_fields import LIST_FIELDS
from msnewsletter.sources.html.html_document import attribute
from msnewsletter.sources.html.html_lines import text_of
from msnewsletter.sources.html.html_meta import absolute
from msnewsletter.sources.html.html_page_lines import visible_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justhtml import Node

    from msnewsletter.sources.html.field_candidates import FieldCandidates
    from msnewsletter.sources.html.html_document import HtmlTree

# Texts of several elements are its paragraphs; of other fields the first element counts.
_SECTIONS: Final = frozenset({"found", "why_it_matters", "cautions", "note"})
_ADDRESSES: Final = frozenset({"doi", "pmid", "url"})
_DATES: Final = frozenset({"published", "cover_date", "reviewed_on"})


def add_selected(
    found: FieldCandidates, tree: HtmlTree, select: Mapping[str, str], base: str
) -> None:
    """Add what the selectors name; raises BadValueError for one that is no selector."""
    for name, selector in select.items():
        try:
            nodes = tree.all(selector)
        except BadValueError as error:
            raise BadValueError(f"select.{name}: {error.problem}", error.remedy) from None
        texts = [text for node in nodes if (text := _value(name, node, base))]
        origin = f"select: {selector}"
        if not texts:
            found.notes.append(f"{name}: nothing in the page is {selector!r}")
        elif name in LIST_FIELDS:
            parts = texts if len(texts) > 1 else LIST_FIELDS[name].split(texts[0])
            found.add(name, tuple(dict.fromkeys(parts)), origin)
        elif name in _SECTIONS:
            found.add(name, "\n\n".join(dict.fromkeys(texts)), origin)
        else:
            found.add(name, texts[0], origin)
            if len(set(texts)) > 1:
                found.notes.append(
                    f"{name}: {len(texts)} elements are {selector!r}: the first counts"
                )


def _value(name: str, node: Node, base: str) -> str:
    """What an element says of a field: its text, or the attribute that says it to programs."""
    if node.name == "meta":
        return attribute(node, "content")
    if name in _DATES and (moment := attribute(node, "datetime")):
        return moment
    if name in _ADDRESSES and (link := attribute(node, "href")):
        return absolute(base, link)
    lines = visible_text(node).lines
    text = text_of(lines)
    return text if name in _SECTIONS or name in LIST_FIELDS else " ".join(text.split("\n")).strip()
