"""HTML → the paragraphs, headings and points of lists that a person sees. Pure.

JustHTML reads it, which is pure Python: hostile HTML costs time, and time is bounded by `LIMIT`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from justhtml import JustHTML

from msnewsletter.errors import BadValueError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Characters of HTML of one text; ten times the longest entry that we know, and 1 s at worst.
LIMIT: Final = 200_000

_UNSEEN: Final = frozenset(
    (
        *("script", "style", "template", "head", "noscript", "iframe", "object", "svg"),
        *("math", "select", "textarea", "button"),
    )
)
_BLOCKS: Final = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "center", "dd", "details"),
        *("dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main"),
        *("nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead"),
        *("tr", "ul"),
    )
)
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_BOLD: Final = frozenset(("b", "strong"))
_WHITE: Final = re.compile("[ \t\n\r\f]+")
_WHITE_IN_LINE: Final = re.compile("[ \t\r\f]+")
_AROUND_BREAK: Final = re.compile(" *\n *")
_MARKUP: Final = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z]\w+);")


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlLink:
    """A link: its address as it is written, and its words."""

    address: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlBlock:
    r"""A paragraph, a heading or a point of a list.

    Attributes:
        text: what is seen; runs of white space are one space, a line break is a \n.
        heading: 1 to 6; 0: it is none.
        point: the sign of a point of a list, `- ` or `3. `; empty: it is none.
        bold: the bold words with which it begins.
        links: in its text.
    """

    text: str
    heading: int = 0
    point: str = ""
    bold: str = ""
    links: tuple[HtmlLink, ...] = ()


def blocks_in(html: str) -> tuple[HtmlBlock, ...]:
    """What is seen of a piece of HTML, in order; raises BadValueError where it is too long."""
    if len(html) > LIMIT:
        remedy = f"publish at most {LIMIT:,} of HTML for one summary"
        raise BadValueError(f"has {len(html):,} characters", remedy)
    builder = _Builder()
    for node, entered in _walk(JustHTML(html, sanitize=False).root):
        builder.see(node, entered=entered)
    builder.end()
    return tuple(builder.blocks)


def plain_blocks(text: str) -> tuple[HtmlBlock, ...]:
    """The paragraphs of a plain text: blank lines part them."""
    parts = re.split(r"\n[ \t\r]*\n\s*", text.strip())
    return tuple(
        HtmlBlock(text="\n".join(line.strip() for line in part.split("\n")))
        for part in parts
        if part.strip()
    )


def line_of(text: str) -> str:
    """A title as one line: tags and entities that feeds leave in it are read as what they mean."""
    if _MARKUP.search(text) and len(text) <= LIMIT:
        text = " ".join(block.text for block in blocks_in(text))
    return _WHITE.sub(" ", text).strip()


def text_of(blocks: Iterable[HtmlBlock]) -> str:
    """The blocks as a summary has them: blank lines between paragraphs, a line for each point."""
    text = ""
    before: HtmlBlock | None = None
    for block in blocks:
        if before is not None:
            text += "\n" if before.point and block.point else "\n\n"
        text += block.point + block.text
        before = block
    return text


def _walk(root: Any) -> Iterator[tuple[Any, bool]]:  # noqa: ANN401  (JustHTML's nodes share no type)
    """Each node that is seen, at its begin (True) and its end; as deep as may be."""
    ahead = [(root, True)]
    while ahead:
        node, entered = ahead.pop()
        if entered and node.name in _UNSEEN:
            continue
        yield node, entered
        if entered and node.children:
            ahead.append((node, False))
            ahead += ((child, True) for child in reversed(node.children))


class _Builder:
    """Puts together blocks out of nodes."""

    def __init__(self) -> None:
        self.blocks: list[HtmlBlock] = []
        self._text: list[str] = []
        self._bold_text: list[str] = []
        self._links: list[tuple[str, int]] = []
        self._found_links: list[HtmlLink] = []
        self._bold = 0
        self._only_bold = True
        self._lists: list[int] = []  # the number of the next point; 0: they have none
        self._point = ""
        self._heading = 0

    def see(self, node: Any, *, entered: bool) -> None:  # noqa: ANN401  (as above)
        name = node.name
        if name == "#text":
            self._add(_WHITE.sub(" ", node.data))
        elif name == "br":
            self._add("\n")
        elif name == "a":
            self._link(node, entered=entered)
        elif name in _BOLD:
            self._bold += 1 if entered and node.children else -1 if not entered else 0
        elif name in ("td", "th"):
            self._add(" ")
        elif name in _BLOCKS:
            self.end()
            self._block(name, node, entered=entered)

    def end(self) -> None:
        """The block ends here, if there is one."""
        joined = _WHITE_IN_LINE.sub(" ", "".join(self._text))
        parts = [
            part for part in re.split("\n{2,}", _AROUND_BREAK.sub("\n", joined).strip()) if part
        ]
        if parts:
            first = HtmlBlock(
                text=parts[0],
                heading=self._heading,
                point=self._point,
                bold=_WHITE.sub(" ", "".join(self._bold_text)).strip(),
                links=tuple(self._found_links),
            )
            self.blocks += [first, *(HtmlBlock(text=part) for part in parts[1:])]
            self._point = ""
        self._text, self._bold_text, self._found_links = [], [], []
        self._only_bold = True

    def _add(self, text: str) -> None:
        self._text.append(text)
        if not self._only_bold:
            return
        if self._bold or text.isspace():
            self._bold_text.append(text)
        else:
            self._only_bold = False

    def _link(self, node: Any, *, entered: bool) -> None:  # noqa: ANN401  (as above)
        address = (node.attrs or {}).get("href") or ""
        if entered and node.children:
            self._links.append((address, len(self._text)))
        elif not entered and self._links:
            address, start = self._links.pop()
            words = _WHITE.sub(" ", "".join(self._text[start:])).strip()
            self._found_links.append(HtmlLink(address=address, words=words))

    def _block(self, name: str, node: Any, *, entered: bool) -> None:  # noqa: ANN401  (as above)
        if name in _HEADINGS:
            self._heading = _HEADINGS[name] if entered and node.children else 0
        elif name in ("ol", "ul") and node.children:
            self._list(name, node, entered=entered)
        elif name == "li" and node.children:
            self._point = self._sign() if entered else ""

    def _list(self, name: str, node: Any, *, entered: bool) -> None:  # noqa: ANN401  (as above)
        if entered:
            start = str((node.attrs or {}).get("start") or "")
            first = int(start) if re.fullmatch("[1-9][0-9]?", start) else 1
            self._lists.append(first if name == "ol" else 0)
        elif self._lists:
            self._lists.pop()

    def _sign(self) -> str:
        number = self._lists[-1] if self._lists else 0
        if not number:
            return "- "
        self._lists[-1] += 1
        return f"{number}. "


def is_bold(block: HtmlBlock) -> bool:
    """Whether all of it is bold."""
    return bool(block.bold) and block.bold == _WHITE.sub(" ", block.text)
