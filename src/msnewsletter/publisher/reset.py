"""Reset: a home that starts over, with all that was published archived beside it.

Nothing is deleted: what publishing made is moved, what an editor wrote is copied. Subscribers stay;
only what was sent to them is forgotten, because its numbers begin again. Until the last step a mark
in the home names the archive: nothing else works in the home meanwhile, and another reset goes on
where a crash stopped one.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import (
    disk_errors,
    make_folder,
    sync_disk,
    sync_folder,
)
from msnewsletter.disk.lock import locked
from msnewsletter.errors import RefusedError
from msnewsletter.home import Home
from msnewsletter.publisher.nobody_else import nobody_else
from msnewsletter.publisher.record_files import records_here, takedowns_here
from msnewsletter.publisher.reset_mark import archive_of, begun_archive, mark_reset
from msnewsletter.publisher.subscribing.opened import reading_subscribers, working_subscribers
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from msnewsletter.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """What a reset archives.

    Attributes:
        archive: the folder beside the home, a home itself.
        issues: how many issues have a record.
        subscribers: whether there are any, who stay.
    """

    archive: Path
    issues: int
    subscribers: bool = False


def planned_reset(home: Home, *, at: datetime) -> Reset:
    """What a reset would do at `at` (aware: now); raises what it would. Touches no state."""
    settings = load_settings(home.settings)
    if begun := begun_archive(home):
        issues = len(records_here(home) | records_here(Home(begun)))
        return Reset(archive=begun, issues=issues, subscribers=home.subscribers.exists())
    archive = _free(archive_of(home, at.astimezone(settings.zone).date()))
    _refuse(home, settings, archive.parent)
    issues = len(records_here(home))
    return Reset(archive=archive, issues=issues, subscribers=home.subscribers.exists())


def reset(home: Home, *, at: datetime) -> Reset:
    """Archive what was published, and leave a home without it; safe to repeat after a crash.

    Raises RefusedError where it cannot, BusyError where a process or a clock works in the home.
    """
    planned_reset(home, at=at)  # before a lock makes any file
    with locked(home), nobody_else(home):
        plan = planned_reset(home, at=at)
        mark_reset(home, plan.archive)
        with disk_errors(home):
            make_folder(plan.archive)
            _copy_kept(home, Home(plan.archive), load_settings(home.settings))
            _move_published(home, Home(plan.archive))
            if plan.subscribers:
                _drop_ledger(home)
            sync_disk()
            home.reset.unlink()
            sync_folder(home.root)
    return plan


def _free(archive: Path) -> Path:
    """The archive's folder, or where its name is taken the next one: `…-2`, `…-3`."""
    found, number = archive, 1
    while os.path.lexists(found):
        number += 1
        found = archive.with_name(f"{archive.name}-{number}")
    return found


def _refuse(home: Home, settings: Settings, parent: Path) -> None:
    if settings.newsletter.database == "postgresql":
        raise RefusedError(
            "reset",
            "the issues are in PostgreSQL, which other homes may use",
            "copy newsletter.toml, summaries/ and templates/ to a new folder, and name an empty "
            "database in MSNEWSLETTER_DATABASE_URL there",
        )
    if not (home.database.exists() or home.outbox.exists() or records_here(home)):
        raise RefusedError("reset", "nothing was published from this home", "there is no need")
    down = sorted(key for key, one in takedowns_here(home).items() if one.lifted is None)
    if down:
        raise RefusedError(
            home.display_path(home.takedowns),
            f"the text of {down[0]!r} was taken down, and a reset would publish it again",
            "remove its file from the sources, and end the takedown with --lift",
        )
    _refuse_while_sending(home)
    _refuse_sources(home, settings)
    if not os.access(parent, os.W_OK | os.X_OK):
        raise RefusedError(str(parent), "no folder can be made here", "check its permissions")
    if any(path.stat().st_dev != parent.stat().st_dev for path in _whole(home) if path.exists()):
        raise RefusedError(
            str(home.root),
            "it is on another disk than the folder beside it",
            "copy newsletter.toml, summaries/ and templates/ to a new folder, and publish there",
        )


