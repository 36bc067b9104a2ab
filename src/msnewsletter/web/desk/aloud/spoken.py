"""What a screen reader says of a document, in its order: lines, from roles and names. Pure.

Its own words are those of NVDA and VoiceOver where both agree, in English; what differs between
them (bullets, the ends of landmarks) is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from msnewsletter.render.sentences import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT: Final = "text"
# Roles (WAI-ARIA 1.2) that are said on a line of their own, before what is in them.
_LANDMARKS: Final = {
    "banner": "banner landmark",
    "complementary": "complementary landmark",
    "contentinfo": "content information landmark",
    "main": "main landmark",
    "navigation": "navigation landmark",
    "region": "region",
    "article": "article",
    "table": "table",
    "blockquote": "quote",
    "figure": "figure",
}
# Those that are said before their name, within a line.
_INLINE: Final = {"link": "link", "button": "button", "image": "image"}
ROLES: Final = frozenset(
    {TEXT, "document", "heading", "list", "listitem", "separator", *_LANDMARKS, *_INLINE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AloudNode:
    """A node of an accessibility tree, as far as it is spoken.

    Attributes:
        role: one of `ROLES`; empty: only what is in it counts.
        name: where it is said in place of what is in the node, or a landmark's; else empty.
        text: of a text.
        place: the block that a text is in, as a number: texts of one place are one line.
        language: of a text, a BCP 47 tag.
        level: of a heading.
    """

    role: str = ""
    name: str = ""
    text: str = ""
    place: int = 0
    language: str = ""
    level: int = 0
    nodes: tuple[AloudNode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenPiece:
    """A piece of a line: the reader's own words before it, and the document's."""

    own: str = ""
    text: str = ""
    language: str = ""


Line = tuple[SpokenPiece, ...]


def lines_of(document: AloudNode) -> list[Line]:
    """All that is said of a document, from its title on."""
    return [line for line in map(_tidy, _Speech().of(document)) if line]


@dataclass
class _Speech:
    """The line that is being said, and words that wait for the next piece of it."""

    line: list[SpokenPiece] = field(default_factory=list)
    place: int = -1
    waiting: list[str] = field(default_factory=list)

    def of(self, document: AloudNode) -> Iterator[Line]:
        """The lines of a document."""
        yield (SpokenPiece(own="document", text=document.name),)
        for node in document.nodes:
            yield from self._say(node)
        yield self._end()

    def _say(self, node: AloudNode) -> Iterator[Line]:
        role = node.role
        if role == TEXT:
            yield from self._text(node)
        elif role in _INLINE or role == "heading":
            yield from self._announced(node)
        elif role == "list":
            yield from self._list(node)
        elif role in _LANDMARKS or role == "separator":
            yield from self._own_line(_LANDMARKS.get(role, role), node.name)
            yield from self._inside(node)
        elif role == "listitem":
            yield self._end()
            yield from self._inside(node)
            yield self._end()
        else:
            yield from self._inside(node)

    def _inside(self, node: AloudNode) -> Iterator[Line]:
        for inner in node.nodes:
            yield from self._say(inner)

    def _text(self, node: AloudNode) -> Iterator[Line]:
        if node.place != self.place:
            yield self._end()
            self.place = node.place
        own = ", ".join(self.waiting) if node.text.strip() else ""
        if own:
            self.waiting.clear()
        self.line.append(SpokenPiece(own=own, text=node.text, language=node.language))

    def _announced(self, node: AloudNode) -> Iterator[Line]:
        if node.role == "heading":
            yield self._end()
            self.waiting.append(f"heading level {node.level}")
        else:
            self.waiting.append(_INLINE[node.role])
        if node.name:
            place = self.place if node.role != "heading" else node.place
            named = replace(node, role=TEXT, text=node.name, place=node.place or place)
            yield from self._text(named)
        else:
            yield from self._inside(node)
        if self.waiting:  # it has no words: it is said all the same
            self.line.append(SpokenPiece(own=", ".join(self.waiting)))
            self.waiting.clear()
        self.line.append(SpokenPiece(own="", text=""))  # what follows is no part of it

    def _list(self, node: AloudNode) -> Iterator[Line]:
        count = sum(inner.role == "listitem" for inner in node.nodes)
        yield from self._own_line(f"list with {counted(count, 'item')}", node.name)
        yield from self._inside(node)
        yield from self._own_line("end of list", "")

    def _own_line(self, own: str, name: str) -> Iterator[Line]:
        yield self._end()
        yield (SpokenPiece(own=own, text=name),)

    def _end(self) -> Line:
        said, self.line, self.place = tuple(self.line), [], -1
        return said


def _tidy(line: Line) -> Line:
    """The line with white space as it is heard, and its pieces joined where nothing is between."""
    made: list[SpokenPiece] = []
    joins = False
    for piece in line:
        if not piece.text and not piece.own:
            joins = False
            continue
        text = _spaced(piece.text, after=made[-1].text if made else " ")
        if joins and not piece.own and made[-1].language == piece.language:
            made[-1] = replace(made[-1], text=made[-1].text + text)
        elif text.strip() or piece.own:
            made.append(replace(piece, text=text))
            joins = True
        elif made:
            made[-1] = replace(made[-1], text=made[-1].text + text)
    # Before the reader's own words, and at the end, a space is not heard.
    return tuple(
        replace(piece, text=piece.text.rstrip()) if after is None or after.own else piece
        for piece, after in zip_longest(made, made[1:])
    )


def _spaced(text: str, *, after: str) -> str:
    """Runs of white space as one space; none at the beginning `after` another one."""
    words = " ".join(f"x{text}x".split())[1:-1]
    return words.lstrip() if not after or after.endswith(" ") else words
