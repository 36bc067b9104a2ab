"""Bytes → text that mail and feeds can carry.

Owns what counts as text: its encoding, its line ends and the characters that are removed from it.
Knows no format.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count, groupby
from typing import TYPE_CHECKING, NamedTuple

from msnewsletter.errors import SourceError
from msnewsletter.model import Note
from msnewsletter.text import NONCHARACTERS

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMED = 5

# XML 1.0, section 2.2: "Char" has no C0 control but tab and line ends; it discourages DEL and C1.
_FORBIDDEN = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f{NONCHARACTERS}]")
# The ends of lines and pages that word processors write within a paragraph, and a carriage return
# that is not half of a line end: between two words it is the only thing that parts them.
_SOFT_RETURN = re.compile("(?:[\x0b\x0c\x85\u2028\u2029]|\r(?!\n))+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TAKEN = (_FORBIDDEN, _SOFT_RETURN)


class NumberedLine(NamedTuple):
    """One line of a file: its number, from 1, and its text without the line end."""

    number: int
    text: str

    @property
    def blank(self) -> bool:
        """Whether it holds nothing but white space."""
        return not self.text or self.text.isspace()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Characters removed from a text: the place of the first of them, and which they were."""

    place: str
    characters: frozenset[str]


AS_TEXT = "save it as plain text (.txt) or write it as Markdown (.md)"
_PACKED = b"PK\x03\x04"  # a ZIP archive: APPNOTE.TXT, section 4.3.7
# How documents begin, and what is somewhere in them.
_DOCUMENTS = (
    (b"{\\rtf", b"", "an RTF document"),
    (b"%PDF-", b"", "a PDF document"),
    # Office Open XML (ECMA-376, part 2): names of files are not packed.
    (_PACKED, b"word/document.xml", "a Word document"),
    # OpenDocument 1.3, part 2, section 3.3: its first file says what it is, and is not packed.
    (_PACKED, b"mimetypeapplication/vnd.oasis.opendocument.text", "an OpenDocument text"),
    (_PACKED, b"mimetypeapplication/epub+zip", "an EPUB book"),
    (_PACKED, b"Index/Document.iwa", "a Pages document"),
    (_PACKED, b"[Content_Types].xml", "an Office document"),
    (_PACKED, b"mimetypeapplication/vnd.oasis.opendocument.", "an OpenDocument file"),
    # MS-CFB, section 2.2: Word, Excel and PowerPoint until 2003.
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", "an old Word or Office document"),
)


def decode(data: bytes, location: str) -> str:
    """The text of a file without its byte order mark; raises SourceError with the line."""
    for beginning, inside, kind in _DOCUMENTS:
        if data.startswith(beginning) and inside in data:
            raise SourceError(location, f"is {kind}, whatever its name", AS_TEXT)
    if b"\0" in data:
        raise SourceError(location, "is binary, not text", "save it as UTF-8 text, or remove it")
    try:
        text = data.decode().removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(f"{location}:{line}", "is not UTF-8", "save it as UTF-8") from None
    if not text or text.isspace():
        raise SourceError(location, "is empty", "write the summary, or remove the file")
    return text


def numbered(text: str) -> list[NumberedLine]:
    r"""The lines of a text; only \n and \r\n end one, as U+2028 and its like are text."""
    return [
        NumberedLine(number, line.removesuffix("\r"))
        for number, line in enumerate(text.split("\n"), start=1)
    ]


def each_line(text: str) -> Iterator[NumberedLine]:
    """The same lines one after the other: a text may have millions."""
    start = 0
    for number in count(1):
        end = text.find("\n", start)
        yield NumberedLine(number, text[start : None if end < 0 else end].removesuffix("\r"))
        if end < 0:
            return
        start = end + 1


def clean(text: str, place: str) -> tuple[str, tuple[Taken, ...]]:
    """The text without what XML forbids; a soft return becomes a space.

    Raises SourceError for half a surrogate pair: what was meant is lost.
    """
    if _harmless(text):
        return text, ()
    if half := _SURROGATE.search(text):
        problem = f"holds half a character ({_code(half[0])})"
        raise SourceError(place, problem, "write the whole character")
    taken = set(_FORBIDDEN.findall(text))
    if taken:
        text = _FORBIDDEN.sub("", text)
    if returns := "".join(_SOFT_RETURN.findall(text)):
        taken.update(returns)
        text = _SOFT_RETURN.sub(_space, text)
    return text, (Taken(place=place, characters=frozenset(taken)),) if taken else ()


def clean_lines(text: str, location: str, *, first: int = 1) -> tuple[str, tuple[Taken, ...]]:
    """`clean` for the lines of a file from `first` on; the place names the line."""
    if _harmless(text):
        return text, ()
    starts = [found.start() for sign in _TAKEN if (found := sign.search(text))]
    if not starts:
        return text, ()
    line = first + text.count("\n", 0, min(starts))
    return clean(text, f"{location}:{line}")


def warn(taken: tuple[Taken, ...]) -> tuple[Note, ...]:
    """One note on everything that was removed from a summary, or none."""
    if not taken:
        return ()
    codes = sorted({_code(character) for part in taken for character in part.characters})
    more = f" and {len(codes) - _NAMED} more" if len(codes) > _NAMED else ""
    text = f"removed {', '.join(codes[:_NAMED])}{more}: mail and feeds cannot carry that"
    return (Note(place=taken[0].place, text=text),)


def spaced_paragraphs(text: str) -> str:
    """The text with exactly one blank line between paragraphs, and none at its ends."""
    blocks = groupby(numbered(text), key=lambda line: line.blank)
    return "\n\n".join(
        "\n".join(line.text for line in block) for blank, block in blocks if not blank
    )


def _harmless(text: str) -> bool:
    """Whether nothing can be wrong with it: most texts, and ten times faster than to search."""
    return text.replace("\n", "").isprintable()


def _space(found: re.Match[str]) -> str:
    """What a soft return becomes: a space, but none beside white space or at an end."""
    text, start, end = found.string, found.start(), found.end()
    between = start > 0 and end < len(text)
    return " " if between and not (text[start - 1].isspace() or text[end].isspace()) else ""


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"
