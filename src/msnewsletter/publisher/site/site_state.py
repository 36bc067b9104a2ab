"""What an editor is told of the site's frame: what waits, what was done. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.publisher.session import looking
from msnewsletter.publisher.site.shown_frame import FrameChange, shown_frame
from msnewsletter.render.site.redirects import by_host

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteState:
    """The site's frame and the settings.

    Attributes:
        waits: the site shows, on some page at least, other settings than `newsletter.toml` has.
        waiting: which, each with what it was and what it is; none where pages differ among each
            other.
        last: the last change that is done.
        redirects: the folders with redirects, as the editor knows them.
    """

    waits: bool = False
    waiting: tuple[tuple[str, str, str], ...] = ()
    last: FrameChange | None = None
    redirects: tuple[str, ...] = ()

    @property
    def news(self) -> tuple[str, ...]:
        """The folders that the last change wrote: those that an editor still has to put in place.

        Where pages differed among each other, any setting may have been another.
        """
        last = self.last
        if last is None or (last.before and last.before.site == last.after.site):
            return ()
        return self.redirects


def site_state(home: Home, *, at: datetime) -> SiteState:
    """The state of the site of a home at `at` (aware: now)."""
    with looking(home, at=at) as session:
        if session.store.last_issue() is None:
            return SiteState()
        shown = shown_frame(session)
        waits = shown.differs_from(session.frame)
        change = shown.begun(session.frame, at=at).under_way if waits else None
    # Those that were written: a change that waits has none yet.
    site = shown.frame.site if shown.frame else None
    hosts = by_host(shown.old_sites(site), site) if site else {}
    folders = [home.redirects / host for host in hosts]
    return SiteState(
        waits=waits,
        waiting=change.settings if change else (),
        last=shown.last,
        redirects=tuple(home.display_path(one) for one in folders if one.is_dir()),
    )
