"""HTML of a feed's entry → the paragraphs, headings and points of lists that a person sees. Pure.

Reads tags one after the other and builds no tree: a feed has a thousand entries, of which all that
counts is where blocks begin and end, and a tree costs twice the time of all else. Its time grows
with the length of the HTML alone, which `LIMIT` bounds.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from msnewsletter.errors import BadValueError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Characters of HTML of one text; ten times the longest entry that we know, and 0.1 s to read.
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
# A quoted value may hold what ends a tag; the bounds keep the time for what is no tag short.
_TAG: Final = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)"
    r"((?:[^<>\"']++|\"[^\"]{0,2000}+\"|'[^']{0,2000}+'){0,60}+)>"
    r"|<!--()|<[!?/][^<>]{0,2000}+>"
)
_HREF: Final = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_START: Final = re.compile(r"""\bstart\s*=\s*["']?([1-9][0-9]?)\b""", re.IGNORECASE)
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
# What follows them is no text even where they never end.
_CODE: Final = frozenset(("script", "style"))
_SPACES: Final = " \t\n\r\f"  # not the no-break space, which somebody has written
_BOLD: Final = frozenset(("b", "strong"))
_RUN: Final = re.compile(" {2,}")
_AROUND_BREAK: Final = re.compile(" *\n *")
_MARKUP: Final = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z]\w+);")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLink:
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
    links: tuple[EntryLink, ...] = ()


def blocks_in(text: str) -> tuple[HtmlBlock, ...]:
    """What is seen of a piece of HTML, in order; raises BadValueError where it is too long."""
    if len(text) > LIMIT:
        remedy = f"publish at most {LIMIT:,} of HTML for one summary"
        raise BadValueError(f"has {len(text):,} characters", remedy)
    builder = _Builder()
    for part in _parts(text):
        if isinstance(part, str):
            builder.add(collapsed(html.unescape(part) if "&" in part else part))
        else:
            builder.see(part)
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
    return collapsed(text).strip()


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


def collapsed(text: str) -> str:
    """The text with a single space for each run of white space."""
    # Most texts have none, and a pattern would stop at each of their spaces.
    for sign in "\n\t\r\f":
        if sign in text:
            text = text.replace(sign, " ")
    return _RUN.sub(" ", text) if "  " in text else text


def _collapsed_lines(text: str) -> str:
    text = _RUN.sub(" ", text) if "  " in text else text
    return (_AROUND_BREAK.sub("\n", text) if "\n" in text else text).strip(_SPACES)


class _Tag(NamedTuple):
    """A tag: its name in small letters, whether it ends an element, and its attributes."""

    name: str
    ends: bool
    attributes: str


def _parts(text: str) -> Iterator[str | _Tag]:
    """Tags and the texts between them, without what nobody sees."""
    at, without_end = 0, set()
    while found := _TAG.search(text, at):
        if found.start() > at:
            yield text[at : found.start()]
        at = found.end()
        slash, name, attributes, comment = found.groups()
        if name is None:
            at = _after(text, "-->", at) if comment is not None else at
            continue
        name = name.lower()
        if name not in _UNSEEN:
            yield _Tag(name, bool(slash), attributes)
        elif not slash and name not in without_end:
            end = re.compile(f"</{name}[^<>]*>", re.IGNORECASE).search(text, at)
            at = end.end() if end else len(text) if name in _CODE else at
            if end is None:  # looked for once: there may be as many as there are letters
                without_end.add(name)
    yield text[at:]


def _after(text: str, sign: str, at: int) -> int:
    """Where a sign ends; the text's end where it never does."""
    found = text.find(sign, at)
    return len(text) if found < 0 else found + len(sign)


class _Builder:
    """Puts together blocks out of tags and texts."""

    def __init__(self) -> None:
        self.blocks: list[HtmlBlock] = []
        self._text: list[str] = []
        self._bold_text: list[str] = []
        self._open_link: tuple[str, int] | None = None
        self._links: list[EntryLink] = []
        self._bold = 0
        self._only_bold = True
        self._lists: list[int] = []  # the number of the next point; 0: they have none
        self._point = ""
        self._heading = 0

    def add(self, text: str) -> None:
        """Add text to the block."""
        self._text.append(text)
        if not self._only_bold:
            return
        if self._bold or text.isspace():
            self._bold_text.append(text)
        else:
            self._only_bold = False

    def see(self, tag: _Tag) -> None:
        """A tag may end the block, and says what the next one is."""
        name = tag.name
        if name == "br":
            self.add("\n")
        elif name == "a":
            self._see_link(tag)
        elif name in _BOLD:
            self._bold = max(0, self._bold + (-1 if tag.ends else 1))
        elif name in ("td", "th"):
            self.add(" ")
        elif name in _BLOCKS:
            self.end()
            self._see_block(tag)

    def end(self) -> None:
        """The block ends here, if there is one."""
        joined = "".join(self._text)
        if joined and not joined.isspace():
            joined = _collapsed_lines(joined)
            self._put([part for part in joined.split("\n\n") if part.strip(_SPACES)])
        self._text, self._bold_text, self._links = [], [], []
        self._only_bold, self._open_link = True, None

    def _put(self, parts: list[str]) -> None:
        if not parts:
            return
        first = HtmlBlock(
            text=parts[0].strip(_SPACES),
            heading=self._heading,
            point=self._point,
            bold=collapsed("".join(self._bold_text)).strip(_SPACES),
            links=tuple(self._links),
        )
        self.blocks += [first, *(HtmlBlock(text=part.strip(_SPACES)) for part in parts[1:])]
        self._point, self._heading = "", 0

    def _see_link(self, tag: _Tag) -> None:
        if self._open_link is not None:
            address, start = self._open_link
            words = collapsed("".join(self._text[start:])).strip(_SPACES)
            self._links.append(EntryLink(address=address, words=words))
            self._open_link = None
        if not tag.ends and (found := _HREF.search(tag.attributes)):
            address = html.unescape(next(filter(None, found.groups()), ""))
            self._open_link = (address, len(self._text))

    def _see_block(self, tag: _Tag) -> None:
        name = tag.name
        if name in _HEADINGS:
            self._heading = 0 if tag.ends else _HEADINGS[name]
        elif name == "li":
            self._point = "" if tag.ends else self._sign()
        elif name in ("ol", "ul"):
            self._point = ""
            self._see_list(tag)

    def _see_list(self, tag: _Tag) -> None:
        if not tag.ends:
            found = _START.search(tag.attributes)
            self._lists.append((int(found[1]) if found else 1) if tag.name == "ol" else 0)
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
    return bool(block.bold) and block.bold == collapsed(block.text)
