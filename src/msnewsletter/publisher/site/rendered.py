"""What a rehearsal rendered of the site, kept until it is written, with all that it was made from.

A publish renders the site once: where the facts are the same when the issue is fixed, the bytes
that were rehearsed are the bytes that are written. Holds data; renders and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.glossary import Glossary
    from msnewsletter.model import Issue
    from msnewsletter.publisher.site.change_times import ChangeTimes
    from msnewsletter.publisher.site.plan import SitePlan
    from msnewsletter.settings import Settings
    from msnewsletter.store import LastIssue

# Bytes of files that wait in memory for the writing: an issue of some 2,000 summaries. What is
# larger is rendered again.
KEPT = 32_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """What the files of the newest issue, and those that show what is newest, are made from.

    What else the database has does not change between two looks of who has locked it, unless a hand
    does it: that is what `others` tells.

    Attributes:
        settings, templates, glossary: of the session.
        plan: which issues the site shows anew.
        newest: the newest issue.
        issue: the newest of the plan, as the site shows it.
        tags: slugs of the tags whose pages and feeds are made.
        others: the database's version by `Store.others_version`.
    """

    settings: Settings
    templates: Mapping[str, str]
    glossary: Glossary
    plan: SitePlan
    newest: LastIssue
    issue: Issue
    tags: frozenset[str]
    others: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedSite:
    """The files of the newest issue of a plan, and those that show what is newest, by path.

    Attributes:
        pages: its pages, those of lists, icons, sitemaps.
        archived: its archive documents, where they do not come last of all.
        feeds: all feeds but the archive documents.
        times: when what they say changed.
        answers: which files were on the disk, as far as rendering asked.
    """

    pages: Mapping[str, bytes]
    archived: Mapping[str, bytes]
    feeds: Mapping[str, bytes]
    times: ChangeTimes
    answers: Mapping[str, bool]

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        files = chain(self.pages.values(), self.archived.values(), self.feeds.values())
        return sum(map(len, files))


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsedSite:
    """What became of a rehearsal.

    Attributes:
        size: bytes of all files that would be written.
        facts: what the files that are kept were made from.
        files: those; None: they are too large to keep.
    """

    size: int
    facts: SiteFacts
    files: RenderedSite | None

    def files_for(self, facts: SiteFacts) -> RenderedSite | None:
        """What rendering with these facts would give; None: it is not known."""
        return self.files if self.files and self.facts == facts else None
