"""A Fetcher for tests: at this machine, without pauses, with a clock that stands."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from msnewsletter.sources.fetch.client import Document, Fetcher, FetchError, FetchLimits, Unmodified
from msnewsletter.sources.fetch.retries import RetryRule

if TYPE_CHECKING:
    from collections.abc import Iterator

AGENT = "msnewsletter (+https://notes.example.org/)"
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LOCAL = FetchLimits(private=True, pause=0, timeout=20)
AT_ONCE = RetryRule(first=0.001, longest=0.002, jitter=0.0)


@dataclass
class Asking:
    """A Fetcher, its clock (`now` may be set), and the pauses that it took without waiting."""

    limits: FetchLimits = LOCAL
    now: datetime = NOW
    slept: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fetcher = Fetcher(
            agent=AGENT,
            limits=self.limits,
            now=lambda: self.now,
            sleep=self.slept.append,
            retries=AT_ONCE,
        )

    def get(self, url: str, *, limit: int = 1_000_000, **options: Any) -> Document | Unmodified:
        return self.fetcher.get(url, limit=limit, **options)

    def document(self, url: str, **options: Any) -> Document:
        document = self.get(url, **options)
        assert isinstance(document, Document)
        return document

    def refusal(self, url: str, **options: Any) -> FetchError:
        with pytest.raises(FetchError) as caught:
            self.get(url, **options)
        assert "\n" not in str(caught.value)
        return caught.value

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)


@contextmanager
def asking(**limits: Any) -> Iterator[Asking]:
    one = Asking(limits=replace(LOCAL, **limits))
    with one.fetcher:
        yield one
