"""Asks web servers for documents: politely, within bounds, and at public addresses only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta  # noqa: TC003
from typing import TYPE_CHECKING, Self

import httpx2

from msnewsletter.errors import SourceError
from msnewsletter.sources.fetch.finds import Remembered

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


class FetchError(SourceError):
    """A document did not come.

    Attributes:
        status: of HTTP; None: there was no answer.
        passing: it may come at another time.
        gone: the server says that there is nothing at this address (404, 410).
        retry_after: not to be asked before that long, as the server says.
    """

    def __init__(
        self,
        place: str,
        problem: str,
        remedy: str,
        *,
        status: int | None = None,
        passing: bool = True,
        gone: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(place, problem, remedy)
        self.status = status
        self.passing = passing
        self.gone = gone
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a server answered.

    Attributes:
        asked: the URL that was asked for.
        url: the URL that answered, after redirects.
        moved_to: where it is from now on: the end of redirects that are all permanent; None: it is
            where it was.
        media_type: in small letters, without parameters; empty: none was named.
        charset: that the server names, if it does.
        data: the body, decompressed.
        remembered: what to send the next time.
    """

    asked: str
    url: str
    moved_to: str | None
    media_type: str
    charset: str | None
    data: bytes
    remembered: Remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Bounds of one source's requests.

    Attributes:
        private: addresses that are not public are allowed.
        pause: seconds between two requests to one host, at least.
        timeout: seconds for one document in all.
        robots: robots.txt decides (RFC 9309).
    """

    private: bool = False
    pause: float = 1.0
    timeout: float = 30.0
    robots: bool = False


class Fetcher:
    """The one way to the network.

    Args:
        agent: who asks, for the User-Agent header.
        limits: of all requests.
        now: returns the time, aware.
    """

    def __init__(self, *, agent: str, limits: FetchLimits, now: Callable[[], datetime]) -> None:
        self._limits = limits
        self._now = now
        self._client = httpx2.Client(
            headers={"User-Agent": agent}, timeout=limits.timeout, follow_redirects=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(
        self,
        url: str,
        *,
        limit: int,
        accept: str = "*/*",
        known: Remembered | None = None,
        token: str | None = None,
    ) -> Document | None:
        """The document at a URL; None: it has not changed, or is still fresh. Raises FetchError.

        Args:
            url: absolute, http or https.
            limit: the most bytes that it may have, decompressed.
            accept: the Accept header.
            known: what the last answer asked to remember; only where what it brought is kept.
            token: a bearer token; sent to this URL's own origin alone.
        """
        headers = {"Accept": accept}
        if known and known.etag:
            headers["If-None-Match"] = known.etag
        if known and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            answer = self._client.get(url, headers=headers)
        except httpx2.HTTPError as error:
            raise FetchError(url, f"does not answer ({error})", "it is tried again") from None
        if answer.status_code == httpx2.codes.NOT_MODIFIED:
            return None
        if answer.is_error:
            problem, gone = f"answers {answer.status_code}", answer.status_code in (404, 410)
            raise FetchError(
                url, problem, "it is tried again", status=answer.status_code, gone=gone
            )
        kind = answer.headers.get("Content-Type", "")
        charset = re.search(r"charset=\"?([\w-]+)", kind, re.IGNORECASE)
        return Document(
            asked=url,
            url=str(answer.url),
            moved_to=None,
            media_type=kind.partition(";")[0].strip().lower(),
            charset=charset[1] if charset else None,
            data=answer.content[:limit],
            remembered=Remembered(
                url=url,
                etag=answer.headers.get("ETag"),
                last_modified=answer.headers.get("Last-Modified"),
            ),
        )
