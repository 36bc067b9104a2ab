"""Which issues the site has to show anew: new ones, and those that hold an edited text.

Reads the store and the site; writes nothing.
"""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.disk.atomic import bytes_if_any
from msnewsletter.model import Status
from msnewsletter.publisher.site.site_names import is_archived
from msnewsletter.regular_file import RECORD_LIMIT
from msnewsletter.render.feeds.view import ListedAs, listed_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from msnewsletter.home import Home
    from msnewsletter.model import Masthead
    from msnewsletter.publisher.session import Session
    from msnewsletter.publisher.site.gather import SiteContent
    from msnewsletter.render.feeds.items import FeedItem
    from msnewsletter.store import Store

_PAGE = re.compile(rb"[a-z0-9-]+\.html")


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePlan:
    """The issues to write, oldest first.

    Attributes:
        changing: with all that is theirs.
        around: of which only the pages change, because they show cards of edited summaries.
        before: of which only their own page changes: it gets its link to the next issue.
        renewed: of the changing ones those whose archive documents are out already.
        edited: keys of the summaries that the site does not show as they are.
        had: slugs of the tags under which the site lists what has others now.
    """

    changing: tuple[int, ...]
    around: tuple[int, ...]
    before: tuple[int, ...]
    renewed: tuple[int, ...]
    edited: tuple[str, ...]
    had: tuple[str, ...]

    @property
    def all(self) -> list[int]:
        """Changing or around; those before have no more than a page."""
        return sorted({*self.changing, *self.around})


def site_plan(
    session: Session, content: SiteContent, numbers: Sequence[int], *, newest: int, rebuild: bool
) -> SitePlan:
    """What these issues, and edits that the site lacks, change.

    `rebuild`: a site that was lost, or never complete, is made again, and so are issues that
    another home released.
    """
    home, store = session.home, session.store
    edited = [key for keys in store.waiting().values() for key in keys]
    new = {*numbers, *(lacking(home, newest) if rebuild else ())}
    told = {one.key for number in new for one in store.issue(number).corrections}
    items = content.items(store.site.placed({*edited, *told}))
    changing = {*new, *(item.issue for item in items), *_announcing(store, {*edited, *told})}
    # The database knows what one home has shown; a second one, or a site that came back from a
    # backup, shows something else.
    masthead = content.issue(newest).masthead
    moved = list(_listed_otherwise(home, items, masthead))
    around = _around(home, store, content, moved) if len(changing) < newest else set()
    return SitePlan(
        changing=tuple(sorted(changing)),
        around=tuple(sorted(around - changing)),
        before=tuple(sorted({number - 1 for number in new if number > 1} - changing - around)),
        renewed=tuple(number for number in sorted(changing) if is_archived(home, number)),
        edited=tuple(edited),
        had=tuple(sorted({slug for one in moved for slug in one.had})),
    )


def lacking(home: Home, newest: int) -> Iterable[int]:
    """The issues that the site does not show.

    All issues of a site without its oldest archive document, or the newest that it lacks.
    """
    if not is_archived(home, 1):
        return range(1, newest + 1)
    return itertools.takewhile(lambda number: not is_archived(home, number), range(newest, 0, -1))


def _announcing(store: Store, keys: Iterable[str]) -> Iterator[int]:
    """The issues that announced a correction of these: their pages and archives show it."""
    for announced in store.announced(keys).values():
        yield from (one.number for one in announced)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moved:
    """A summary that is listed otherwise than the site shows; `had`: slugs of those."""

    item: FeedItem
    had: tuple[str, ...]


def _around(home: Home, store: Store, content: SiteContent, moved: Sequence[_Moved]) -> set[int]:
    """The issues whose pages show, or may show now, a card of what is listed otherwise now."""
    if not moved:
        return set()
    found = content.citing(one.item.entry.summary.key for one in moved)
    for one in moved:
        found |= content.showing(one.item, had=one.had)
    gone = {
        urls.page_name(one.item.entry)
        for one in moved
        if one.item.entry.summary.status is Status.TAKEN_DOWN
    }
    # Of these nothing may be left, whatever a site went through: every page is read.
    return found | (_linking(home, store, gone) if gone else set())


def _listed_otherwise(
    home: Home, items: Iterable[FeedItem], masthead: Masthead
) -> Iterator[_Moved]:
    """Those whose title, tags or language are others than the site shows.

    The archive documents tell what it shows: they are written last, after all that follows from
    them, so that a crash forgets nothing.
    """
    by_issue = itertools.groupby(sorted(items, key=_issue_of), key=_issue_of)
    for number, its in by_issue:
        shown = _archived(home, number)
        for item in its:
            before = shown.get(item.entry.id)
            if before != listed_as(item.entry, masthead):
                tags = before.tags if before else ()
                yield _Moved(item=item, had=tuple(map(urls.tag_slug, tags)))


def _issue_of(item: FeedItem) -> int:
    return item.issue


def _archived(home: Home, number: int) -> dict[str, ListedAs]:
    """What an issue's archive documents show of each entry, by id."""
    found: dict[str, ListedAs] = {}
    for part in itertools.count(1):
        path = home.site / urls.archive_folder(number, part) / urls.FEED_NAMES[-1]
        data = bytes_if_any(home, path, limit=RECORD_LIMIT)
        if data is None:
            break
        try:
            for item in json.loads(data)["items"]:
                found[item["id"]] = ListedAs(
                    title=item["title"],
                    tags=tuple(item.get("tags", ())),
                    language=item.get("language", ""),
                )
        except (ValueError, KeyError, TypeError):
            continue  # It is no document of ours: whatever it showed counts as another.
    return found


def _linking(home: Home, store: Store, pages: set[str]) -> set[int]:
    """The issues of the summaries whose pages on the site link to one of these pages."""
    wanted = {name.rpartition("/")[2].encode() for name in pages}
    linking = {
        path.name
        for path in (home.site / "summaries").glob("*.html")
        if not wanted.isdisjoint(_PAGE.findall(bytes_if_any(home, path, limit=RECORD_LIMIT) or b""))
    }
    last = store.last_issue()
    return {
        number
        for number, names in store.site.names(1, last.number if last else 0).items()
        for key, id_ in names
        if urls.summary_page_name(key, id_).rpartition("/")[2] in linking
    }
