"""A session: a home that is ours alone, with all that publishing reads of it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.publisher.collect import Collected, collect
from msnewsletter.publisher.due import TOO_LATE
from msnewsletter.publisher.opening import store_at_work
from msnewsletter.publisher.readiness import require_ready
from msnewsletter.publisher.recovery import recover
from msnewsletter.publisher.release import Reached, Step, release
from msnewsletter.publisher.results import Published
from msnewsletter.publisher.review import ReviewedDraft, refuse_another, review
from msnewsletter.publisher.site.write import write_site
from msnewsletter.publisher.templates import load_templates
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.publisher.due import Trigger
    from msnewsletter.settings import Settings
    from msnewsletter.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A home that is ours alone, recovered; `at` is now, `touched` the file system's now in ns."""

    home: Home
    settings: Settings
    store: Store
    templates: Mapping[str, str]
    at: datetime
    touched: int
    recovered: tuple[int, ...]
    reached: Reached

    def collect(self) -> Collected:
        """Read the sources into the store."""
        return collect(self.home, self.settings, self.store, now=self.at, touched=self.touched)

    def publish(
        self, occasion: Trigger, *, late: bool = False, content: str | None = None
    ) -> Published:
        """Publish for an occasion, unless the issue waits for a person; nothing is fixed then."""
        collected = self.collect()
        self.reached(Step.COLLECTED)
        reviewed = review(
            self.settings, self.store, collected, self.templates, occasion=occasion, at=self.at
        )
        refuse_another(reviewed.draft.issue, self.templates, content=content)
        done = Published(
            occasion=occasion,
            draft=reviewed.draft,
            collected=collected,
            recovered=self.recovered,
            waits=TOO_LATE if late and reviewed.draft.issue else reviewed.waiting_reason,
            late=late,
        )
        if not done.waits:
            self._bring_out(reviewed, occasion)
        # Texts edited after they were sent show on the site even when no issue comes out.
        write_site(self.home, self.store, [], self.templates, reached=self.reached)
        return done

    def _bring_out(self, reviewed: ReviewedDraft, occasion: Trigger) -> None:
        issue = reviewed.draft.issue
        if issue:
            require_ready(self.home, issue, self.templates)
        self.store.select(
            reviewed.draft,
            slot=occasion.name,
            instant=occasion.instant,
            coalesce=occasion.coalesce,
            approval=reviewed.approval,
        )
        self.reached(Step.SELECTED)
        if issue:
            number, home, store = issue.number, self.home, self.store
            release(home, store, number, self.templates, reached=self.reached)
            write_site(home, store, [number], self.templates, reached=self.reached)


@contextmanager
def at_work(home: Home, *, at: datetime, reached: Reached) -> Iterator[Session]:
    """Lock the home, finish what a crash left, and sit down at the desk."""
    settings = load_settings(home.settings)
    templates = load_templates(home)
    with store_at_work(home, settings) as (store, touched):
        reached(Step.LOCKED)
        recovered = tuple(recover(home, store, templates, reached=reached))
        reached(Step.RECOVERED)
        yield Session(
            home=home,
            settings=settings,
            store=store,
            templates=templates,
            at=at,
            touched=touched,
            recovered=recovered,
            reached=reached,
        )
