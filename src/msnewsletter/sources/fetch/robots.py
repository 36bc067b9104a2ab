"""robots.txt: what a site asks programs not to read, and how slowly to read the rest (RFC 9309)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from protego import Protego

from msnewsletter.sources.fetch.fetch_error import FetchError

if TYPE_CHECKING:
    from collections.abc import Callable

# RFC 9309, section 2.5: at least 500 kibibytes must be read.
SIZE_LIMIT = 512_000
# RFC 9309, section 2.4; and for how long one that could not be read is not asked for again.
_KEPT, _KEPT_FAILURE = timedelta(hours=24), timedelta(minutes=5)
_LONGEST_DELAY = 60.0
_OURS, _OTHER = "ours", "another"
_AGENT = re.compile(r"\s*user[\s-]*agent\s*[:\s]\s*([^#]*)", re.IGNORECASE)
_PRODUCT = re.compile(r"[a-z_-]+", re.IGNORECASE)


class Rules:
    """The rules of one robots.txt for one program. Pure.

    Args:
        data: the file; none or an empty one allows all.
        product: the program's name, as it begins its User-Agent header.
    """

    def __init__(self, data: bytes, product: str) -> None:
        text = data.decode("utf-8-sig", "replace")
        self._rules = Protego.parse("\n".join(_named(line, product) for line in text.splitlines()))

    def allows(self, url: str) -> bool:
        """Whether the program may read the page at an absolute URL."""
        return self._rules.can_fetch(url, _OURS)

    @property
    def delay(self) -> float:
        """Seconds between two requests, at most a minute."""
        return min(self._rules.crawl_delay(_OURS) or 0.0, _LONGEST_DELAY)


def _named(line: str, product: str) -> str:
    """A line, in which a program's name is only ours, another, or all.

    Protego keeps each rule once for each program of its group, so that a file of 500 kB with
    thousands of names would take hours and all memory; and it takes `ms` for us.
    """
    found = _AGENT.match(line)
    if not found:
        return line
    name = found[1].strip()
    if name == "*":
        return "User-agent: *"
    named = _PRODUCT.match(name)
    is_ours = named is not None and named[0].lower() == product.lower()
    return f"User-agent: {_OURS if is_ours else _OTHER}"


@dataclass(frozen=True, slots=True)
class _KnownRules:
    until: datetime
    rules: Rules | FetchError


class Robots:
    """The robots.txt of all sites that are asked.

    Args:
        product: see Rules.
        read: the file at a URL, empty where there is none; raises FetchError where it cannot be
            said whether there is one.
        now: returns the time, aware.
    """

    def __init__(
        self, product: str, *, read: Callable[[str], bytes], now: Callable[[], datetime]
    ) -> None:
        self._product, self._read, self._now = product, read, now
        self._kept: dict[str, _KnownRules] = {}

    def delay(self, origin: str, url: str) -> float:
        """Seconds that the site wants between two requests; raises FetchError if it forbids this.

        Args:
            origin: as `https://example.org:8443`.
            url: in it.
        """
        rules = self._of(origin)
        if isinstance(rules, FetchError):
            # A server that is down is down for its pages too; one that answers may have them.
            problem = f"{rules.problem}, while reading its robots.txt, which comes before any page"
            if rules.status is not None:
                problem = f"its robots.txt {rules.problem}, so no page is asked for"
            raise FetchError(
                url,
                problem,
                rules.remedies,
                status=rules.status,
                retry_after=rules.retry_after,
                site=origin,
            )
        if not rules.allows(url):
            problem = "the site's robots.txt forbids programs to read it"
            remedy = f"have the site allow {self._product}, or leave the page out"
            raise FetchError(url, problem, remedy, passing=False)
        return rules.delay

    def _of(self, origin: str) -> Rules | FetchError:
        now = self._now()
        kept = self._kept.get(origin)
        if kept is not None and now < kept.until <= now + _KEPT:
            return kept.rules
        try:
            kept = _KnownRules(
                now + _KEPT, Rules(self._read(f"{origin}/robots.txt"), self._product)
            )
        except FetchError as error:
            kept = _KnownRules(now + _KEPT_FAILURE, error)
        self._kept[origin] = kept
        return kept.rules
