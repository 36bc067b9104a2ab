"""The issues in `outbox/new/`, as the sender sees them: by their folders alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  (pydantic reads the annotations of a manifest)
from typing import TYPE_CHECKING

from pydantic import ValidationError

from msnewsletter.disk import outbox
from msnewsletter.disk.atomic import reading_errors
from msnewsletter.errors import OutboxError
from msnewsletter.publisher.delivering.waiting_mailings import WaitingIssue
from msnewsletter.schedule.rule import duration_from
from msnewsletter.serialize import from_json

if TYPE_CHECKING:
    from datetime import timedelta

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFolders:
    """What is in `outbox/new/`, and what is wrong there."""

    issues: tuple[WaitingIssue, ...]
    problems: tuple[OutboxError, ...]


def waiting_folders(home: Home) -> WaitingFolders:
    """The issues in `outbox/new/`; one that cannot be read hides no other."""
    issues: list[WaitingIssue] = []
    problems: list[OutboxError] = []
    for name, _ in outbox.waiting_folders(home):
        if name.isascii() and name.isdigit():
            try:
                issues.append(WaitingIssue(issue=int(name), cutoff=_cutoff(home, name)))
            except OutboxError as problem:
                problems.append(problem)
    return WaitingFolders(issues=tuple(issues), problems=tuple(problems))


def taken_over(home: Home, at: datetime) -> tuple[int, ...]:
    """The issues to be sent that a backup made at `at` (aware) has brought, in order."""
    under_way = {issue for issue in outbox.delivered_here(home) if outbox.is_taken(home, issue)}
    waiting = {one.issue for one in waiting_folders(home).issues if one.cutoff <= at}
    return tuple(sorted(waiting | under_way))


def late_after(settings: Settings) -> timedelta:
    """How old an issue may be that is sent by itself."""
    given = settings.schedule.late_after if settings.schedule else "1 day"
    return duration_from("late_after", given)


@dataclass(frozen=True, slots=True)
class _Cutoff:
    cutoff: datetime


def _cutoff(home: Home, name: str) -> datetime:
    """When an issue in `outbox/new/` was composed, by its manifest."""
    path = home.outbox / "new" / name / outbox.MANIFEST
    try:
        with reading_errors(home):
            return from_json(_Cutoff, path.read_bytes()).cutoff
    except ValidationError:
        problem, remedy = "it is damaged", "restore the folder from a backup"
        raise OutboxError(home.display_path(path), problem, remedy) from None
