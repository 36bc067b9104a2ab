"""A piece of HTML, such as a feed's entry or a value of JSON, as lines. Pure.

Reads tags one after the other and builds no tree: a feed has a thousand entries, and a tree of each
costs as much as all else together. The standard library's html.parser is no faster, and takes 34 s
for 200,000 characters of `<a<a<a` (Python 3.11.7). The time here grows with the length alone.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from msnewsletter.errors import BadValueError
from msnewsletter.sources.html.html_lines import (
    BLOCKS,
    HEADINGS,
    UNSEEN,
    HtmlTextLine,
    LineWriter,
    collapsed,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

# Characters: of a text of 200,000 bytes, its longest, with as much again for its tags.
LIMIT: Final = 400_000
# A quoted value may hold what ends a tag; the bounds keep the time for what is no tag short.
_TAG: Final = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)"
    r"((?:[^<>\"']++|\"[^\"]{0,2000}+\"|'[^']{0,2000}+'){0,60}+)>"
    r"|<!--()|<[!?/][^<>]{0,2000}+>"
)
_ATTRIBUTE: Final = re.compile(
    r"""([a-z-]++)(?:\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]++)))?""", re.IGNORECASE
)
# What follows them is no text even where they never end.
_CODE: Final = frozenset({"script", "style"})
_VOID: Final = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"),
        *("track", "wbr"),
    }
)
_LISTS: Final = frozenset({"ul", "ol", "menu", "dl"})
_ITEMS: Final = frozenset({"li", "dt", "dd"})
# What no plain text holds: a tag that is closed or ends a line, or a character's name.
_MARKUP: Final = re.compile(
    r"</(?:a|b|blockquote|div|em|h[1-6]|i|li|ol|p|span|strong|su[bp]|ul)\s*>|<(?:p|br ?/?|li)>|"
    r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|amp|nbsp|quot|[lg]t|[lr][sd]quo|[nm]dash|hellip);",
    re.IGNORECASE,
)
# A title has few letters, and feeds leave any tag in it.
_TITLE_MARKUP: Final = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z]\w+);")


def lines_of_html(text: str) -> tuple[HtmlTextLine, ...]:
    """What is seen of a piece of HTML, in order; raises BadValueError where it is far too long."""
    if len(text) > LIMIT:
        problem = f"has {len(text):,} characters of HTML"
        raise BadValueError(problem, f"{LIMIT:,} are the most")
    nesting = _Nesting()
    for part in _parts(text):
        if isinstance(part, str):
            nesting.add(html.unescape(part) if "&" in part else part)
        elif part.ends:
            nesting.end(part.name)
        else:
            nesting.begin(part.name, _attributes(part.attributes))
    return nesting.lines()


def text_of_html(text: str) -> str:
    """What is seen of a piece of HTML as plain text; raises BadValueError like lines_of_html."""
    return text_of(lines_of_html(text))


def line_of(text: str) -> str:
    """A title as one line: tags and entities that feeds leave in it are read as what they mean."""
    if _TITLE_MARKUP.search(text) and len(text) <= LIMIT:
        text = " ".join(line.text for line in lines_of_html(text))
    return collapsed(text)


def markup_in(text: str) -> str | None:
    """The first sign that a text is HTML, e.g. `</p>` or `&nbsp;`; None: it is plain."""
    found = _MARKUP.search(text)
    return found[0] if found else None


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
        if name not in UNSEEN:
            yield _Tag(name, bool(slash), attributes)
        elif not slash and name not in without_end:
            end = re.compile(f"</{name}(?![a-z0-9])[^<>]*>", re.IGNORECASE).search(text, at)
            at = end.end() if end else len(text) if name in _CODE else at
            if end is None:  # looked for once: there may be as many as there are letters
                without_end.add(name)
    if at < len(text):
        yield text[at:]


def _after(text: str, sign: str, at: int) -> int:
    """Where a sign ends; the text's end where it never does."""
    found = text.find(sign, at)
    return len(text) if found < 0 else found + len(sign)


def _attributes(text: str) -> dict[str, str | None] | None:
    """The attributes of a tag, as trees have them; the first of each name counts."""
    if not text or text.isspace():
        return None
    found: dict[str, str | None] = {}
    for name, *values in _ATTRIBUTE.findall(text):
        found.setdefault(name.lower(), html.unescape("".join(values)))
    return found


class _Element(NamedTuple):
    """An open element; `kind`: see _kind; `seen`: the writer knows of it."""

    name: str
    kind: str
    attributes: dict[str, str | None] | None
    seen: bool


class _Nesting:
    """Which elements are open: tags that are missing are put in, as browsers do for the usual ones.

    No step looks through what is open, which may be as much as there are letters.
    """

    def __init__(self) -> None:
        self._writer = LineWriter(in_article=True)
        self._open: list[_Element] = []
        self._places: dict[str, list[int]] = {}  # in _open, of each name
        self._items: list[int | None] = [None]  # of each open list: the place of its open item
        self._heading_has_text = False

    def lines(self) -> tuple[HtmlTextLine, ...]:
        """The lines of all that it was told."""
        self._close(0)
        self._writer.end_line(apart=True)
        return tuple(self._writer.lines)

    def add(self, text: str) -> None:
        """Text in the innermost element."""
        if not self._open or self._open[-1].seen:
            self._writer.add(text)
            if self._places.get("heading") and not text.isspace():
                self._heading_has_text = True

    def begin(self, name: str, attributes: dict[str, str | None] | None) -> None:
        """A tag that begins an element."""
        if name in BLOCKS or name == "a":
            self._close_before(name)
        seen = (not self._open or self._open[-1].seen) and self._writer.enter(name, attributes)
        if name in _VOID:
            if seen:
                self._writer.leave(name, attributes)
            return
        if name in _ITEMS:
            self._items[-1] = len(self._open)
        elif name in _LISTS:
            self._items.append(None)
        kind = _kind(name)
        self._places.setdefault(kind, []).append(len(self._open))
        self._open.append(_Element(name, kind, attributes, seen))

    def _close_before(self, name: str) -> None:
        """End what cannot hold an element of this name."""
        if name == "a":
            self._close_last("a")
            return
        self._close_last("p")
        if self._heading_has_text or name in HEADINGS:
            # A browser would go on in letters of its size; nobody meant that.
            self._close_last("heading")
        if name in _ITEMS and (place := self._items[-1]) is not None:
            self._close(place)

    def end(self, name: str) -> None:
        """A tag that ends an element, and all that is still open in it."""
        if places := self._places.get(_kind(name)):
            self._close(places[-1])
        elif name in BLOCKS or name == "br":
            # As browsers take `</p>` and `</br>` without a beginning.
            self._writer.end_line(apart=True)

    def _close_last(self, kind: str) -> None:
        if places := self._places.get(kind):
            self._close(places[-1])

    def _close(self, place: int) -> None:
        """End the elements from this place on, the innermost first."""
        while len(self._open) > place:
            name, kind, attributes, seen = self._open.pop()
            self._places[kind].pop()
            if name in _ITEMS:
                self._items[-1] = None
            elif name in _LISTS:
                self._items.pop()
            elif kind == "heading":
                self._heading_has_text = False
            if seen:
                self._writer.leave(name, attributes)


def _kind(name: str) -> str:
    """Headings end one another."""
    return "heading" if name in HEADINGS else name
