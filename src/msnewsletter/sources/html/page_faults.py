"""Why a page is no summary that can go out: in the words of who has to correct it. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msnewsletter.issue.unfinished import is_misread
from msnewsletter.sources.fetched_file import Problem
from msnewsletter.sources.html.html_document import attribute
from msnewsletter.text import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from msnewsletter.sources.html.html_document import HtmlTree

_NEEDED: Final = {
    "headline": "headline",
    "found": "what was found",
    "why_it_matters": "why it matters",
    "cautions": "cautions",
}
_NOT_FOUND: Final = re.compile(
    r"\b404\b|not found|(?:does not|doesn['’]t|no longer) exist|no longer available|"
    r"page (?:is |was )?(?:missing|gone|removed)",
    re.IGNORECASE,
)
_SECTIONS: Final = frozenset(_NEEDED.values()) - {"headline"}
_NO_SUMMARY: Final = (
    "it has none of the parts of a summary: what was found, why it matters, cautions"
)
_NO_PAGE_OF_ONE: Final = (
    "if it is a home page, an about page or the like, leave it out (exclude in its source)"
)
_LEAVE_OUT: Final = f"{_NO_PAGE_OF_ONE}; else name the parts in [sources.select]"
_SHOWN: Final = 4  # headings in a remedy
_SELECT: Final = "name their places in [sources.select], or write the summary as a file"


def fault_of(
    tree: HtmlTree,
    fields: Mapping[str, str | tuple[str, ...]],
    *,
    several: bool,
    twice: Sequence[str],
    unnamed: Sequence[str] = (),
) -> Problem | None:
    """What is wrong with a page that was read; None: nothing.

    Args:
        tree: the page.
        fields: that were found.
        several: several parts of it may be the summary.
        twice: sections that it has twice.
        unnamed: its headings that name no field.
    """
    missing = [label for name, label in _NEEDED.items() if not fields.get(name)]
    if missing and (special := _no_summary(tree)):
        return special
    if several:
        says = "it has several articles, and nothing says which is the summary"
        return Problem(says=says, remedy=_SELECT)
    if missing:
        none = set(missing) >= _SECTIONS
        says = _NO_SUMMARY if none else f"no {', no '.join(missing)} found"
        return Problem(says=says, remedy=_say_where(unnamed, leave_out=none))
    if twice:
        says = f"it has two sections “{_NEEDED.get(twice[0], twice[0])}”"
        return Problem(says=says, remedy=_SELECT)
    texts = [value for value in fields.values() if isinstance(value, str)]
    if any(map(is_misread, texts)):
        says = tree.doubt or "some of its letters are lost, or read as others"
        return Problem(says=says, remedy="let the server name the encoding of its pages: UTF-8")
    return None


def _say_where(unnamed: Sequence[str], *, leave_out: bool) -> str:
    """What to do about parts that were not found; `unnamed`: headings that name no field."""
    if not unnamed:
        return _LEAVE_OUT if leave_out else _SELECT
    shown = ", ".join(quoted(one) for one in unnamed[:_SHOWN])
    more = " and others" if len(unnamed) > _SHOWN else ""
    say = (
        f"say in [sources.headings] what stands under {shown}{more}, or name places in "
        "[sources.select]"
    )
    return f"{_NO_PAGE_OF_ONE}; else {say}" if leave_out else say


def _no_summary(tree: HtmlTree) -> Problem | None:
    if any(attribute(node, "type").lower() == "password" for node in tree.all("input[type]")):
        return Problem(says="it is a page to log in", remedy="name pages that everybody may read")
    titles = [node.to_text() for node in (*tree.all("head > title"), *tree.all("h1"))]
    if any(_NOT_FOUND.search(title[:500]) for title in titles):
        says = "it says that there is no such page, though it answers 200"
        return Problem(says=says, remedy="correct its address, or wait until it is back")
    return None
