"""The frame that this home's site shows, and how far a change of it has got: `var/site.json`.

The database knows what issues were frozen with, and several homes may share it; what the site of
one home shows is known here alone.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime  # noqa: TC003  (pydantic reads the annotations)
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import bytes_if_any, write_atomically
from msnewsletter.model import SiteFrame
from msnewsletter.regular_file import WRITTEN_LIMIT
from msnewsletter.serialize import from_json, pretty, to_document

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.session import Session

_NAME = "site.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameChange:
    """A change of the frame, under way or done.

    Attributes:
        before: what the site showed; None: more than one, after a change that older versions made
            to new pages alone.
        after: what it shows now, or will.
        begun: when, aware UTC.
        issues: how many are made anew, the oldest first; durable.
        pages: how many HTML pages that is.
        done: when all of the site was made anew, aware UTC; None: it is under way.
    """

    before: SiteFrame | None = None
    after: SiteFrame
    begun: datetime
    issues: int = 0
    pages: int = 0
    done: datetime | None = None

    @property
    def settings(self) -> tuple[tuple[str, str, str], ...]:
        """Each setting that is another: its name, what it was, what it is."""
        if self.before is None:
            return ()
        names = [one.name for one in fields(SiteFrame)]
        values = [(name, getattr(self.before, name), getattr(self.after, name)) for name in names]
        return tuple(one for one in values if one[1] != one[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFrame:
    """What the site of a home shows.

    Attributes:
        frame: the one in which all of it was last written; None: there is no one such.
        former: the sites at which its pages were before, oldest first.
        under_way: the change that was begun, and is not done.
        last: the last change that was done.
    """

    frame: SiteFrame | None = None
    former: tuple[str, ...] = ()
    under_way: FrameChange | None = None
    last: FrameChange | None = None

    def differs_from(self, frame: SiteFrame) -> bool:
        """Whether any page may show another frame."""
        return self.under_way is not None or self.frame != frame

    def begun(self, frame: SiteFrame, *, at: datetime) -> ShownFrame:
        """With a change to this frame under way: the one that was begun, or a new one."""
        begun = self.under_way
        if begun and begun.after == frame:
            return self
        left = [one.site for one in (self.frame, begun and begun.after) if one]
        return replace(
            self,
            former=tuple(dict.fromkeys((*self.former, *left))),
            under_way=FrameChange(before=self.frame, after=frame, begun=at),
        )

    def finished(self, *, at: datetime) -> ShownFrame:
        """With the change that is under way done."""
        change = self.under_way
        if change is None:
            return self
        last = replace(change, done=at)
        return replace(self, frame=change.after, under_way=None, last=last)

    def old_sites(self, site: str) -> tuple[str, ...]:
        """The sites that lead to this one, oldest first."""
        return tuple(one for one in self.former if one != site)


def shown_frame(session: Session) -> ShownFrame:
    """What the site of the session's home shows.

    Without a file, older versions wrote the site: each page in the frame that its issue was frozen
    with.
    """
    if (known := read_shown_frame(session.home)) is not None:
        return known
    frames = session.store.site.frames()
    if not frames:
        return ShownFrame(frame=session.frame)
    only = frames[0] if len(frames) == 1 else None
    return ShownFrame(frame=only, former=tuple(dict.fromkeys(one.site for one in frames)))


def read_shown_frame(home: Home) -> ShownFrame | None:
    """What `var/site.json` says; None: there is none, or what is there is none.

    Raises OutboxError where the file cannot be read.
    """
    data = bytes_if_any(home, _path(home), limit=WRITTEN_LIMIT)
    try:
        return None if data is None else from_json(ShownFrame, data)
    except ValueError:  # pydantic's ValidationError is a ValueError
        return None


def is_moving(home: Home) -> bool:
    """Whether a change of the frame was begun, and is not done; quick."""
    shown = read_shown_frame(home)
    return shown is not None and shown.under_way is not None


def write_shown_frame(home: Home, shown: ShownFrame) -> None:
    """Write `var/site.json`, unless it says so already; raises OutboxError."""
    write_atomically(home, _path(home), pretty(to_document(shown)))


def _path(home: Home) -> Path:
    return home.var / _NAME
