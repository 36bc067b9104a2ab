"""Resolve a wrong clock: what it dated to a moment to come counts as of now.

The one place where a record is rewritten on purpose; the old one stays beside it. Each step may be
repeated: until the database has the new moments, the next call does all of it again, and from then
on recovery finishes what is left.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msnewsletter.disk import outbox
from msnewsletter.disk.atomic import disk_errors, sync_disk, sync_folder
from msnewsletter.errors import RefusedError
from msnewsletter.home import issue_name
from msnewsletter.issue.redated import Redating, redated, redatings
from msnewsletter.publisher.record_files import (
    has_record,
    keep_record,
    load_record_of,
    records_here,
    write_takedowns,
)
from msnewsletter.publisher.recovery import recover
from msnewsletter.publisher.removed_texts import without_removed_texts
from msnewsletter.publisher.schedule_state import FIRST_LOOK
from msnewsletter.publisher.session import Reached, Step, no_step_watched, working
from msnewsletter.render.mail.issue_folder import IssueFolder, render_folder
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.model import Issue
    from msnewsletter.publisher.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class RedatedIssue:
    """An issue that counts as of now.

    Attributes:
        number: its.
        before, cutoff: its cutoff as it was and as it is, aware UTC.
        rendered_again: its mail still waited in the outbox, and has the new date.
        kept: the old record; None: this home had none.
    """

    number: int
    before: datetime
    cutoff: datetime
    rendered_again: bool
    kept: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedClock:
    """What a wrong clock had left; `freed`: the slots that are free again, oldest first."""

    issues: tuple[RedatedIssue, ...]
    freed: tuple[str, ...]


def resolve_clock(home: Home, *, at: datetime, reached: Reached = no_step_watched) -> ResolvedClock:
    """Let what lies after `at` (aware: now) count as of now; readers get nothing twice.

    Raises RefusedError where nothing lies after now, any NewsletterError.
    """
    with working(home, at=at, reached=reached) as session:
        _ = session.templates  # read before anything is changed
        behind = _records_behind(session)
        for number in reversed(behind):
            _keep_record(home, number)
        if behind:
            began = min(session.store.issue(number).cutoff for number in behind)
            _date_back(home, _dated_after(home, at), began)
        recover(session)
        numbers, freed = session.store.issues_after(at), session.store.slots_after(at)
        dated = _dated_after(home, at)
        if not (numbers or freed or behind or dated or session.store.noted_after(at)):
            raise RefusedError(
                "the clock", "nothing here is dated later than now", "there is nothing to resolve"
            )
        new = redatings(numbers, now=at, zone=session.settings.zone)
        _require_room(session, new)
        _date_back(home, dated, min([one.cutoff for one in new.values()], default=at))
        done = _redate(session, new)
        recover(session).require_site()
        for number in (*behind, *numbers):
            keep_record(home, session.store, number)
        free = {one.slot for one in new.values()}
        return ResolvedClock(issues=done, freed=tuple(one for one in freed if one not in free))


def _dated_after(home: Home, moment: datetime) -> tuple[Path, ...]:
    """The site's files that are dated later than `moment` (aware)."""
    with disk_errors(home):
        return tuple(
            Path(folder) / name
            for folder, _, names in os.walk(home.site)
            for name in names
            if (Path(folder) / name).lstat().st_mtime > moment.timestamp()
        )


def _date_back(home: Home, files: Sequence[Path], moment: datetime) -> None:
    """Date files of the site a second before `moment` (aware), when all of it is written anew.

    A file that is written gets a time after that of the one in its place. What stays as it is
    keeps this one, which comes after all earlier versions.
    """
    seconds = int(moment.timestamp()) - 1
    with disk_errors(home):
        for path in files:
            os.utime(path, (seconds, seconds), follow_symlinks=False)
    if files:
        sync_disk()


def _redate(session: Session, new: Mapping[int, Redating]) -> tuple[RedatedIssue, ...]:
    """Redate the issues on the disk and in the database; recovery does the rest."""
    home, store = session.home, session.store
    old = {number: store.issue(number) for number in new}
    issues = {number: redated(issue, new) for number, issue in old.items()}
    folders = _withdraw(session, old, _rendered(session, issues))
    # The newest first: a record that is missing in between would stop everything.
    kept = {number: _keep_record(home, number) for number in sorted(new, reverse=True)}
    session.reached(Step.RECORDED)
    for number, folder in folders.items():
        outbox.write_issue(home, number, folder.files, folder.manifest)
    session.reached(Step.WRITTEN)
    if folders:
        session.release_claim.take(at=session.now)
    store.redate(
        issues,
        new,
        manifests={number: folder.manifest.decode() for number, folder in folders.items()},
        watched_since=session.now - FIRST_LOOK,
        now=session.now,
        zone=session.settings.zone,
    )
    session.reached(Step.PUBLISHING)
    if known := store.takedowns():
        write_takedowns(home, known)
    return tuple(
        RedatedIssue(
            number=number,
            before=issue.cutoff,
            cutoff=new[number].cutoff,
            rendered_again=number in folders,
            kept=kept[number],
        )
        for number, issue in old.items()
    )


def _rendered(session: Session, issues: Mapping[int, Issue]) -> dict[int, IssueFolder]:
    """The folders of the issues: what fails, fails before anything is changed."""
    takedowns = session.store.takedowns()
    return {
        number: render_folder(without_removed_texts(issue, takedowns), session.templates)
        for number, issue in issues.items()
    }


def _withdraw(
    session: Session, old: Mapping[int, Issue], folders: Mapping[int, IssueFolder]
) -> dict[int, IssueFolder]:
    """Those of the folders that take the place of one that no sender has taken.

    From the rename on no sender can take the old one, so that no reader gets both.
    """
    return {
        number: folder
        for number, folder in folders.items()
        if outbox.withdraw_issue(session.home, number, as_of=old[number].cutoff)
    }


def _records_behind(session: Session) -> tuple[int, ...]:
    """The records here that are dated later than now, though the database is not.

    So they are in a home when another one, on the same database, has resolved the clock.
    """
    home, store = session.home, session.store
    found: list[int] = []
    last = store.last_issue()
    known = range(1, last.number + 1 if last else 1)
    for number in sorted(records_here(home) & set(known), reverse=True):
        issue = load_record_of(home, number).issue
        if issue.cutoff <= session.now:
            break
        if store.issue(number).cutoff <= session.now:
            found.append(number)
    return tuple(sorted(found))


def _keep_record(home: Home, number: int) -> Path | None:
    """Move a record aside, under a name that no program reads; None: there is none."""
    path = home.record(number)
    if not has_record(home, number):
        return None
    kept = path.with_name(f"{path.name}.dated-{load_record_of(home, number).issue.cutoff:%Y-%m-%d}")
    with disk_errors(home):
        path.rename(kept)
        sync_folder(path.parent)
    return kept


def _require_room(session: Session, new: Mapping[int, Redating]) -> None:
    """Raises RefusedError where the new moments would not come after all earlier ones."""
    last = session.store.last_before(session.now)
    if new and last and min(one.cutoff for one in new.values()) <= last:
        when = local_time(last, session.settings.zone)
        raise RefusedError(
            f"issue {issue_name(min(new))}",
            f"there is no second left for it after the last slot ({when})",
            "run it again in a minute",
        )
