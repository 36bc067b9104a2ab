"""A piece of HTML as plain text: paragraphs parted by a blank line, the points of lists on lines.

For values that hold HTML, such as a content system's `content.rendered`; whole pages are another
matter. Opens nothing, loads nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from justhtml import JustHTML

from msnewsletter.errors import BadValueError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of a text of 200,000 bytes, its longest, with as much again for its tags; a hostile one takes 2 s.
_LIMIT: Final = 400_000
_SILENT = frozenset({"script", "style", "template", "noscript", "iframe", "object", "#comment"})
_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption"),
        *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main"),
        *("nav", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"),
    }
)
_PARAGRAPH, _LINE, _POINT = "\n\n", "\n", "\n- "
# What no plain text holds: a tag that is closed or ends a line, or a character's name.
_MARKUP = re.compile(
    r"</(?:a|b|blockquote|div|em|h[1-6]|i|li|ol|p|span|strong|su[bp]|ul)\s*>|<(?:p|br ?/?|li)>|"
    r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|amp|nbsp|quot|[lg]t|[lr][sd]quo|[nm]dash|hellip);",
    re.IGNORECASE,
)
# White space that browsers join; the no-break space is none of it.
_WHITE = re.compile(r"[ \t\n\f\r]+")


def markup_in(text: str) -> str | None:
    """The first sign that a text is HTML, e.g. `</p>` or `&nbsp;`; None: it is plain."""
    found = _MARKUP.search(text)
    return found[0] if found else None


def text_of_html(html: str) -> str:
    """What readers see of a piece of HTML; raises BadValueError for one that is far too long."""
    if len(html) > _LIMIT:
        problem = f"has {len(html):,} characters of HTML"
        raise BadValueError(problem, f"{_LIMIT:,} are the most")
    root = JustHTML(html, sanitize=False, fragment=True).root
    return _joined(_pieces(root))


def _pieces(root: Any) -> Iterator[str]:  # noqa: ANN401  (its nodes have no common class)
    """Texts, and the breaks between them; without recursion, as hostile HTML is nested deeply."""
    waiting: list[Any] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
        elif node.name == "#text":
            # A new line of the source is none that readers see.
            yield _WHITE.sub(" ", node.data or "")
        elif node.name == "br":
            yield _LINE
        elif node.name not in _SILENT:
            before, after = _breaks(node.name)
            yield before
            waiting += [after, *reversed(node.children or ())]


def _breaks(name: str) -> tuple[str, str]:
    if name == "li":
        return _POINT, ""
    return (_PARAGRAPH, _PARAGRAPH) if name in _BLOCKS else ("", "")


def _joined(pieces: Iterator[str]) -> str:
    text = "".join(pieces)
    text = re.sub(r" *\n *", "\n", re.sub(" +", " ", text))
    # A paragraph in a point of a list stays on the line of its sign.
    text = re.sub(r"\n-\s*\n+", "\n- ", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip(" \n")
