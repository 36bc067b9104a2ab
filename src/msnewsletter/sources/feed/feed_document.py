"""A feed's bytes → its entries: RSS 0.9x to 2.0, RDF and Atom by feedparser, JSON Feed by ours.

Bounded before it is parsed: feedparser's time grows with the square of some documents. Never
fetches: feedparser takes a text for an address or a file's name, so it is given a stream.
"""

from __future__ import annotations

import codecs
import io
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin
from xml.parsers import expat

import feedparser

from msnewsletter.errors import SourceError
from msnewsletter.sources.feed.feed_entries import FeedDocument, SourceEntry, absolute
from msnewsletter.sources.feed.json_feed_document import read_json_feed
from msnewsletter.sources.fetch.shown_address import shown_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SIZE_LIMIT: Final = 5_000_000
# A thousand entries of ours have 25,000; feedparser takes some 60 µs for each.
_ELEMENTS: Final = 100_000
# feedparser looks at all open elements for each new one: 300,000 in each other took 17 s.
_DEPTH: Final = 500
# Characters of one tag, and attributes of one element.
_TAG: Final = 50_000
_ATTRIBUTES: Final = 500
# Of what is no XML, which feedparser reads with its own, slow parser.
_SIGNS: Final = 100_000

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARATION: Final = re.compile(r"\A\s*<\?xml\b[^>]*\?>")
_DECLARED: Final = re.compile(rb"\A\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})")
# WHATWG, Encoding, 4.2: what is called so is windows-1252.
_LATIN: Final = frozenset(("iso-8859-1", "iso8859-1", "latin-1", "latin1", "us-ascii", "ascii"))
# XML 1.0, section 2.2: "Char".
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")
_ENTITY: Final = re.compile(r"<!ENTITY\s*([^>]{0,200})", re.IGNORECASE)
# A name for one character, as old feeds declare it: `nbsp "&#160;"`.
_ONE_CHARACTER: Final = re.compile(r"\w+\s+([\"'])(?:&#\w{1,8};|[^&%<\"']?)\1\s*")
_ROOT: Final = re.compile(r"<[a-zA-Z]")
_HTML: Final = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_NAMED_FEED: Final = re.compile(r"<link\b[^<>]{0,1000}>", re.IGNORECASE)
_FEED_TYPE: Final = re.compile(r"application/(?:rss\+xml|atom\+xml|feed\+json)", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"\bhref\s*=\s*[\"']?([^\"'\s<>]{1,500})", re.IGNORECASE)
_HEAD: Final = 100_000
_CHECK_ADDRESS: Final = "check the address in 'url'"
_HTML_TYPES: Final = ("text/html", "application/xhtml+xml")


def read_feed(
    data: bytes, *, url: str, charset: str | None = None, place: str = ""
) -> FeedDocument:
    """The entries of a feed; raises SourceError with one line where it is none.

    Args:
        data: as it came, decompressed.
        url: where it came from, absolute; relative links are of it.
        charset: that the server named.
        place: what a fault is said of; empty: the URL as it may be shown.
    """
    place = place or shown_address(url)
    if len(data) > SIZE_LIMIT:
        problem = f"has more than {SIZE_LIMIT // 1_000_000} MB"
        raise SourceError(place, problem, "ask the site for a shorter feed")
    text, remarks = _text(data, charset)
    if not text.strip():
        raise SourceError(place, "is empty", _CHECK_ADDRESS)
    if text.lstrip().startswith(("{", "[")):
        return read_json_feed(text, url, place=place)
    _refuse_entities(text, url, place)
    well_formed = _measured(text, place)
    parsed = feedparser.parse(
        io.BytesIO(text.encode()), sanitize_html=False, resolve_relative_uris=False
    )
    entries: list[dict[str, Any]] = parsed["entries"]
    if not parsed["version"]:
        raise _no_feed(text, url, place)
    if not well_formed:
        if not entries:
            problem = "is not well-formed XML, and no entry was found"
            raise SourceError(place, problem, _CHECK_ADDRESS)
        remarks += ("the feed is not well-formed XML; its entries were read as far as it goes",)
    channel: dict[str, Any] = parsed["feed"]
    return FeedDocument(
        entries=tuple(_entry(entry, url, _language(channel)) for entry in entries),
        home=absolute(url, _str(channel, "link")),
        remarks=remarks,
    )


