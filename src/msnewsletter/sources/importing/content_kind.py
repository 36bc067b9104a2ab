"""What a file or document is, by what is in it. Pure."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import SourceError
from msnewsletter.sources.importing.csv_summaries import is_csv

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Final = ("markdown", "page", "feed", "json", "csv", "wordpress", "opml")
_HEAD: Final = 20_000
_BEFORE: Final = re.compile(
    r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!doctype[^>]*>)*", re.DOTALL | re.IGNORECASE
)
_ROOTS: Final[Mapping[str, str]] = {
    "opml": "opml",
    "rss": "feed",
    "feed": "feed",
    "rdf:rdf": "feed",
    "html": "page",
    "head": "page",
    "body": "page",
    "article": "page",
    "main": "page",
    "div": "page",
}
_ROOT: Final = re.compile(r"<([a-zA-Z][\w:.-]*)")
_OF_WORDPRESS: Final = "wordpress.org/export/"
_JSON_FEED: Final = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org\\?/version')
SUFFIXES: Final[Mapping[str, str]] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "page",
    ".html": "page",
    ".htm": "page",
    ".xhtml": "page",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".opml": "opml",
    ".xml": "feed",
    ".rss": "feed",
    ".atom": "feed",
}
_REMEDY: Final = "say what it is: --from markdown, page, feed, json, csv, wordpress or opml"


def kind_of(data: bytes, location: str) -> str:
    """One of KINDS, by the content, or by the name where that is no sign; raises SourceError."""
    head = _head(data)
    if not head.strip():
        raise SourceError(location, "is empty", "there is nothing to import")
    suffix = PurePath(location.partition("?")[0]).suffix.lower()
    if head.lstrip().startswith(("{", "[")) and suffix not in (".md", ".markdown", ".txt"):
        return "feed" if _JSON_FEED.search(head) else "json"
    if kind := _marked_up(head):
        return kind
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    if head.startswith("---\n") or re.match(r"\s*# \S", head):
        return "markdown"
    first = next(iter(head.lstrip().splitlines()), "")
    if is_csv(first):
        return "csv"
    raise SourceError(location, "is nothing that we know by its content", _REMEDY)


def is_html(data: bytes) -> bool:
    """Whether a page is HTML, and not the text of one."""
    return _marked_up(_head(data)) is not None


def _head(data: bytes) -> str:
    head = data[:_HEAD]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    return head.decode("utf-8-sig", "replace").replace("\r\n", "\n")


def _marked_up(head: str) -> str | None:
    before = _BEFORE.match(head)
    rest = head[before.end() if before else 0 :]
    root = _ROOT.match(rest)
    if root is None:
        return "page" if "<!doctype html" in head[:_HEAD].lower() and "<" in rest[:1] else None
    kind = _ROOTS.get(root[1].lower())
    if kind == "feed" and _OF_WORDPRESS in head:
        return "wordpress"
    return kind
