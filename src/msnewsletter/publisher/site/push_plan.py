"""What a push has to do, and in which order, by what the store has and what the site is. Pure.

No page or feed there may lead to what is not there, whenever a push is killed. To new files nothing
leads until those that were there before are replaced, so the new ones go first, and the home page
of a new site last of them. Of what was there before pages are replaced before feeds, because feed
readers follow those at once. What is gone is removed when nothing leads there any more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.render.site.file_headers import is_archived, is_feed
from msnewsletter.serialize import Moment  # noqa: TC001  (pydantic reads the annotations)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# At the store, beside the site's files; hidden, as what no page leads to.
MANIFEST = ".msnewsletter-push.json"
# So many files may go at once, and more than half of all only by a person's word.
_FEW = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PushClaim:
    """That a home is pushing: which run of which home, and when it last said so (aware UTC)."""

    run: str
    home: str
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class PushManifest:
    """What was pushed, as the store itself keeps it.

    Attributes:
        newsletter: the id of the newsletter.
        home: which home pushed last.
        changed: when what the site says last changed, aware UTC: a home with an older site keeps
            off.
        files: SHA-256 of each file that is there for certain, by name.
        putting: files that were being put when this was written: they may be there already.
        removing: files that were being removed: they may be gone.
        claim: who pushes at the moment; None: nobody does.
    """

    newsletter: str
    home: str
    changed: Moment
    files: dict[str, str] = field(default_factory=dict)
    putting: tuple[str, ...] = ()
    removing: tuple[str, ...] = ()
    claim: PushClaim | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PushPlan:
    """What is to be done, stage by stage: a stage begins when the one before is done.

    Attributes:
        puts: names of files to put.
        removals: names of files to remove, after all of those.
    """

    puts: tuple[tuple[str, ...], ...] = ()
    removals: tuple[tuple[str, ...], ...] = ()

    @property
    def put(self) -> tuple[str, ...]:
        """All files to put, in order."""
        return tuple(name for stage in self.puts for name in stage)

    @property
    def removed(self) -> tuple[str, ...]:
        """All files to remove, in order."""
        return tuple(name for stage in self.removals for name in stage)

    def removes_too_much(self, there: PushManifest | None) -> bool:
        """Whether so much would go that the site here is probably not all of it."""
        gone = len(self.removed)
        return there is not None and gone > _FEW and 2 * gone > len(there.files)


def push_plan(
    there: PushManifest | None, here: Mapping[str, str], *, anew: bool = False
) -> PushPlan:
    """What is to be done.

    Args:
        there: the store's manifest; None: it has none.
        here: SHA-256 of each file of the site, by name.
        anew: put also what the manifest says is there: others may have changed or removed it.
    """
    had = dict(there.files) if there else {}
    putting, removing = (set(there.putting), set(there.removing)) if there else (set(), set())
    stands = had.keys() - removing
    new = here.keys() - stands
    changed = {
        name for name in here.keys() & stands if anew or name in putting or had[name] != here[name]
    }
    gone = (had.keys() | putting | removing) - here.keys()
    home = new & {urls.HOME}
    puts = (*_pages_then_feeds(new - home), tuple(home), *_pages_then_feeds(changed))
    *pages, feeds = _pages_then_feeds(gone)
    return PushPlan(
        puts=tuple(stage for stage in puts if stage),
        removals=tuple(stage for stage in (feeds, *pages) if stage),
    )


def _pages_then_feeds(names: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """What is no feed, archive documents, feeds; each in the order of names."""
    stages: tuple[list[str], ...] = ([], [], [])
    for name in sorted(names):
        stages[0 if not is_feed(name) else 1 if is_archived(name) else 2].append(name)
    return tuple(map(tuple, stages))
