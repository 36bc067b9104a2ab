"""The pages that lead to the summaries: home, archive, topics, about, feeds, glossary, and 404.

Owns what they show; templates/site/ owns how. Opens no file and no socket, asks no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.glossary import NO_GLOSSARY
from msnewsletter.issue.order import newest_first
from msnewsletter.render import wording
from msnewsletter.render.corrections import announced_views
from msnewsletter.render.site import schema_org
from msnewsletter.render.site.entry_view import TagLink, entry_view
from msnewsletter.render.site.frame import Frame
from msnewsletter.render.site.glossary_page import glossary_view
from msnewsletter.render.site.issue_pages import issue_view
from msnewsletter.render.site.names import Name, short_name
from msnewsletter.render.xml_text import cleaned
from msnewsletter.text_sentences import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from msnewsletter.catalogues.own_words import OwnWords
    from msnewsletter.glossary import Glossary
    from msnewsletter.model import (
        AnnouncedCorrection,
        ArchivedIssue,
        Entry,
        Issue,
        Masthead,
    )

NO_COUNTS: Mapping[str, int] = MappingProxyType({})
NO_ENTRIES: Mapping[int, Entry] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLine:
    """An issue in the archive's list; `leading`: the name of its first summary, if it has any."""

    path: str
    title: str
    contents: str
    leading: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A tag in the list of topics: its page, and how many summaries have it, in words."""

    name: str
    path: str
    contents: str


class SitePages:
    """Renders these pages of one site, each as bytes."""

    def __init__(
        self,
        masthead: Masthead,
        templates: Mapping[str, str],
        *,
        glossary: Glossary = NO_GLOSSARY,
    ) -> None:
        self._masthead = cleaned(masthead)
        self._glossary = glossary
        self._words = words_in(masthead.words)
        self._frame = Frame(self._masthead, templates, glossary)

    def fixed(
        self, tags: Mapping[str, str], *, counts: Mapping[str, int] = NO_COUNTS
    ) -> dict[str, bytes]:
        """Pages that only tags change, and the stylesheet; `tags`: name by slug.

        `counts`: how many summaries have each tag, by slug.

        The glossary is among them where it has a term: else its page stays as it was, because pages
        that are out link to it.
        """
        topics = [
            Topic(
                name=one_line(cleaned(name)),
                path=urls.tag_page_name(slug),
                contents=self._words.say_many(
                    "%(number)s summary", "%(number)s summaries", counts[slug]
                )
                if counts.get(slug)
                else "",
            )
            for slug, name in tags.items()
        ]
        feeds = _tag_links(tags, urls.tag_feed_folder)
        return {
            urls.STYLE: self._frame.file("site/style.css.j2"),
            urls.ABOUT: self._frame.page("site/about.html.j2", urls.ABOUT),
            urls.FEEDS: self._frame.page("site/feeds.html.j2", urls.FEEDS, tags=feeds),
            urls.TOPICS: self._frame.page("site/topics.html.j2", urls.TOPICS, tags=topics),
            urls.MISSING: self._frame.missing("site/404.html.j2"),
            **({urls.GLOSSARY: self._explained()} if self._glossary.terms else {}),
        }

    def _explained(self) -> bytes:
        shown = glossary_view(self._glossary, self._words)
        return self._frame.page("site/glossary.html.j2", urls.GLOSSARY, explained=shown)

    def home(self, newest: Sequence[Issue]) -> bytes:
        """`index.html`: the issues given, newest first, with their entries; how to follow."""
        issues = sorted(newest, key=lambda issue: issue.number, reverse=True)
        shown = [issue_view(self._masthead, issue) for issue in issues]
        data = schema_org.website(self._masthead)
        return self._frame.page("site/home.html.j2", urls.HOME, issues=shown, data=data)

    def latest(self, number: int) -> bytes:
        """`latest/index.html`: leads to the page of the newest issue, by its number."""
        path = urls.issue_page_name(number)
        return self._frame.page("site/latest.html.j2", urls.LATEST, about=path, newest=path)

    def archive(
        self,
        path: str,
        issues: Iterable[ArchivedIssue],
        *,
        chunk: int,
        leading: Mapping[int, Entry] = NO_ENTRIES,
    ) -> bytes:
        """The page of a piece of the archive: `archive.html` for the newest one.

        A complete piece has its own page, which changes only when a text that it names does.
        `leading`: the first entry of each issue that has any, by the issue's number.
        """
        return self._frame.page(
            "site/archive.html.j2",
            path,
            issues=[self._line(issue, leading.get(issue.number)) for issue in issues],
            older=urls.chunk_page_name(chunk - 1) if chunk > 1 else None,
            newest=path == urls.ARCHIVE,
        )

    def ledger(self, path: str, announced: Iterable[AnnouncedCorrection], *, chunk: int) -> bytes:
        """The page of the corrections that a piece of the archive announced, in the order given.

        `corrections.html` for the newest piece; a complete one has its own page.
        """
        return self._frame.page(
            "site/corrections.html.j2",
            path,
            announced=announced_views(self._masthead, cleaned(tuple(announced))),
            older=urls.ledger_page_name(chunk - 1) if chunk > 1 else None,
            newest=path == urls.CORRECTIONS,
        )

    def tag(
        self, slug: str, name: str, entries: Sequence[Entry], *, count: int | None = None
    ) -> bytes:
        """A tag's page: the newest entries that have it, in the order of its feeds.

        `count`: how many have it, where these are not all.
        """
        path = urls.tag_page_name(slug)
        ordered = newest_first(entries, entry=lambda entry: entry)
        shown = [entry_view(self._masthead, entry) for entry in ordered]
        return self._frame.page(
            "site/tag.html.j2",
            path,
            tag=one_line(cleaned(name)),
            folder=urls.tag_feed_folder(slug),
            entries=shown,
            contents=_of_topic(len(shown), count or len(shown), self._words),
        )

    def _line(self, issue: ArchivedIssue, leading: Entry | None) -> IssueLine:
        return IssueLine(
            path=urls.issue_page_name(issue.number),
            title=wording.issue_title(issue.number, issue.cutoff, self._masthead),
            contents=self._words.say_many("%(number)s study", "%(number)s studies", issue.count)
            if issue.count
            else self._words.say("corrections only"),
            leading=short_name(cleaned(leading), self._masthead) if leading else None,
        )


def _of_topic(shown: int, count: int, words: OwnWords) -> str:
    """What a topic's page holds: `3 summaries on this topic`."""
    if shown < count:
        return words.say(
            "The newest %(shown)s of %(number)s summaries on this topic", shown=shown, number=count
        )
    return words.say_many(
        "%(number)s summary on this topic", "%(number)s summaries on this topic", count
    )


def _tag_links(tags: Mapping[str, str], path_of: Callable[[str], str]) -> list[TagLink]:
    return [
        TagLink(name=one_line(cleaned(name)), path=path_of(slug)) for slug, name in tags.items()
    ]