def _refuse_while_sending(home: Home) -> None:
    """Refuse while an issue goes out: its number would mean another one."""
    with reading_subscribers(home) as store:
        sending = store.open_mailings()
    if sending:
        raise RefusedError(
            "reset",
            f"issue {sending[0]} is being sent to subscribers",
            "let 'msnewsletter deliver' finish it, or decide with 'resolve', and run again",
        )


def _drop_ledger(home: Home) -> None:
    with working_subscribers(home) as store:
        store.drop_ledger()


def _refuse_sources(home: Home, settings: Settings) -> None:
    """Refuse what could not be copied: a source among what moves, or what cannot be read."""
    moved = [path.resolve() for path in (home.outbox, home.records, home.var)]
    for source in settings.folders:
        path = (home.root / source.path).resolve()
        for one in moved:
            if one.is_relative_to(path) or path.is_relative_to(one):
                raise RefusedError(
                    f"the source {source.path}",
                    f"{one.name}/, which a reset moves away, and the summaries lie in each other",
                    "move the summaries to a folder of their own, and name it in newsletter.toml",
                )
    for path in _kept(home, settings):
        for one in _with_all_below(path):
            needed = os.R_OK | os.X_OK if one.is_dir() else os.R_OK
            if _is_copied(one) and not os.access(one, needed):
                shown = home.display_path(one)
                raise RefusedError(shown, "cannot be read", "check its permissions")


def _whole(home: Home) -> tuple[Path, ...]:
    return (home.root, home.outbox, home.records, home.var)


def _copy_kept(home: Home, archive: Home, settings: Settings) -> None:
    """Copy what an editor wrote: it stays, and the archive is a whole home."""
    for path in _kept(home, settings):
        for one in _with_all_below(path):
            target = archive.root / one.relative_to(home.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            if one.is_dir() and (one == path or not one.is_symlink()):
                target.mkdir(exist_ok=True)
            elif _is_copied(one):
                target.unlink(missing_ok=True)  # of a reset that was interrupted
                shutil.copy2(one, target, follow_symlinks=one == path)


def _kept(home: Home, settings: Settings) -> Iterator[Path]:
    """The files and folders at the top of what an editor wrote."""
    for path in (home.settings, home.glossary, home.templates, home.next_issue):
        if path.exists():
            yield path
    if (home.records / "README.md").exists():
        yield home.records / "README.md"
    for source in settings.folders:
        path = Path(os.path.normpath(home.root / source.path))
        # A source elsewhere is not this home's.
        ours = path.is_relative_to(home.root)
        if ours and path.exists() and path.resolve().is_relative_to(home.root.resolve()):
            yield path


def _with_all_below(path: Path) -> Iterator[Path]:
    """A file or folder, and all that is in it; each folder before what it holds."""
    yield path
    if path.is_dir():
        for folder, folders, files in os.walk(path):
            yield from (Path(folder) / name for name in sorted([*folders, *files]))


def _is_copied(path: Path) -> bool:
    """Whether it is a file, folder or link: nothing can be read from a pipe that nobody writes."""
    return path.is_symlink() or path.is_file() or path.is_dir()


def _move_published(home: Home, archive: Home) -> None:
    """Move the outbox, then the records, and what is in `var/` last: database and lock."""
    archive.records.mkdir(parents=True, exist_ok=True)
    archive.var.mkdir(exist_ok=True)
    records = [home.record(number) for number in sorted(records_here(home))]
    for path in (home.outbox, *records, home.takedowns, *_of_var(home)):
        target = archive.root / path.relative_to(home.root)
        # After a crash `var/` has the locks of this run once more.
        if path.exists() and not target.exists():
            path.rename(target)
    with suppress(OSError):  # locks or subscribers are in it
        home.var.rmdir()


def _of_var(home: Home) -> list[Path]:
    """What is in `var/`, but for the subscribers: a door that has them open goes on with them."""
    own = tuple(f"{home.subscribers.name}{suffix}" for suffix in ("", "-wal", "-shm", "-journal"))
    found = home.var.iterdir() if home.var.is_dir() else ()
    return sorted(path for path in found if path.name not in own)
