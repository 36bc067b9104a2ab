"""The names of the files that `import` writes: readable, and no other file's. Pure."""

from __future__ import annotations

import re
import unicodedata
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Container

    from msnewsletter.model import Summary

_LIMIT: Final = 60  # characters; no file system takes more than 255 bytes
_OTHER: Final = re.compile(r"[^\w]+|_+")


def file_name(summary: Summary, taken: Container[str]) -> str:
    """A name that is free: `short-walks-ease-fatigue.md`; `taken`: names in small letters."""
    stem = slug(summary.headline) or slug(summary.key) or "summary"
    stem = read_stem(stem)
    if (name := f"{stem}.md") not in taken:
        return name
    numbered = (f"{stem}-{number}.md" for number in count(2))
    return next(name for name in numbered if name not in taken)


def read_stem(stem: str) -> str:
    """A file's name without its suffix, such that it is read: a README and an index are not."""
    return f"summary-{stem}" if stem.startswith("readme") or stem == "index" else stem


def slug(text: str) -> str:
    """The words of a text in small letters, joined by hyphens, cut between two words."""
    words = _OTHER.sub(" ", unicodedata.normalize("NFC", text).lower()).split()
    slug = "-".join(words)
    if len(slug) > _LIMIT:
        slug = slug[: _LIMIT + 1].rpartition("-")[0] or slug[:_LIMIT]
    # Three bytes a character at most: 180 bytes.
    return slug if slug.isprintable() else ""
