"""Whether the site has to be pushed, `var/push.json`: noted before a file of the site is written.

Asks no store: pushing is push.py's.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msnewsletter.disk.state_file import change_state, read_state
from msnewsletter.errors import OutboxError
from msnewsletter.serialize import Count, Moment  # noqa: TC001  (pydantic reads the annotations)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings

_NAME = "push.json"
# A push may take that long; then a person should know.
UNPUSHED: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class PushState:
    """What is to be pushed, and how the last push went.

    Attributes:
        home: names this home among those that push to one store; empty: it never did.
        target: where `through` pushes went.
        changes: how often the site was written.
        pushed: how many of these are at the target.
        since: the first change that is not, aware UTC; None: all are.
        through: when all was there last, aware UTC.
        failing_since, says: the first failure since then, aware UTC, and the last one's line.
    """

    home: str = ""
    target: str = ""
    changes: Count = 0
    pushed: Count = 0
    since: Moment | None = None
    through: Moment | None = None
    failing_since: Moment | None = None
    says: str = ""

    @property
    def changed(self) -> bool:
        """Whether the site was written since it was last pushed whole."""
        return self.changes != self.pushed

    def waits_for(self, target: str) -> bool:
        """Whether the site, or a part of it, is still to be pushed there."""
        return self.changed or self.target != target

    def written(self, *, at: datetime) -> PushState:
        """With a file of the site about to be written."""
        return replace(self, changes=self.changes + 1, since=self.since or at)

    def after_push(self, target: str, *, changes: int, at: datetime) -> PushState:
        """With all there that so many changes had made."""
        since = self.since if self.changes != changes else None
        done = replace(self, target=target, pushed=changes, through=at, since=since)
        return replace(done, failing_since=None, says="")

    def after_failure(self, says: str, *, at: datetime) -> PushState:
        """With a push that failed for this reason."""
        return replace(self, failing_since=self.failing_since or at, says=says)


def push_target(settings: Settings) -> str | None:
    """Where this home pushes its site; None: nowhere."""
    return None if settings.newsletter.sandbox or settings.site is None else settings.site.push


def read_push_state(home: Home) -> PushState:
    """The state; a new one where there is none, or where its file cannot be read."""
    return read_state(home, home.var / _NAME, PushState) or PushState()


def change_push_state(home: Home, change: Callable[[PushState], PushState]) -> PushState:
    """Put what `change` makes of the state in its place, durably; returns it. Raises OutboxError.

    A home that has no name yet gets one.
    """

    def named(state: PushState) -> PushState:
        made = change(state)
        return made if made.home else replace(made, home=secrets.token_hex(8))

    return change_state(home, home.var / _NAME, lambda: read_push_state(home), named)[1]


def site_waits(home: Home, settings: Settings) -> bool:
    """Whether readers at the place of `site.push` do not have all of the site yet."""
    target = push_target(settings)
    return target is not None and read_push_state(home).waits_for(target)


def note_site_written(home: Home, settings: Settings, *, at: datetime) -> None:
    """Note that a file of the site is about to be written (`at`: now, aware)."""
    if push_target(settings) is None:
        return
    # What cannot be kept is said by the check of the home: no page waits for it.
    with suppress(OutboxError):
        change_push_state(home, lambda state: state.written(at=at))
