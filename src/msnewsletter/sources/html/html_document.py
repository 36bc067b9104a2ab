"""HTML: bytes to a tree, decoded as browsers do, within bounds. Opens nothing.

Owns the character encoding, what is no HTML at all, and how large a page may be. The tree is not
made safe: nothing of it is shown but its text.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from justhtml import Element, JustHTML, SelectorError

from msnewsletter.css_selector import REMEDY
from msnewsletter.errors import BadValueError, SourceError

if TYPE_CHECKING:
    from justhtml import Node

# Bytes of a page; with these bounds the worst that we know of takes some seconds.
PAGE_LIMIT: Final = 3_000_000
# Signs that may begin a tag. Pages of shops and newspapers have 10,000.
_TAGS_LIMIT = 30_000
# And those that begin none; each is added to the text before it.
_STRAY = re.compile("<(?![A-Za-z/!?])")
_STRAY_LIMIT = 5_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# HTML Living Standard, "prescan a byte stream": the first 1024 bytes; many sites need some more.
_PRESCAN = 4096
_META = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
# Encoding Standard, section 4.2: labels that browsers read as a larger encoding.
_READ_AS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# Those that the standard knows; Python has others, of which some run code or are no text.
_KNOWN = re.compile(
    r"utf-8|utf-16(?:-[lb]e)?|cp(?:125[0-8]|866|874|932|949)|iso8859-\d+|koi8-[ru]|gb18030|"
    r"big5(?:hkscs)?|euc_jp|iso2022_jp|mac-(?:roman|cyrillic)"
)
# How other things begin.
_OTHERS = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a compressed file"),
)
_HTML_TYPES = {"text/html", "application/xhtml+xml", ""}
# Servers without settings call HTML this, and XHTML that.
_DOUBTFUL_TYPES = {"text/plain", "application/xml", "text/xml", "application/octet-stream"}
_LIKE_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlTree:
    """A page as a tree.

    Attributes:
        tree: of all of it.
        encoding: by which it was read, as Python names it.
        doubt: why its letters may be others than were meant; empty: there is no doubt.
    """

    tree: JustHTML
    encoding: str
    doubt: str = ""

    @property
    def root(self) -> Node:
        """The document."""
        return self.tree.root

    def all(self, selector: str) -> list[Element]:
        """The elements that a CSS selector names, in order; raises BadValueError for a bad one."""
        return select_all(self.root, selector)


def select_all(node: Node, selector: str) -> list[Element]:
    """The elements below a node that a CSS selector names; raises BadValueError for a bad one."""
    try:
        return [found for found in node.query(selector) if isinstance(found, Element)]
    except (SelectorError, ValueError, RecursionError) as error:
        problem = f"{selector!r} is not a CSS selector that can be used ({error})"
        raise BadValueError(problem, REMEDY) from None


def attribute(node: Node, name: str) -> str:
    """The value of an attribute, stripped; empty: there is none."""
    return ((node.attrs or {}).get(name) or "").strip()


def language_of(tree: HtmlTree) -> str:
    """The language of a page (BCP 47), as its root says; empty: it says none."""
    return next((attribute(node, "lang") for node in tree.all("html[lang]")), "")


def parse_html(
    data: bytes, place: str, *, charset: str | None = None, media_type: str = ""
) -> HtmlTree:
    """The tree of a page; raises SourceError for what is no page, or too large.

    Args:
        data: its bytes.
        place: for errors.
        charset: that the server names.
        media_type: that the server names; empty: none.
    """
    _check_kind(data, place, media_type)
    if len(data) > PAGE_LIMIT:
        problem = f"is too large for a page ({len(data) / 1e6:.1f} MB)"
        raise SourceError(place, problem, f"a page has at most {PAGE_LIMIT / 1e6:.0f} MB")
    encoding, start = _encoding(data, charset)
    text = data[start:].decode(encoding, "replace")
    if text.count("<") > _TAGS_LIMIT or len(_STRAY.findall(text)) > _STRAY_LIMIT:
        problem = f"has more than {_TAGS_LIMIT:,} tags"
        raise SourceError(place, problem, "name a page with one summary")
    return HtmlTree(tree=parse_markup(text), encoding=encoding, doubt=_doubt(data, encoding, text))


def parse_markup(text: str) -> JustHTML:
    """The tree of HTML that is decoded already, as it is."""
    return JustHTML(text, sanitize=False, scripting_enabled=True)


def _check_kind(data: bytes, place: str, media_type: str) -> None:
    """Raise SourceError where this is something else than HTML."""
    kind = next((kind for sign, kind in _OTHERS if data.startswith(sign)), None)
    sure = media_type in _HTML_TYPES
    if kind is None and not sure and not (media_type in _DOUBTFUL_TYPES and _LIKE_HTML.match(data)):
        kind = media_type
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if kind is None and start[:1] in (b"{", b"["):
        kind = "JSON"
    if kind is None and start[:5] in (b"<?xml", b"<rss ", b"<feed") and not _LIKE_HTML.match(data):
        kind = "XML"
    if kind is not None:
        raise SourceError(place, f"is no HTML page but {kind}", "name the address of a page")
    if not data.strip():
        raise SourceError(place, "is an empty page", "look at it in a browser")


def _encoding(data: bytes, charset: str | None) -> tuple[str, int]:
    """The encoding by which browsers read a page, and where its text begins."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding, len(mark)
    if charset and (encoding := _python_name(charset)):
        return encoding, 0
    if (found := _META.search(data, 0, _PRESCAN)) and (
        encoding := _python_name(found[1].decode("ascii", "replace"))
    ):
        # HTML Living Standard: who could read this by bytes did not read UTF-16.
        return "utf-8" if encoding.startswith("utf-16") else encoding, 0
    return ("utf-8" if _is_utf8(data) else "cp1252"), 0


def _python_name(label: str) -> str:
    """Python's name of an encoding; empty: it is none that browsers know."""
    try:
        name = codecs.lookup(label.strip()).name
    except (LookupError, ValueError):
        return ""
    name = _READ_AS.get(name, name)
    return name if _KNOWN.fullmatch(name) else ""


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _doubt(data: bytes, encoding: str, text: str) -> str:
    multibyte = encoding.startswith(("utf", "gb", "big5", "euc", "iso2022", "cp932", "cp949"))
    if not multibyte and not data.isascii() and _is_utf8(data):
        return f"it is declared as {encoding}, and is UTF-8"
    if "\N{REPLACEMENT CHARACTER}" in text and b"\xef\xbf\xbd" not in data:
        return f"it is read as {encoding}, and some of its letters are lost"
    return ""
