"""A session: one home at one moment; its settings, templates, glossary and store are read once.

A looking session changes nothing. A working session locks home and database.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import reading_errors
from msnewsletter.disk.lock import locked
from msnewsletter.publisher.home_theme import home_theme
from msnewsletter.publisher.opening import reading_store
from msnewsletter.publisher.release_claim import release_claim_of
from msnewsletter.publisher.reset_mark import refuse_reset_under_way
from msnewsletter.publisher.templates import load_templates
from msnewsletter.settings import load_settings
from msnewsletter.sources.glossary_file import read_glossary
from msnewsletter.store import location_of, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.model import SiteFrame
    from msnewsletter.publisher.release_claim import ReleaseClaim
    from msnewsletter.publisher.settling import MachineClock
    from msnewsletter.settings import Settings
    from msnewsletter.sources.glossary_file import GlossaryReading
    from msnewsletter.store import Store
    from msnewsletter.theme.newsletter_theme import Theme


class Step(StrEnum):
    """The steps of publishing; tests kill it after each of them."""

    LOCKED = "locked"
    RECOVERED = "recovered"
    COLLECTED = "collected"
    SELECTED = "selected"  # T1
    WRITTEN = "written"  # outbox/tmp
    LAID = "laid"  # the site's new files
    PUBLISHING = "publishing"  # T2
    RECORDED = "recorded"  # issues/NNNN.json
    RELEASED = "released"  # outbox/new
    PUBLISHED = "published"  # T3
    PAGES = "pages"  # the site's pages that were there before
    FEEDS = "feeds"
    COMPLETE = "complete"


Reached = Callable[[Step], None]


def no_step_watched(step: Step) -> None:
    """The default for `reached`: does nothing."""
    del step


# Called with what is done and with the whole of a long work, both in its own unit.
Progress = Callable[[int, int], None]


def no_progress_shown(done: int, whole: int) -> None:
    """The default for `progress`: does nothing."""
    del done, whole


class SummedProgress:
    """What some called with parts that are done now make a Progress of."""

    def __init__(self, progress: Progress, *, whole: int) -> None:
        self._progress, self._whole, self._done = progress, whole, 0

    def __call__(self, part: int) -> None:
        """Count a part."""
        self._done += part
        self._progress(self._done, self._whole)


@dataclass(frozen=True, kw_only=True, eq=False)
class Session:
    """One home at one moment.

    Attributes:
        home: the newsletter's home.
        settings: as they were when the session began.
        store: open.
        now: aware.
        touched: the file system's time when the home was locked, in ns; 0: it is not locked.
        reached: called after every step of publishing, for tests that stop there.
        machine: the machine's clock, by which files that are being written wait; None: none do.
        progress: called while all pages of the site are made anew.
    """

    home: Home
    settings: Settings
    store: Store
    now: datetime
    touched: int = 0
    reached: Reached = no_step_watched
    machine: MachineClock | None = None
    progress: Progress = no_progress_shown

    @cached_property
    def frame(self) -> SiteFrame:
        """The frame of the site as the settings have it today."""
        return replace(self.settings.masthead().frame, theme=self.theme.digest)

    @cached_property
    def theme(self) -> Theme:
        """The theme in force; raises TemplateError for a logo that cannot be used."""
        return home_theme(self.home, self.settings)

    @property
    def is_working(self) -> bool:
        """Whether it has home and database to itself."""
        return self.touched != 0

    @cached_property
    def release_claim(self) -> ReleaseClaim:
        """The claim on what is being released."""
        return release_claim_of(self.home, self.store)

    @cached_property
    def templates(self) -> Mapping[str, str]:
        """The templates in force; raises TemplateError."""
        return load_templates(self.home, self.theme)

    @cached_property
    def glossary(self) -> GlossaryReading:
        """The glossary, and what is wrong with its file."""
        return read_glossary(self.home)

    def with_store(self, store: Store) -> Session:
        """This session on another store, with the templates and the glossary that it has read."""
        session = replace(self, store=store)
        vars(session).update(templates=self.templates, glossary=self.glossary)
        return session


@contextmanager
def looking(home: Home, *, at: datetime, machine: MachineClock | None = None) -> Iterator[Session]:
    """A session that changes nothing: another process may be at work meanwhile."""
    settings = load_settings(home.settings)
    with reading_errors(home), reading_store(home, settings) as store:
        machine = None if settings.newsletter.sandbox else machine
        store.keep()
        yield Session(home=home, settings=settings, store=store, now=at, machine=machine)


@contextmanager
def working(
    home: Home,
    *,
    at: datetime,
    reached: Reached = no_step_watched,
    machine: MachineClock | None = None,
    progress: Progress = no_progress_shown,
) -> Iterator[Session]:
    """A session that locks home and database.

    Raises BusyError when another process is at work in this home or on this database, RefusedError
    where a reset is not done.
    """
    settings = load_settings(home.settings)
    location = location_of(home, settings)
    with (
        reading_errors(home),
        locked(home) as touched,
        _no_reset_under_way(home),
        open_store(location) as store,
    ):
        store.lock()
        yield Session(
            home=home,
            settings=settings,
            store=store,
            now=at,
            touched=touched,
            reached=reached,
            machine=None if settings.newsletter.sandbox else machine,
            progress=progress,
        )


@contextmanager
def _no_reset_under_way(home: Home) -> Iterator[None]:
    refuse_reset_under_way(home)
    yield
