"""Finds what cannot be published: the entries and edits for which rendering or a check fails.

Asked only where the whole fails. An entry is at fault when it fails with the packaged templates, in
an issue in which a harmless entry does not: what fails otherwise is the newsletter's own templates
or settings, and stops the issue.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from msnewsletter.errors import NewsletterError
from msnewsletter.home import packaged_home
from msnewsletter.issue.holds import Hindrance
from msnewsletter.model import Entry, HoldReason, Summary
from msnewsletter.publisher.readiness import blocking_in, findings_in
from msnewsletter.publisher.templates import read_templates
from msnewsletter.render.feeds.items import FeedItem
from msnewsletter.render.feeds.render import render_feeds
from msnewsletter.render.feeds.view import feed_views
from msnewsletter.render.jinja import PackagedTemplates
from msnewsletter.render.mail.issue_folder import render_folder
from msnewsletter.render.site.issue_pages import render_pages
from msnewsletter.render.site.verify import DeadLinkError, check_feeds, verify_links

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from msnewsletter.glossary import Glossary
    from msnewsletter.issue.edits import PostSendEdit
    from msnewsletter.model import Issue

# A day on which nothing depends: of the harmless entry.
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, eq=False)
class Trial:
    """Renders and checks parts of an issue, as publishing does the whole.

    Attributes:
        glossary: the newsletter's.
        exists: whether the site has, or will have, a file at a path below it.
        any_links: whether addresses of the site beside those of the program's pages are allowed.
    """

    glossary: Glossary
    exists: Callable[[str], bool]
    any_links: bool

    @cached_property
    def _packaged_templates(self) -> Mapping[str, str]:
        return PackagedTemplates(read_templates(packaged_home() / "templates"))

    def failure(self, issue: Issue) -> Hindrance | None:
        """Why this issue cannot be published with the packaged templates; None: it can."""
        try:
            files = render_folder(issue, self._packaged_templates).files
            for one in blocking_in(findings_in(issue, files)):
                return _hindrance(f"{one.reason}; {one.remedy}")
        except NewsletterError as error:
            return _hindrance(f"{error.problem} ({error.place})")
        return self.site_failure(issue)

    def site_failure(self, issue: Issue) -> Hindrance | None:
        """Why its pages and feeds cannot be published with those; None: they can."""
        try:
            self.check_site(issue, self._packaged_templates)
        except DeadLinkError as error:
            return _hindrance(f"{error.problem}; correct the address", error.link)
        except NewsletterError as error:
            return _hindrance(f"{error.problem} ({error.place})")
        return None

    def check_site(
        self,
        issue: Issue,
        templates: Mapping[str, str],
        *,
        in_feeds: Sequence[Entry] | None = None,
    ) -> dict[str, bytes]:
        """Render and verify the issue's own pages, and feeds of its entries alone; returns them.

        `in_feeds`: those to try in feeds; None: all. Raises what publishing them would.
        """
        pages = render_pages(issue, templates, glossary=self.glossary)
        listed = issue.entries if in_feeds is None else in_feeds
        items = [FeedItem(entry=entry, issue=issue.number) for entry in listed]
        feeds = render_feeds(*feed_views(issue.masthead, items, updated=issue.cutoff))
        check_feeds(feeds)
        files = {**pages, **feeds}
        verify_links(
            files,
            site=issue.masthead.site,
            exists=lambda name: name in feeds or self.exists(name),
            any_links=self.any_links,
            door=issue.masthead.door,
        )
        return files


def unfit_entries(trial: Trial, issue: Issue) -> dict[str, Hindrance]:
    """The entries that keep the issue from being published, and why, by key.

    None, where something else keeps it.
    """
    entries = issue.entries
    if not entries or trial.failure(issue) is None or trial.failure(_harmless(issue)):
        return {}
    alone = dict(_failing_alone(trial, issue, entries))
    if alone:
        return alone
    # Each can be published, but not all together: the one with which it begins to fail waits.
    fitting, failing = 0, len(entries)
    while failing - fitting > 1:
        middle = (fitting + failing) // 2
        if trial.failure(_with(issue, entries[:middle])) is None:
            fitting = middle
        else:
            failing = middle
    why = trial.failure(_with(issue, entries[:failing]))
    return {entries[failing - 1].summary.key: why} if why else {}


def unfit_edits(trial: Trial, issue: Issue, edits: Sequence[PostSendEdit]) -> dict[str, Hindrance]:
    """The edits of sent summaries that cannot be shown or announced, and why, by key.

    `issue`: the next, or an empty one, for its number, cutoff and masthead.
    """
    bare = replace(issue, entries=(), corrections=(), note=None, subject=None)
    found: dict[str, Hindrance] = {}
    for edit in edits:
        why = trial.site_failure(_with(bare, [_entry_of(edit)]))
        if why is None and edit.correction:
            why = trial.failure(replace(_harmless(bare), corrections=(edit.correction,)))
        if why:
            found[edit.key] = why
    return found if found and trial.failure(_harmless(bare)) is None else {}


def _failing_alone(
    trial: Trial, issue: Issue, entries: Sequence[Entry]
) -> Iterator[tuple[str, Hindrance]]:
    """Those that fail without the others: halves that pass are not looked at further."""
    why = trial.failure(_with(issue, entries))
    if why is None:
        return
    if len(entries) == 1:
        yield entries[0].summary.key, why
        return
    middle = len(entries) // 2
    for half in (entries[:middle], entries[middle:]):
        yield from _failing_alone(trial, issue, half)


def _with(issue: Issue, entries: Sequence[Entry]) -> Issue:
    placed = (replace(one, position=place) for place, one in enumerate(entries, start=1))
    return replace(issue, entries=tuple(placed), corrections=())


def _harmless(issue: Issue) -> Issue:
    """The issue with one harmless entry, and without corrections."""
    summary = Summary(
        key="harmless",
        headline="A study of one sentence.",
        found="Something was found.",
        why_it_matters="It was looked for.",
        cautions="It was one study.",
        first_seen=_SOME_DAY,
    )
    entry = Entry(
        position=1,
        id=issue.masthead.public_id(summary.key).urn,
        summary=summary,
        teaser="Something was found.",
        dated=_SOME_DAY,
        feed_date=_SOME_DAY,
        late=False,
        why="",
    )
    return replace(issue, entries=(entry,), corrections=())


def _entry_of(edit: PostSendEdit) -> Entry:
    return replace(edit.sent.entry, summary=edit.public, position=1)


def _hindrance(reason: str, words: str = "") -> Hindrance:
    return Hindrance(HoldReason.UNFIT, f"it cannot be published as it is: {reason}", words)
