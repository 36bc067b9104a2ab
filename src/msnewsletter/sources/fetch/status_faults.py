"""What an HTTP status means for who wants a document. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2

from msnewsletter.sources.fetch.fetch_error import LATER, FetchError, Remedy, later_with
from msnewsletter.sources.fetch.redirect_target import REDIRECTS
from msnewsletter.sources.fetch.retries import PassingFaultError

if TYPE_CHECKING:
    from datetime import timedelta

    from msnewsletter.sources.fetch.reply import Reply

WITH_BODY = frozenset({200, 203})
_NO_FAILURE = WITH_BODY | REDIRECTS | {304}
_GONE = frozenset({404, 410})
_REFUSED = frozenset({401, 403})
# Of the errors that are the asker's, those that may pass: a login or a refusal (a firewall's whim,
# a token that is renewed), and what says so itself.
_PASSING = _REFUSED | {408, 425, 429}
# Worth another try at once, but not where the server says when.
_AT_ONCE = frozenset({502, 503, 504})
_ASKERS_FAULT = range(400, 500)
# RFC 9309 has too many requests among them; but a site that says so has not said that all may be
# read.
_TOO_MANY = 429


def is_failure(status: int) -> bool:
    """Whether an answer is neither a document, nor a redirect, nor "unchanged"."""
    return status not in _NO_FAILURE


def failure_of(
    reply: Reply, pause: timedelta | None, *, site: str | None = None
) -> FetchError | PassingFaultError:
    """What to raise for an answer that is a failure.

    `pause`: how long its server asks to wait; `site`: as in FetchError.
    """
    status = reply.status
    phrase = httpx2.codes.get_reason_phrase(status)
    error = FetchError(
        str(reply.url),
        f"answers {status} ({phrase})" if phrase else f"answers {status}",
        _remedy(status),
        status=status,
        passing=status not in _ASKERS_FAULT or status in _PASSING,
        gone=status in _GONE,
        retry_after=pause,
        site=site,
    )
    return PassingFaultError(error) if status in _AT_ONCE and not pause else error


def means_no_file(status: int | None) -> bool:
    """Whether a failure says that a site has no robots.txt (RFC 9309, section 2.3.1).

    More than five redirects are as if there were none; an error of the server, or none that is
    reached, says nothing.
    """
    if status is None or status == _TOO_MANY:
        return False
    return status in _ASKERS_FAULT or status in REDIRECTS


def _remedy(status: int) -> str | Remedy:
    if status in _GONE:
        return "if it is there in a browser, correct the address"
    if status in _REFUSED:
        return later_with("the site must let this program in, or its token is wrong")
    return LATER
