"""Delta replies (RFC 3229 with `feed`): of a feed, only what a client has not seen. Pure.

Remembers the entries of the versions that were served, by their ETags, not their bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict, defaultdict
from typing import Any

from lxml import etree

# Versions of one feed that are remembered: half a year of weekly issues.
VERSIONS = 26

_ENTRIES = ("channel/item", "{http://www.w3.org/2005/Atom}entry")

Entries = frozenset[bytes]
# What a file under a feed's name may be instead, e.g. amid a copy that is not atomic.
_NO_FEED = (etree.XMLSyntaxError, ValueError, LookupError, TypeError)


class Deltas:
    """The entries of the versions of every feed, and what is new since one of them."""

    def __init__(self) -> None:
        # None: it is no feed.
        self._versions: defaultdict[str, OrderedDict[bytes, Entries | None]]
        self._versions = defaultdict(OrderedDict)

    def remember(self, name: str, etag: bytes, data: bytes) -> None:
        """Note a version of a feed; the oldest ones are forgotten."""
        versions = self._versions[name]
        if etag not in versions:
            try:
                found = _entries(_parsed(name, data))
            except _NO_FEED:
                versions[etag] = None
            else:
                versions[etag] = frozenset(digest for digest, _ in found)
            while len(versions) > VERSIONS:
                versions.popitem(last=False)

    def since(self, name: str, etags: list[bytes], now: bytes, data: bytes) -> bytes | None:
        """The feed with only the entries that are new or changed since one of these versions.

        Args:
            name: its path.
            etags: of the versions that the client has.
            now: the ETag of the version of now, which was remembered.
            data: its bytes.

        None: none of them is known, or this is no feed.
        """
        versions = self._versions.get(name, OrderedDict())
        old = next((versions[etag] for etag in etags if etag in versions), None)
        if old is None or versions.get(now) is None:
            return None
        feed = _parsed(name, data)
        for digest, entry in _entries(feed):
            if digest in old:
                _remove(feed, entry)
        return _written(feed)


def _parsed(name: str, data: bytes) -> Any:  # noqa: ANN401  (an lxml element or a dict)
    return json.loads(data) if name.endswith(".json") else etree.fromstring(data)


def _entries(feed: Any) -> list[tuple[bytes, Any]]:  # noqa: ANN401  (as above)
    """Each entry with a digest of all that it says."""
    if isinstance(feed, dict):
        return [(_digest(json.dumps(item).encode()), item) for item in feed["items"]]
    entries = [entry for path in _ENTRIES for entry in feed.findall(path)]
    # The white space after an entry is not the entry's.
    return [(_digest(etree.tostring(entry, with_tail=False)), entry) for entry in entries]


def _remove(feed: Any, entry: Any) -> None:  # noqa: ANN401  (as above)
    if isinstance(feed, dict):
        feed["items"].remove(entry)
    else:
        entry.getparent().remove(entry)


def _written(feed: Any) -> bytes:  # noqa: ANN401  (as above)
    if isinstance(feed, dict):
        return (json.dumps(feed, ensure_ascii=False, indent=2) + "\n").encode()
    document: bytes = etree.tostring(
        feed.getroottree(), xml_declaration=True, encoding="UTF-8", pretty_print=True
    )
    return document


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:12]