def _text(data: bytes, charset: str | None) -> tuple[str, tuple[str, ...]]:
    """The feed as text that XML may hold, without its declaration; and remarks on that.

    What is valid UTF-8 is UTF-8, whatever it is called: no other text of some length is.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(name, "replace")
            break
    else:
        text = _decoded(data, charset)
    text = _DECLARATION.sub("", text, count=1)
    if not _FORBIDDEN.search(text):
        return text, ()
    return _FORBIDDEN.sub("", text), (
        "the feed holds characters that XML forbids; they are left out",
    )


def _decoded(data: bytes, charset: str | None) -> str:
    declared = _DECLARED.match(data[:1000])
    named = charset, declared[1].decode() if declared else None
    # ISO/IEC 10646 in two bytes: every second one is 0 where a document begins.
    wide = "utf-16-be" if data[:2] == b"\0<" else "utf-16-le" if data[:2] == b"<\0" else None
    for name in (wide, "utf-8", *named):
        if not name:
            continue
        try:
            return data.decode("windows-1252" if name.lower() in _LATIN else name)
        except (UnicodeError, LookupError, ValueError):
            continue
    return data.decode("windows-1252", "replace")


def _refuse_entities(text: str, url: str, place: str) -> None:
    """Raise SourceError for entities that are more than the name of one character.

    They stand before the first element, and a few of them can be gigabytes.
    """
    root = _ROOT.search(text)
    head = text[: root.start() if root else len(text)]
    for found in _ENTITY.finditer(head[:_HEAD]):
        if not _ONE_CHARACTER.fullmatch(found[1]):
            problem = "declares entities of its own, which no feed needs"
            raise SourceError(place, problem, "ask the site for a plain feed")
    if len(head) > _HEAD:
        raise _no_feed(text, url, place)


def _measured(text: str, place: str) -> bool:
    """Whether it is well-formed XML; raises SourceError where it would take too long."""
    reader = expat.ParserCreate("utf-8", " ")
    measure = _Measure(place)
    reader.StartElementHandler, reader.EndElementHandler = measure.start, measure.end
    try:
        reader.Parse(text.encode(), True)  # noqa: FBT003  (expat has no name for it)
    except expat.ExpatError:
        if _is_costly(text):
            raise SourceError(
                place, "is long and not well-formed XML", "ask the site for a correct feed"
            ) from None
        return False
    return True


def _is_costly(text: str) -> bool:
    """Whether feedparser's own parser would take long for it."""
    if text.count("<") > _SIGNS or text.count("&") > 2 * _SIGNS:
        return True
    # A tag with 900,000 attributes took 700 MB.
    tags = (part for part in text.split("<") if part[:1].isalpha() and len(part) > _TAG)
    return any(part.find(">", 0, _TAG) < 0 for part in tags)


class _Measure:
    """Counts elements, and how deep they stand in each other."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._count = self._depth = 0

    def start(self, _name: str, attributes: Mapping[str, str]) -> None:
        self._count += 1
        if len(attributes) > _ATTRIBUTES:
            problem = f"has an element with {len(attributes):,} attributes"
            raise SourceError(self._place, problem, "ask the site for a plain feed")
        self._depth += 1
        if self._count > _ELEMENTS or self._depth > _DEPTH:
            problem = (
                f"has more than {_ELEMENTS:,} elements"
                if self._count > _ELEMENTS
                else f"has elements {_DEPTH:,} deep in each other"
            )
            raise SourceError(self._place, problem, "ask the site for a shorter feed")

    def end(self, _name: str) -> None:
        self._depth -= 1


def _no_feed(text: str, url: str, place: str) -> SourceError:
    """What a document is that is no feed; a page may name its feeds."""
    head = text[:_HEAD]
    if not _HTML.search(head):
        return SourceError(place, "is no RSS, Atom or JSON Feed", _CHECK_ADDRESS)
    for found in _NAMED_FEED.finditer(head):
        address = _ADDRESS.search(found[0])
        if _FEED_TYPE.search(found[0]) and address:
            named = shown_address(urljoin(url, address[1]))
            remedy = f"set url = {named!r}, which the page names"
            return SourceError(place, "is an HTML page, not a feed", remedy)
    remedy = f"{_CHECK_ADDRESS}: is it a page for people, or one to log in?"
    return SourceError(place, "is an HTML page, not a feed", remedy)


def _entry(raw: Mapping[str, Any], url: str, inherited: str) -> SourceEntry:
    name, body, is_html = _body(raw)
    language = _language(raw)
    addresses = [
        _str(one, "href")
        for one in raw.get("links", ())
        if isinstance(one, dict) and _str(one, "rel") in ("alternate", "related", "via")
    ]
    return SourceEntry(
        id=_str(raw, "id"),
        link=absolute(url, _str(raw, "link")),
        title=_str(raw, "title"),
        body=body,
        body_name=name,
        is_html=is_html,
        published=_str(raw, "published"),
        updated=_str(raw, "updated"),
        language="" if language.casefold() == inherited.casefold() else language,
        tags=_terms(raw.get("tags", ())),
        addresses=tuple(dict.fromkeys(address for address in addresses if address)),
        raw=dict(raw),  # a plain one: the type's own look-up takes twenty times as long
    )


def _language(raw: Mapping[str, Any]) -> str:
    """The language that a feed or an entry names; the `xml:lang` of a text is handed down."""
    for name in ("title_detail", "summary_detail"):
        detail = raw.get(name)
        if not _str(raw, "language") and isinstance(detail, dict) and _str(detail, "language"):
            return _str(detail, "language")
    return _str(raw, "language")


def _body(raw: Mapping[str, Any]) -> tuple[str, str, bool]:
    """Where the text is, the text, and whether it is HTML: the longest way in which it is given."""
    contents = [one for one in raw.get("content", ()) if isinstance(one, dict)]
    contents.sort(key=lambda one: _str(one, "type") not in _HTML_TYPES)
    for one in contents:
        if text := _str(one, "value"):
            return "content", text, _str(one, "type") in _HTML_TYPES
    detail = raw.get("summary_detail")
    plain = isinstance(detail, dict) and _str(detail, "type") == "text/plain"
    return "summary", _str(raw, "summary"), not plain


def _terms(tags: Iterable[object]) -> tuple[str, ...]:
    named = (tag for tag in tags if isinstance(tag, dict))
    return tuple(term for tag in named if (term := _str(tag, "label") or _str(tag, "term")))


def _str(raw: Mapping[str, Any], name: str) -> str:
    # The type's own `get` reads `updated` where it is asked for `published`, and warns of it.
    value = dict.get(raw, name) if isinstance(raw, dict) else None
    return value.strip() if isinstance(value, str) else ""
