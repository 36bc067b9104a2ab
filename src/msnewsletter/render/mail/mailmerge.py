"""The merge fields of mailmerge.eml: how they are written, found and filled. Pure.

The file holds `%%ADDRESS-1a2b3c4d%%` (once, in To), `%%MESSAGE_ID-1a2b3c4d%%` (once, in Message-ID,
between `<` and the `@` before the sender's domain) and `%%TOKEN-1a2b3c4d%%` (in every unsubscribe
link). The eight hex digits differ from issue to issue and are in no text of the issue, so a plain
search and replace on the bytes is exact. Lines stay within their limits for addresses of up to 254
characters, left sides of Message-IDs of up to 64 and tokens of up to 64. mailmerge-short.eml, the
low-energy edition, has the same fields.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.issue.remembered_texts import remembered_by_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from msnewsletter.model import Issue, Summary

FIELDS = ("address", "message_id", "token")

# The To field shows which digits this file uses; a text may hold something that looks alike.
_TO = re.compile(rb"^To: %%ADDRESS-([0-9a-f]{8})%%\r$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeFields:
    """The three fields as one issue's mailmerge.eml has them."""

    address: str
    message_id: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeParts:
    """A mailmerge.eml cut at its fields.

    Attributes:
        parts: its bytes in order; those that `places` names wait for a value.
        places: index into `parts`, and index into FIELDS.
    """

    parts: tuple[bytes, ...]
    places: tuple[tuple[int, int], ...]


def tokens_for(issue: Issue, templates: Collection[str]) -> MergeFields:
    """Fields that neither the issue nor a template contains: the same for the same issue."""
    texts = (*_texts_of(issue), *templates)
    for attempt in itertools.count():
        name = f"{issue.masthead.id} {issue.number} {attempt}"
        tag = hashlib.sha256(name.encode()).hexdigest()[:8]
        if not any(tag in text for text in texts):
            break
    return MergeFields(**{name: f"%%{name.upper()}-{tag}%%" for name in FIELDS})


def _texts_of(issue: Issue) -> Iterator[str]:
    yield repr(replace(issue, entries=()))
    for entry in issue.entries:
        yield from (entry.id, entry.teaser, _shown(entry.summary))


@remembered_by_text
def _shown(summary: Summary) -> str:
    return repr(summary)


def split_merge(mailmerge: bytes) -> MergeParts:
    """Cut a mailmerge.eml at its fields; raises ValueError where it has none."""
    to = _TO.search(mailmerge)
    if to is None:
        raise ValueError("it has no merge field in To")
    field = re.compile(rb"%%(ADDRESS|MESSAGE_ID|TOKEN)-" + to[1] + rb"%%")
    # Text, name, text, name, ... text.
    pieces = field.split(mailmerge)
    places = tuple(
        (index, FIELDS.index(pieces[index].decode().lower())) for index in range(1, len(pieces), 2)
    )
    return MergeParts(parts=tuple(pieces), places=places)


def fill(merge: MergeParts, *, address: str, message_id: str, token: str) -> bytes:
    """The message for one reader: a join, no parsing.

    The caller has checked the values once: an ASCII address; the left side of a Message-ID, of
    letters, digits, `.`, `_` and `-` (RFC 5322, section 3.6.4: a dot-atom); and a token of
    [A-Za-z0-9_-].
    """
    values = (address.encode("ascii"), message_id.encode("ascii"), token.encode("ascii"))
    parts = list(merge.parts)
    for part, field in merge.places:
        parts[part] = values[field]
    return b"".join(parts)


def field_offsets(mailmerge: bytes, tokens: MergeFields) -> dict[str, list[int]]:
    """The offsets of each field in bytes from the start of the file, by the field as written."""
    return {
        text: [found.start() for found in re.finditer(re.escape(text.encode()), mailmerge)]
        for text in (tokens.address, tokens.message_id, tokens.token)
    }
