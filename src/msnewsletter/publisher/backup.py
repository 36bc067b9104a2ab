"""Backup: one file with all of a home that cannot be made again, consistent while it is in use.

The home's lock is held meanwhile, so database, outbox and records are those of one moment between
two steps of publishing: at worst those that a crash would leave, which recovery finishes.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.disk.backup_file import (
    DATABASE_NAME,
    FORMAT,
    SUBSCRIBERS_NAME,
    BackupManifest,
    BackupWriter,
    name_fault,
    open_backup,
    same_names,
)
from msnewsletter.disk.lock import locked
from msnewsletter.disk.private_file import (
    new_private_file,
    refuse_taken,
    target_errors,
    temporary_names,
)
from msnewsletter.errors import NewsletterError, RefusedError
from msnewsletter.publisher.backup_contents import BackupContents, open_file
from msnewsletter.publisher.home_state import HomeState, home_state
from msnewsletter.publisher.session import SummedProgress, no_progress_shown
from msnewsletter.settings import load_settings
from msnewsletter.store import NEWEST_TABLES, copy_database, location_of
from msnewsletter.store.subscribers import NEWEST_SUBSCRIBERS, subscribers_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.session import Progress
    from msnewsletter.settings import Settings

# An issue of ordinary size is out within seconds, and the largest in a minute.
_WAIT = 120
_POSTGRESQL = (
    "the PostgreSQL database, which has the subscribers too: back up both of its schemas, "
    "'pg_dump --schema=public --schema=subscribers' (issues/ can fill a new one, but with no "
    "subscriber)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """What is in the file now, and where the home stood then."""

    manifest: BackupManifest
    state: HomeState


def backup(
    home: Home,
    target: Path,
    *,
    at: datetime,
    replace: bool = False,
    wait: float = _WAIT,
    progress: Progress = no_progress_shown,
) -> BackedUp:
    """Write a home's backup.

    Args:
        home: the newsletter's home.
        target: the file to write, absolute; whole or not at all, mode 0600.
        at: now, aware UTC.
        replace: whether it may take the place of an earlier backup.
        wait: for how many seconds to wait while another process is at work.
        progress: called with how many bytes are in it.

    Raises RefusedError where a file of the home cannot be read or the target is taken; any
    NewsletterError.
    """
    settings = load_settings(home.settings)
    _refuse_while_reset(home)
    _refuse_target(target, replace=replace)
    with (
        _home_stays(home) as require_home,
        locked(home, wait=wait),
        _databases(home, settings, target) as databases,
    ):
        _refuse_while_reset(home)
        state = home_state(home, settings)
        contents = BackupContents(home, settings, without=_ours(target))
        files = contents.files | databases.files
        _refuse_names(files)
        with new_private_file(target, replace=replace) as file, BackupWriter(file) as writer:
            added = SummedProgress(progress, whole=_bytes_of(files.values()))
            for name, path in sorted(files.items()):
                _add(writer, name, path, target, added)
            require_home()
            manifest = BackupManifest(
                format=FORMAT,
                newsletter=settings.newsletter.id,
                at=at,
                last_issue=state.last_issue,
                tables=databases.tables.get(DATABASE_NAME),
                subscriber_tables=databases.tables.get(SUBSCRIBERS_NAME),
                folders=tuple(contents.folders),
                left_out=(*databases.left_out, *contents.left_out),
                members=tuple(writer.members),
            )
            with target_errors(target):
                writer.finish(manifest)
    return BackedUp(manifest=manifest, state=state)


def _refuse_while_reset(home: Home) -> None:
    if os.path.lexists(home.reset):
        raise RefusedError(
            home.display_path(home.reset),
            "a reset was interrupted, and part of the home is in its archive already",
            "run 'msnewsletter reset --yes' again, and then the backup",
        )


def _refuse_target(target: Path, *, replace: bool) -> None:
    """Refuse to write over anything but an earlier backup, and over that unless it is asked for."""
    if not os.path.lexists(target):
        return
    if not replace:
        raise refuse_taken(target)
    try:
        newest, subscribers = NEWEST_TABLES, NEWEST_SUBSCRIBERS
        with open_backup(target, newest_tables=newest, newest_subscribers=subscribers):
            return
    except RefusedError as error:
        problem = f"is no earlier backup, so --force leaves it alone ({error.problem})"
        raise RefusedError(str(target), problem, "name another file") from None


def _ours(target: Path) -> frozenset[str]:
    return frozenset(map(str, (target, *temporary_names(target))))


@contextmanager
def _home_stays(home: Home) -> Iterator[Callable[[], None]]:
    """Say it in one line where the home is renamed or removed meanwhile, also when asked."""
    before = home.root.stat()

    def require_home() -> None:
        if not home.root.is_dir() or not os.path.samestat(before, home.root.stat()):
            problem = "was renamed or removed during the backup"
            remedy = "nothing was written: run again with its new name"
            raise RefusedError(str(home.root), problem, remedy)

    try:
        yield require_home
    except NewsletterError:
        require_home()  # the better reason
        raise


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copies:
    """Copies of the databases.

    `files`: where each is, by its name in the backup; `tables`: their revisions; `left_out`: what
    was not copied, and what to do about it.
    """

    files: dict[str, Path]
    tables: dict[str, str]
    left_out: tuple[str, ...] = ()


@contextmanager
def _databases(home: Home, settings: Settings, target: Path) -> Iterator[_Copies]:
    """Copies of the home's databases beside the target, removed at the end."""
    if settings.newsletter.database != "sqlite":
        yield _Copies(files={}, tables={}, left_out=(_POSTGRESQL,))
        return
    _, own, subscribers = temporary_names(target)
    copies = _Copies(files={}, tables={})
    try:
        with target_errors(target):
            for name, location, path in (
                (DATABASE_NAME, location_of(home, settings), own),
                (SUBSCRIBERS_NAME, subscribers_at(home, settings), subscribers),
            ):
                path.unlink(missing_ok=True)
                if tables := copy_database(location, path):
                    copies.files[name], copies.tables[name] = path, tables
        yield copies
    finally:
        with suppress(OSError):
            own.unlink(missing_ok=True)
        with suppress(OSError):
            subscribers.unlink(missing_ok=True)


def _refuse_names(names: dict[str, Path]) -> None:
    """Refuse names that could not be restored everywhere."""
    for name in names:
        if fault := name_fault(name):
            raise RefusedError(name, f"it {fault}", "rename it and run again")
    if twice := same_names(names):
        problem = f"has the name of {twice[0]} apart from capital letters or accents"
        raise RefusedError(twice[1], problem, "rename one of the two and run again")


def _bytes_of(paths: Iterable[Path]) -> int:
    """How many bytes these files have; one that is gone by now has none."""
    total = 0
    for path in paths:
        with suppress(OSError):
            total += path.stat().st_size
    return total


def _add(writer: BackupWriter, name: str, path: Path, target: Path, added: SummedProgress) -> None:
    try:
        handle = open_file(path, name)
    except FileNotFoundError:
        if path.parent.is_dir():
            return  # removed since it was listed
        folder = name.rpartition("/")[0] or "the home"
        raise RefusedError(folder, "was renamed or removed", "run the backup again") from None
    with os.fdopen(handle, "rb") as file:
        before = os.fstat(handle)
        with target_errors(target):
            read = writer.add(name, file, size=before.st_size, added=added)
        after = os.fstat(handle)
    if (read, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise RefusedError(name, "was changed while it was read", "run again when it is saved")
