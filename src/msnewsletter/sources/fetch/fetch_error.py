"""What is wrong when a document does not come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.errors import SourceError
from msnewsletter.sources.fetch.shown_address import shown_address

if TYPE_CHECKING:
    from datetime import timedelta


class FetchError(SourceError):
    """A document did not come.

    Args:
        place: the URL, which is shown without user, password and secret parameters.
        problem: as in NewsletterError.
        remedy: as in NewsletterError.
        status: of HTTP; None: there was no answer.
        passing: it may come at another time.
        gone: the server says that there is nothing at this address (404, 410).
        retry_after: not to be asked before that long, as the server says.
        site: scheme, host and port whose every address fails alike; None: that is not known.
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
        site: str | None = None,
    ) -> None:
        super().__init__(shown_address(place), problem, remedy)
        self.status = status
        self.passing = passing
        self.gone = gone
        self.retry_after = retry_after
        self.site = site


class OwnAddressError(FetchError):
    """A document is at an address of one's own machine or network, which has to be allowed."""
