"""A request's headers: the conditions and codings of RFC 9110, the deltas of RFC 3229. Pure.

A malformed header is one that is not there (RFC 9110, section 13.1): never an error.
"""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime

# RFC 9110, section 8.8.3: an entity tag; weak ones compare like strong ones in If-None-Match.
_ETAG = re.compile(rb'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_ZERO = re.compile(rb"q\s*=\s*0(?:\.0*)?")  # RFC 9110, section 12.4.2: not wanted
_LONGEST = 4096


def etags(value: bytes) -> list[bytes]:
    """The entity tags of an If-None-Match, or `*`."""
    if not value:
        return []
    if value.strip() == b"*":
        return [b"*"]
    return _ETAG.findall(value[:_LONGEST])


def seconds(value: bytes) -> int | None:
    """An HTTP date as seconds since 1970; None where it is not valid."""
    try:
        moment = parsedate_to_datetime(value.decode("ascii"))
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def takes_gzip(value: bytes) -> bool:
    """Whether an Accept-Encoding prefers gzip to nothing."""
    if value in {b"gzip", b"gzip, deflate", b"gzip, deflate, br", b"gzip, deflate, br, zstd"}:
        return True
    return _takes(value, {b"gzip", b"x-gzip", b"*"})


def wants_feed_delta(value: bytes) -> bool:
    """Whether an A-IM asks for the `feed` manipulation (RFC 3229, section 10.5.3)."""
    return _takes(value, {b"feed"})


def _takes(value: bytes, names: set[bytes]) -> bool:
    for each in value[:_LONGEST].lower().split(b","):
        name, *parameters = (part.strip() for part in each.split(b";"))
        if name in names and not any(map(_ZERO.fullmatch, parameters)):
            return True
    return False
