"""The registry of formats, and the way from any bytes to summaries.

Owns which suffix is which format and how large a file may be. Pure: opens nothing, and whatever
the bytes are, returns.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import SourceError
from msnewsletter.sources import fetched_file, json_objects, markdown, page_text
from msnewsletter.sources.clean_text import AS_TEXT, decode
from msnewsletter.sources.parsed import Reading
from msnewsletter.text import quoted_value

if TYPE_CHECKING:
    from collections.abc import Callable

# Bytes of one file. The longest summary we know has 5 kB; what is larger by far is something else.
SIZE_LIMIT: Final = 5_000_000

READERS: Final[dict[str, Callable[[str, str, str], Reading]]] = {
    "page": page_text.read,
    "markdown": markdown.read,
    "json": json_objects.read,
    fetched_file.FORMAT: fetched_file.read,
}
SUFFIXES: Final = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "page",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
}


def read_bytes(
    data: bytes,
    *,
    location: str,
    format: str = "auto",  # noqa: A002  (the setting's name)
    name: str | None = None,
    language: str = "en",
) -> Reading:
    """The summaries of one file; what cannot be read is in `refused`, whatever the bytes are.

    `location` is the file as the editor knows it: every error names it; its suffix gives
    the format when that is "auto". `name` is the key of a page or a Markdown file without `key`;
    None: the file's name, less its suffix. `language`, BCP 47: errors name the headings of a
    Markdown file in it. Raises KeyError for a format that is not in READERS.
    """
    if len(data) > SIZE_LIMIT:
        return Reading(refused=(too_large(location, len(data)),))
    kept = next(kept for most, kept in _KEPT if len(data) <= most)
    return kept(data, location, format, name, language)


def _read(
    data: bytes,
    location: str,
    format: str,  # noqa: A002
    name: str | None,
    language: str,
) -> Reading:
    try:
        reader = READERS[format_of(location) if format == "auto" else format]
        text = decode(data, location)
        key = PurePath(location).stem if name is None else name
        if reader is markdown.read:
            return markdown.read(text, location, key, language=language)
        return reader(text, location, key)
    except SourceError as error:
        return Reading(refused=(error,))


# A file is read again at every look for as long as the store does not have it. What was read is
# kept: of files of each size, the last ones that have so many bytes together.
_KEPT_BYTES: Final = 24_000_000
_KEPT: Final = tuple(
    (most, lru_cache(maxsize=_KEPT_BYTES // most)(_read)) for most in (8_000, 200_000, SIZE_LIMIT)
)


# What programs other than text editors write; renamed, it is still not text.
_DOCUMENTS: Final = frozenset(
    {
        *(".docx", ".doc", ".docm", ".dotx", ".odt", ".ott", ".rtf", ".pages", ".wpd", ".epub"),
        *(".pdf", ".html", ".htm", ".mht", ".gdoc", ".xlsx", ".xls", ".ods", ".pptx"),
    }
)


def format_of(location: str) -> str:
    """The format that a file's suffix names; raises SourceError."""
    kind = SUFFIXES.get(location[location.rfind(".") :].lower())
    if kind is not None:
        return kind
    suffix = PurePath(location).suffix
    if suffix.lower() in _DOCUMENTS:
        problem = f"is a document ({suffix}), not a text"
        raise SourceError(location, problem, f"{AS_TEXT}; a new name does not change it")
    problem = f"has the unknown suffix {quoted_value(suffix)}" if suffix else "has no suffix"
    remedy = "we read .md, .txt, .json, .jsonl: rename it, or name its format in newsletter.toml"
    raise SourceError(location, problem, remedy)


def too_large(location: str, size: int) -> SourceError:
    """The refusal of a file by its size in bytes."""
    remedy = f"a file has at most {SIZE_LIMIT / 1e6:.0f} MB: split it, or remove it"
    return SourceError(location, f"is too large ({size / 1e6:.1f} MB)", remedy)
