"""Redirects: where they lead, and which of them are not followed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2

from msnewsletter.sources.fetch.asked_address import parsed
from msnewsletter.sources.fetch.fetch_error import FetchError
from msnewsletter.sources.fetch.shown_address import shown_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msnewsletter.sources.fetch.reply import Reply

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
MOST_REDIRECTS = 5


def next_address(way: Sequence[httpx2.URL], reply: Reply, *, has_token: bool) -> httpx2.URL:
    """Where a redirect leads; raises FetchError where nobody should follow.

    Args:
        way: the addresses that were asked, one after the other.
        reply: the last one's answer.
        has_token: the document is asked for with a token.
    """
    place, status = str(way[0]), reply.status
    location = reply.headers.get("Location", "")
    try:
        target = str(reply.url.join(location)) if location else ""
    except (httpx2.InvalidURL, ValueError):
        target = ""
    if not target:
        problem = f"redirects to no address ({status})"
        raise FetchError(place, problem, "the site must correct it", status=status)
    try:
        url = parsed(target, place)
    except FetchError as error:
        problem = f"redirects to {shown_address(target)}, which is not asked: {error.problem}"
        raise FetchError(place, problem, error.remedy, status=status, passing=False) from None
    if has_token and reply.url.scheme == "https" and url.scheme == "http":
        problem = (
            f"redirects to {shown_address(target)}, which is not encrypted, though it needs a token"
        )
        raise FetchError(place, problem, "correct the address", status=status, passing=False)
    if url in way:
        circle = " → ".join(shown_address(str(one)) for one in (*way[way.index(url) :], url))
        problem = f"redirects in a circle: {circle}"
        raise FetchError(place, problem, "the site must correct it", status=status)
    if len(way) > MOST_REDIRECTS:
        problem = f"redirects more than {MOST_REDIRECTS} times"
        raise FetchError(place, problem, "write the address where it ends", status=status)
    return url
