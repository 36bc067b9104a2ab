"""Pages that do not come during one look: which servers are still asked, and what is said of it.

One bad page costs no other page of its source. A server that is down is left alone after a few.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from msnewsletter.sources.fetch.asked_address import site_of
from msnewsletter.sources.fetch.cache_rules import LONGEST
from msnewsletter.sources.fetch.finds import Remark, Resting
from msnewsletter.sources.fetch.shown_address import shown_address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from msnewsletter.sources.fetch.fetch_error import FetchError
    from msnewsletter.sources.fetch.finds import Remembered
    from msnewsletter.sources.fetch.known_source import KnownSummary

# Pages in a row that a server does not answer, or answers with an error of its own: it is down.
_SILENT: Final = 5
# Pages in a row that do not come for whatever reason: a refusal (403) is quick and may be of
# single pages, but nobody asks in vain for hundreds.
_FRUITLESS: Final = 20
_SHOWN: Final = 3  # lines of one look
_SERVERS_FAULT: Final = 500


@dataclass(slots=True)
class _AskedServer:
    """What became of one server's pages in this look."""

    silent: int = 0  # in a row
    fruitless: int = 0  # in a row
    left: int = 0  # pages that were not asked for
    given_up: FetchError | None = None


@dataclass(slots=True)
class Unanswered:
    """The pages that did not come in one look.

    Attributes:
        answered: some page came, or its server said that it is not there.
        lost: a page did not come that was read well before.
        last: why the last one did not come.
    """

    answered: bool = False
    lost: bool = False
    last: FetchError | None = None
    _servers: dict[str, _AskedServer] = field(default_factory=dict)
    _fruitless: int = 0
    _lines: list[str] = field(default_factory=list)
    _new_left: bool = False

    def has_come(self, address: str) -> None:
        """A page's server answered."""
        self.answered, self._fruitless = True, 0
        server = self._server(address)
        server.silent = server.fruitless = 0

    def fail(self, address: str, error: FetchError, known: KnownSummary | None) -> None:
        """A page did not come, for now; `known`: what is known of it."""
        read = known is not None and known.read is not None
        self.last, self.lost = error, self.lost or read
        self._fruitless += 1
        server = self._server(address)
        server.fruitless += 1
        answers = error.status is not None and error.status < _SERVERS_FAULT
        server.silent = 0 if answers else server.silent + 1
        whole = error.site is not None and error.site == site_of(address)
        if whole or server.silent >= _SILENT or server.fruitless >= _FRUITLESS:
            server.given_up = error
        self._new_left |= whole and known is None
        if read and not whole:
            self._lines.append(f"{shown_address(address)} {error.problem}: it stays as it was read")

    def leaves_out(self, address: str, *, new: bool) -> bool:
        """Whether a page is not asked for; `new`: it is not known at all."""
        server = self._server(address)
        if server.given_up is None and self._fruitless < _FRUITLESS:
            return False
        server.left += 1
        self._new_left |= new
        return True

    def fails_wholly(self, addresses: list[str], *, any_read: bool) -> FetchError | None:
        """Why a source fails as a whole; None: it does not.

        It does where no page came, and all servers of its pages were given up: but not for refusals
        (403) of pages that were never read, while others are well.

        Args:
            addresses: of all pages of the source.
            any_read: some of them were read well before.
        """
        if self.answered or self.last is None or not self._all_given_up(addresses):
            return None
        return self.last if self.lost or self.last.site or not any_read else None

    def resting(self, addresses: list[str]) -> Iterator[Resting]:
        """The pause that the servers of all these pages ask for, if they do."""
        if self.last and self.last.retry_after and self._all_given_up(addresses):
            yield Resting(retry_after=self.last.retry_after)

    def _all_given_up(self, addresses: list[str]) -> bool:
        servers = [self._servers.get(site) for site in dict.fromkeys(map(site_of, addresses))]
        return bool(servers) and all(one and one.given_up for one in servers)

    def remarks(self) -> Iterator[Remark]:
        """What editors should know, in a few lines."""
        yield from (Remark(says=says) for says in self._lines[:_SHOWN])
        more = len(self._lines) - _SHOWN
        if more > 0:
            yield Remark(says=f"{more:,} more pages do not come: they stay as they were read")
        given_up = [(site, one, one.given_up) for site, one in self._servers.items()]
        said = [_said(site, one, error) for site, one, error in given_up if error]
        yield from (Remark(says=says) for says in said[:_SHOWN])
        if len(said) > _SHOWN:
            yield Remark(says=f"{len(said) - _SHOWN:,} more servers do not answer")
        if self._new_left:
            says = "the pages that were not asked for are asked for the next time"
            yield Remark(says=says, partial=True)

    def _server(self, address: str) -> _AskedServer:
        return self._servers.setdefault(site_of(address), _AskedServer())


def _said(site: str, server: _AskedServer, error: FetchError) -> str:
    others = f"; {server.left:,} more were not asked for" if server.left else ""
    if error.site == site:
        return f"{site}: {error.problem}{others}"
    pages = server.fruitless
    return f"{site}: {pages:,} pages in a row do not come (the last: {error.problem}){others}"


def failing(known: Remembered, error: FetchError, at: datetime) -> Remembered:
    """What to remember of a page that does not come; what was read of it stays."""
    pause = error.retry_after
    return replace(
        known,
        failing_since=known.failing_since or at,
        not_before=at + pause if pause else None,
    )


def rests(known: Remembered | None, at: datetime) -> bool:
    """Whether a page's server wants no request for it yet; not where the clock was set back."""
    until = known.not_before if known else None
    return until is not None and at < until <= at + LONGEST
