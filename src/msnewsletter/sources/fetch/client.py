"""Asks web servers for documents: politely, within bounds, and at public addresses only."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING, Self, overload

import httpx2

from msnewsletter.sources.fetch.asked_address import host_and_port, origin_of, parsed
from msnewsletter.sources.fetch.asked_pauses import AskedPauses
from msnewsletter.sources.fetch.cache_rules import fresh_until, retry_after, still_fresh
from msnewsletter.sources.fetch.conditional_request import sendable, validators
from msnewsletter.sources.fetch.deadline import Deadline
from msnewsletter.sources.fetch.exchange import Exchanges
from msnewsletter.sources.fetch.fetch_error import LATER, FetchError
from msnewsletter.sources.fetch.finds import Remembered
from msnewsletter.sources.fetch.host_pace import EVERYWHERE
from msnewsletter.sources.fetch.redirect_target import PERMANENT, REDIRECTS, next_address
from msnewsletter.sources.fetch.retries import RetryRule, repeated
from msnewsletter.sources.fetch.robots import SIZE_LIMIT, Robots
from msnewsletter.sources.fetch.status_faults import failure_of, is_failure, means_no_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType

    from msnewsletter.sources.fetch.reply import Reply

__all__ = ["Document", "FetchError", "FetchLimits", "Fetcher", "Unmodified"]

_MEDIA_TYPE = re.compile(r"\s*([\w.+-]+/[\w.+-]+)")
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
# The part of the time for a document in which a server must say something.
_SILENT_PART = 0.5


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
class Unmodified:
    """A known document has not changed, or is still fresh; `remembered`: what to send next time."""

    remembered: Remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Bounds of one source's requests.

    Attributes:
        private: addresses that are not public are allowed.
        pause: seconds between two requests to one host, at least.
        timeout: seconds for one document in all, without waiting for the host's turn; a server
            that sends nothing for half of it is given up.
        robots: robots.txt decides (RFC 9309).
        ask_fresh: what need not be asked for yet (`Cache-Control`) is asked for all the same, if it
            changed: somebody waits for it.
        once: a command asks, and nothing asks again by itself: remedies name its options, and no
            settings.
    """

    private: bool = False
    pause: float = 1.0
    timeout: float = 30.0
    robots: bool = False
    ask_fresh: bool = False
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A document that somebody wants; `cut`: its beginning, where it is longer than the limit."""

    url: httpx2.URL
    limit: int
    accept: str = "*/*"
    known: Remembered | None = None
    token: str | None = None
    robots: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True)
class _Arrived:
    """The end of all redirects; `unmodified`: what is known has not changed."""

    reply: Reply
    permanent: bool
    unmodified: bool = False


class Fetcher:
    """The one way to the network; for one thread at a time.

    It keeps no cookies, and takes no proxy from the environment.

    Args:
        agent: who asks, for the User-Agent header; for robots.txt, its first word.
        limits: of all requests.
        now: returns the time, aware.
        sleep: waits for so many seconds until a host may be asked.
        retries: how faults are retried that may pass in a moment.
    """

    def __init__(
        self,
        *,
        agent: str,
        limits: FetchLimits,
        now: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
        retries: RetryRule | None = None,
    ) -> None:
        self._limits, self._now, self._sleep = limits, now, sleep
        self._retries = retries or RetryRule()
        silence = limits.timeout * _SILENT_PART
        self._exchanges = Exchanges(agent=agent, private=limits.private, silence=silence)
        product = re.split(r"[\s/(]", agent, maxsplit=1)[0]
        self._robots = Robots(product, read=self._robots_file, now=now)
        self._pauses = AskedPauses()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._exchanges.close()

    @overload
    def get(
        self, url: str, *, limit: int, accept: str = "*/*", token: str | None = None
    ) -> Document: ...

    @overload
    def get(
        self,
        url: str,
        *,
        limit: int,
        accept: str = "*/*",
        known: Remembered | None,
        token: str | None = None,
        robots: bool | None = None,
    ) -> Document | Unmodified: ...

    def get(
        self,
        url: str,
        *,
        limit: int,
        accept: str = "*/*",
        known: Remembered | None = None,
        token: str | None = None,
        robots: bool | None = None,
    ) -> Document | Unmodified:
        """The document at a URL, or that the known one has not changed. Raises FetchError.

        Args:
            url: absolute, http or https, without user and password.
            limit: the most bytes that it may have, decompressed; a longer one is an error.
            accept: the Accept header.
            known: what the last answer asked to remember; only where what it brought is kept.
            token: a bearer token; sent to this URL's own origin alone.
            robots: robots.txt decides; None: as the limits say.
        """
        asked = parsed(url, url)
        fresh = known is not None and still_fresh(known.fresh_until, self._now())
        if known and fresh and not self._limits.ask_fresh:
            return Unmodified(remembered=known)
        if token and not sendable(token):
            problem = "its token holds characters that no header may hold"
            raise FetchError(url, problem, "correct the variable that holds it", passing=False)
        wanted = _Wanted(
            url=asked,
            limit=limit,
            accept=accept,
            known=known,
            token=token,
            robots=self._limits.robots if robots is None else robots,
        )
        try:
            arrived = self._arrived(wanted)
        except FetchError as error:
            if self._limits.once:
                error.remedy = error.remedies.once
            raise
        if known and arrived.unmodified:
            until = fresh_until(arrived.reply.headers, self._now())
            came = replace(known, fresh_until=until, failing_since=None, not_before=None)
            return Unmodified(remembered=came)
        return self._document(url, arrived)

    def _document(self, asked: str, arrived: _Arrived) -> Document:
        reply = arrived.reply
        headers, url = reply.headers, str(reply.url)
        kind = headers.get("Content-Type", "")
        media_type, charset = _MEDIA_TYPE.match(kind), _CHARSET.search(kind)
        return Document(
            asked=asked,
            url=url,
            moved_to=url if arrived.permanent else None,
            media_type=media_type[1].lower() if media_type else "",
            charset=charset[1] if charset else None,
            data=reply.data,
            remembered=Remembered(
                url=asked,
                answered=url if url != asked else None,
                etag=sendable(headers.get("ETag")),
                last_modified=sendable(headers.get("Last-Modified")),
                fresh_until=fresh_until(headers, self._now()),
            ),
        )

    # ── redirects ────────────────────────────────────────────────────────────────────────────────

    def _arrived(self, wanted: _Wanted) -> _Arrived:
        deadline = Deadline(self._limits.timeout)
        way, permanent = [wanted.url], True
        while True:
            reply = self._asked(way[-1], wanted, deadline)
            if reply.status not in REDIRECTS:
                unmodified = reply.status == httpx2.codes.NOT_MODIFIED
                return _Arrived(reply, permanent and len(way) > 1, unmodified)
            permanent = permanent and reply.status in PERMANENT
            way.append(next_address(way, reply, has_token=wanted.token is not None))

    def _asked(self, url: httpx2.URL, wanted: _Wanted, deadline: Deadline) -> Reply:
        """The answer at one address: a document, a redirect, or 304 for what is known."""
        headers = _headers(url, wanted)
        conditions = validators(url, wanted.known)
        reply = self._repeated(url, {**headers, **conditions}, wanted, deadline)
        if reply.status != httpx2.codes.NOT_MODIFIED or conditions:
            return reply
        # Some caches answer so to anybody; nothing is known here that could be unchanged.
        whole = {**headers, "Cache-Control": "no-cache"}
        reply = self._repeated(url, whole, wanted, deadline)
        if reply.status == httpx2.codes.NOT_MODIFIED:
            problem = "says that nothing has changed (304), though it was asked for all"
            raise FetchError(str(url), problem, LATER, status=reply.status)
        return reply

    # ── one request ──────────────────────────────────────────────────────────────────────────────

    def _repeated(
        self, url: httpx2.URL, headers: dict[str, str], wanted: _Wanted, deadline: Deadline
    ) -> Reply:
        host, port = host_and_port(url)
        pause = self._limits.pause
        if wanted.robots:
            began = monotonic()
            pause = max(pause, self._robots.delay(origin_of(url), str(url)))
            # robots.txt has a deadline of its own.
            deadline.put_off(monotonic() - began)

        def ask() -> Reply:
            self._pauses.refuse(url, self._now())
            turn = EVERYWHERE.turn(host, port, pause=pause, sleep=self._sleep)
            with turn as waited:
                deadline.put_off(waited)
                reply = self._exchanges.ask(
                    url, headers, limit=wanted.limit, cut=wanted.cut, deadline=deadline
                )
            self._look_at_status(reply)
            return reply

        return repeated(ask, rule=self._retries, deadline=deadline)

    def _look_at_status(self, reply: Reply) -> None:
        """Raise FetchError or PassingFaultError where it is neither document nor redirect."""
        now = self._now()
        pause = retry_after(reply.headers, now) if is_failure(reply.status) else None
        means_all = False
        if pause:
            means_all = self._pauses.ask(reply.url, reply.status, pause, now)
        else:
            self._pauses.answered(reply.url)
        if is_failure(reply.status):
            raise failure_of(reply, pause, site=origin_of(reply.url) if means_all else None)

    def _robots_file(self, url: str) -> bytes:
        wanted = _Wanted(url=parsed(url, url), limit=SIZE_LIMIT, accept="text/plain", cut=True)
        try:
            return self._arrived(wanted).reply.data
        except FetchError as error:
            if means_no_file(error.status):
                return b""
            raise


def _headers(url: httpx2.URL, wanted: _Wanted) -> dict[str, str]:
    headers = {"Accept": wanted.accept}
    if wanted.token and origin_of(url) == origin_of(wanted.url):
        headers["Authorization"] = f"Bearer {wanted.token}"
    return headers
