"""Requests for what has changed alone: what is remembered of an answer, and sent back. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msnewsletter.sources.fetch.asked_address import plain

if TYPE_CHECKING:
    import httpx2

    from msnewsletter.sources.fetch.finds import Remembered

_SENDABLE = re.compile(r"[\x20-\x7e]{1,1000}")


def validators(url: httpx2.URL, known: Remembered | None) -> dict[str, str]:
    """What makes a request conditional: only at the address whose answer had it."""
    if known is None or str(url) != plain(known.answered or known.url):
        return {}
    found = {
        "If-None-Match": sendable(known.etag),
        "If-Modified-Since": sendable(known.last_modified),
    }
    return {name: value for name, value in found.items() if value}


def sendable(text: str | None) -> str | None:
    """A value that a header may have; None: it is none."""
    return text if text and _SENDABLE.fullmatch(text) else None
