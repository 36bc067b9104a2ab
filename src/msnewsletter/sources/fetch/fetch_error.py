"""What is wrong when a document does not come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.errors import SourceError
from msnewsletter.sources.fetch.shown_address import shown_address

if TYPE_CHECKING:
    from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What to do about a document that does not come; it depends on who asked for it.

    Attributes:
        of_source: where it belongs to a source, which has settings and is looked at again.
        once: where a command asked once, which has options.
    """

    of_source: str
    once: str


LATER = Remedy(of_source="it is tried again later", once="try again later")


def later_with(remedy: str) -> Remedy:
    """What to do now; where that is not needed, another time helps."""
    return Remedy(of_source=f"{remedy}; {LATER.of_source}", once=f"{remedy}; {LATER.once}")


class FetchError(SourceError):
    """A document did not come.

    Args:
        place: the URL, which is shown without user, password and secret parameters.
        problem: as in NewsletterError.
        remedy: as in NewsletterError; as text it is the same for whoever asked.
        status: of HTTP; None: there was no answer.
        passing: it may come at another time.
        gone: the server says that there is nothing at this address (404, 410).
        retry_after: not to be asked before that long, as the server says.
        site: scheme, host and port whose every address fails alike; None: that is not known.

    `remedy` is the one of a source, until a Fetcher for a command puts the other in its place.
    """

    def __init__(
        self,
        place: str,
        problem: str,
        remedy: str | Remedy,
        *,
        status: int | None = None,
        passing: bool = True,
        gone: bool = False,
        retry_after: timedelta | None = None,
        site: str | None = None,
    ) -> None:
        self.remedies = Remedy(of_source=remedy, once=remedy) if isinstance(remedy, str) else remedy
        super().__init__(shown_address(place), problem, self.remedies.of_source)
        self.status = status
        self.passing = passing
        self.gone = gone
        self.retry_after = retry_after
        self.site = site
