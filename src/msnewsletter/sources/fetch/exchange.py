"""One request and its answer, within bounds of time and size.

On httpcore2, which httpx2 is built on, not on httpx2's client: that one keeps cookies, takes
proxies and passwords from the environment, and logs addresses with the secrets in them. A proxy
would resolve names itself, so nothing could be said of the address that is asked.
"""

from __future__ import annotations

import ssl
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING

import httpcore2
import httpx2

from msnewsletter.sources.fetch.decompression import ACCEPTED, decompressed, is_readable
from msnewsletter.sources.fetch.fetch_error import FetchError
from msnewsletter.sources.fetch.network import BoundedNetwork
from msnewsletter.sources.fetch.network_faults import FAULTS, fault_of
from msnewsletter.sources.fetch.reply import Reply
from msnewsletter.sources.fetch.status_faults import WITH_BODY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from msnewsletter.sources.fetch.deadline import Deadline

# Seconds after which an idle connection is closed; servers close them themselves, most after five
# to sixty.
_IDLE = 30.0
_MOST_HEADERS = 200
# Bytes by which a compressed body may be larger than what is in it.
_OVERHEAD = 65_536


class Exchanges:
    """Requests and answers, over connections that are kept for a while.

    Args:
        agent: who asks.
        private: addresses of one's own machine and network are allowed.
        silence: seconds in which a server must send something.
    """

    def __init__(self, *, agent: str, private: bool, silence: float) -> None:
        self._agent = agent.encode("ascii", "replace").decode()
        self._network = BoundedNetwork(private=private, silence=silence)

    def close(self) -> None:
        """Close all connections."""
        if "_pool" in self.__dict__:
            self._pool.close()

    @cached_property
    def _pool(self) -> httpcore2.ConnectionPool:
        # Roots of trust are read for each look at a source, so that a process that runs for months
        # knows new ones; not before they are needed, for that takes a fifth of a second.
        return httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(),
            keepalive_expiry=_IDLE,
            network_backend=self._network,
        )

    def ask(
        self,
        url: httpx2.URL,
        headers: Mapping[str, str],
        *,
        limit: int,
        cut: bool,
        deadline: Deadline,
    ) -> Reply:
        """A server's answer of any status; raises FetchError, PassingFaultError.

        Args:
            url: http or https.
            headers: besides those that each request has.
            limit: bytes of the body, decompressed.
            cut: of a longer body, take its beginning; otherwise it is an error.
            deadline: for all of it.
        """
        asked = {
            "User-Agent": self._agent,
            "Accept-Encoding": ACCEPTED,
            **headers,
        }
        times = dict.fromkeys(("connect", "read", "write"), deadline.until)
        target = httpcore2.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        try:
            # See network.py for what these timeouts are.
            with self._trusting(url).stream(
                "GET", target, headers=list(asked.items()), extensions={"timeout": times}
            ) as answer:
                return self._reply(url, answer, limit=limit, cut=cut, deadline=deadline)
        except FAULTS as error:
            raise fault_of(str(url), error, deadline) from None

    def _trusting(self, url: httpx2.URL) -> httpcore2.ConnectionPool:
        try:
            return self._pool
        except (OSError, ssl.SSLError) as error:
            problem = f"the roots of trust cannot be read ({error.strerror or error})"
            raise FetchError(str(url), problem, "correct SSL_CERT_FILE") from None

    @staticmethod
    def _reply(
        url: httpx2.URL, answer: httpcore2.Response, *, limit: int, cut: bool, deadline: Deadline
    ) -> Reply:
        if len(answer.headers) > _MOST_HEADERS:
            problem = f"sends more than {_MOST_HEADERS} headers"
            raise FetchError(str(url), problem, "the site must correct it", passing=False)
        headers = httpx2.Headers(answer.headers)
        data = b""
        if answer.status in WITH_BODY:
            coding = headers.get("Content-Encoding", "").strip().lower()
            if not is_readable(coding):
                problem = f"is compressed in a way that was not asked for ({coding[:40]!r})"
                raise FetchError(str(url), problem, "the site must correct it", passing=False)
            pieces = _bounded(str(url), answer.iter_stream(), limit, deadline)
            data = _collected(decompressed(pieces, coding), limit)
            if len(data) > limit:
                if not cut:
                    raise _too_large(str(url), limit)
                data = data[:limit]
        return Reply(url=url, status=answer.status, headers=headers, data=data)


def _bounded(url: str, pieces: Iterable[bytes], limit: int, deadline: Deadline) -> Iterator[bytes]:
    """The pieces of a body as they come; also of one that decompresses to less."""
    came = 0
    for piece in pieces:
        came += len(piece)
        yield piece
        if came > limit + _OVERHEAD:
            raise _too_large(url, limit)
        if deadline.left() <= 0:
            raise httpcore2.ReadTimeout("the deadline")


def _collected(pieces: Iterable[bytes], limit: int) -> bytes:
    """All of them; or, where that is more than the limit, somewhat more than the limit."""
    # Its `getvalue` gives the bytes away without a copy.
    kept = BytesIO()
    for piece in pieces:
        kept.write(piece)
        if kept.tell() > limit:
            break
    return kept.getvalue()


def _too_large(url: str, limit: int) -> FetchError:
    most = f"{limit / 1e6:g} MB" if limit >= 1e6 else f"{limit:,} bytes"  # noqa: PLR2004
    return FetchError(url, f"has more than {most}", "it is not read", passing=False)
