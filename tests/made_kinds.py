"""A kind of source that says what a test wants: it stands in the place of the kind `feed`.

What the network does is tested with the kinds themselves; here it is what becomes of their finds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from homes import FOLDER, name_sources
from msnewsletter.sources.fetch import feed_source
from msnewsletter.sources.fetch.finds import Read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import pytest

    from msnewsletter.errors import NewsletterError
    from msnewsletter.home import Home
    from msnewsletter.source_settings import FeedSource
    from msnewsletter.sources.fetch.client import Fetcher
    from msnewsletter.sources.fetch.finds import Find
    from msnewsletter.sources.fetch.known_source import KnownSource

    # What a source finds, given what is known of it.
    Says = Callable[[KnownSource], Iterable[Find]]


class MadeSources:
    """What the sources of a home say, by name; one that says nothing is looked at in vain."""

    def __init__(self) -> None:
        self.says: dict[str, Says] = {}
        self.looks: list[str] = []

    def look(
        self, source: FeedSource, *, fetcher: Fetcher, known: KnownSource, root: Path
    ) -> Iterator[Find]:
        """The contract of a kind."""
        del fetcher, root
        self.looks.append(source.name)
        if source.name in self.says:
            yield from self.says[source.name](known)


def made_sources(monkeypatch: pytest.MonkeyPatch) -> MadeSources:
    """Put the made kind in the place of `feed`."""
    made = MadeSources()
    monkeypatch.setattr(feed_source, "look", made.look)
    return made


def failing(error: NewsletterError, *before: Find) -> Says:
    """A source that says this, and then fails."""

    def says(_: KnownSource) -> Iterator[Find]:
        yield from before
        raise error

    return says


def with_sources(home: Home, *names: str, more: str = "") -> Home:
    """The home with a fetched source of each name after its folder; `more`: lines for each."""
    feeds = (
        f'name = "{name}"\nkind = "feed"\nurl = "https://{name}.example/feed"\n{more}'
        for name in names
    )
    name_sources(home, FOLDER, *feeds)
    return home


def article(number: int, *, published: str | None = "2026-11-20", **more: str) -> Read:
    """A complete summary, as a source has read it."""
    fields: dict[str, str | tuple[str, ...]] = {
        "headline": f"What we know of number {number}.",
        "found": f"Something about number {number}.",
        "why_it_matters": "It may help.",
        "cautions": "The study was small.",
        **more,
    }
    if published:
        fields["published"] = published
    return Read(
        identities=(f"site.example/{number}",),
        address=f"https://site.example/{number}",
        fields=fields,
    )
