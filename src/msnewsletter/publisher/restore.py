"""Restore: a new home from a backup, whole or not at all; and what it must not be mistaken for.

Everything is unpacked into a folder of its own inside the new home and checked there. The settings
come last: a folder without them is no home.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003  (pydantic reads the annotations of RestoredFrom)
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import disk_errors, sync_folder, write_atomically, write_synced
from msnewsletter.disk.backup_file import UNPACKING, open_backup
from msnewsletter.disk.private_file import target_errors
from msnewsletter.disk.state_file import read_state
from msnewsletter.errors import OutboxError, RefusedError
from msnewsletter.home import SETTINGS_NAME, Home
from msnewsletter.publisher.home_state import HomeState, home_state
from msnewsletter.publisher.record_files import records_here
from msnewsletter.publisher.session import SummedProgress, no_progress_shown
from msnewsletter.publisher.subscribing.opened import reading_subscribers
from msnewsletter.regular_file import is_there
from msnewsletter.serialize import pretty, to_document
from msnewsletter.settings import Settings, load_settings
from msnewsletter.store import NEWEST_TABLES
from msnewsletter.store.subscribers import NEWEST_SUBSCRIBERS
from msnewsletter.subscribers.subscriber import SubscriberState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.disk.backup_file import BackupManifest
    from msnewsletter.publisher.session import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoredFrom:
    """Where a home came from.

    Attributes:
        at: when its backup was made, aware.
        last_issue: its newest issue then.
        undecided: nobody has said yet that it may mail its subscribers again.
    """

    at: datetime
    last_issue: int | None = None
    undecided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A restored home.

    Attributes:
        manifest: what its backup says of itself.
        settings: those of the home.
        state: where it stands.
        confirmed: how many subscribers get mail; None: the backup has none of any kind.
    """

    manifest: BackupManifest
    settings: Settings
    state: HomeState
    confirmed: int | None = None


def restore(file: Path, home: Home, *, progress: Progress = no_progress_shown) -> Restored:
    """Make a home from a backup.

    Args:
        file: the backup.
        home: a folder that is empty or not there yet.
        progress: called with how many bytes of it are unpacked.

    Raises RefusedError for a file that is no whole backup, or a folder with something in it;
    OutboxError where the disk does not take it; any NewsletterError for what this program cannot
    read. Nothing is left then.
    """
    _refuse_filled(home)
    with (
        open_backup(
            file, newest_tables=NEWEST_TABLES, newest_subscribers=NEWEST_SUBSCRIBERS
        ) as found,
        _unpacking_in(home) as folder,
    ):
        staged = Home(folder)
        _make_folders(staged)
        found.unpack(folder, unpacked=SummedProgress(progress, whole=found.size))
        settings = load_settings(staged.settings)
        state = home_state(staged, settings)
        confirmed = _confirmed(staged) if found.manifest.subscriber_tables else None
        mails = confirmed is not None or bool(state.waiting or state.interrupted)
        _note_origin(staged, found.manifest, undecided=mails)
        # All of it at once: a wait for the disk after each of 50,000 files takes minutes.
        os.sync()
        _move_up(folder, home.root)
    return Restored(manifest=found.manifest, settings=settings, state=state, confirmed=confirmed)


def _confirmed(home: Home) -> int:
    """How many subscribers get mail; raises StoreError where their database is broken."""
    with reading_subscribers(home) as store:
        store.examine()
        counts = store.count_subscribers()
    return sum(
        number for (state, _), number in counts.items() if state is SubscriberState.CONFIRMED
    )


def restored_from(home: Home) -> RestoredFrom | None:
    """Where a home came from, until it has a newer issue than its backup had; None otherwise."""
    found = read_state(home, _origin(home), RestoredFrom)
    if found is None:
        return None
    newest = max(records_here(home), default=0)
    return found if newest <= (found.last_issue or 0) else None


def undecided_restore(home: Home) -> RestoredFrom | None:
    """Where a home came from that nobody lets mail its subscribers yet; None: it may.

    Raises OutboxError where the file that says so is damaged: nobody can tell.
    """
    path = _origin(home)
    found = read_state(home, path, RestoredFrom)
    if found is None and is_there(path):
        problem = "is damaged, and says whether this restored home may mail its subscribers"
        remedy = "run 'msnewsletter resolve --restored' once who left is taken out"
        raise OutboxError(home.display_path(path), problem, remedy)
    return found if found and found.undecided else None


def decide_restored(home: Home) -> None:
    """Let a restored home mail its subscribers; raises RefusedError where nobody is to say it."""
    try:
        found = undecided_restore(home)
    except OutboxError:
        with disk_errors(home):
            _origin(home).unlink()
        return
    if found is None:
        raise RefusedError("this home", "nothing is to be decided of a restore", "go on")
    write_atomically(home, _origin(home), pretty(to_document(replace(found, undecided=False))))


def _origin(home: Home) -> Path:
    return home.var / "restored.json"


def _make_folders(home: Home) -> None:
    """Make the folders of a home at work: an issue may wait to be moved from tmp/ to new/."""
    for folder in (home.var, home.outbox / "tmp", home.outbox / "new"):
        folder.mkdir(parents=True)


def _note_origin(home: Home, manifest: BackupManifest, *, undecided: bool) -> None:
    origin = RestoredFrom(at=manifest.at, last_issue=manifest.last_issue, undecided=undecided)
    write_synced(_origin(home), pretty(to_document(origin)))


def _refuse_filled(home: Home) -> None:
    try:
        names = os.listdir(home.root)  # noqa: PTH208  (its names are enough)
    except FileNotFoundError:
        return
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
        raise RefusedError(str(home.root), problem, "name a new or empty folder") from None
    if UNPACKING in names and SETTINGS_NAME not in names:
        problem = "an interrupted restore left an unfinished home there"
        raise RefusedError(str(home.root), problem, "remove that folder and run again")
    if names:
        problem = "there is something in it already"
        raise RefusedError(str(home.root), problem, "name a new or empty folder")


@contextmanager
def _unpacking_in(home: Home) -> Iterator[Path]:
    """The folder to unpack into; where that fails, the new home is as it was before."""
    there = home.root.is_dir()
    folder = home.root / UNPACKING
    try:
        with target_errors(home.root):
            folder.mkdir(parents=True)
            yield folder
            folder.rmdir()
            sync_folder(home.root)
    except BaseException:
        with suppress(OSError):
            _empty(home.root)
            if not there:
                home.root.rmdir()
        raise


def _empty(folder: Path) -> None:
    """Remove all that came into a folder that was empty; the settings first."""
    (folder / SETTINGS_NAME).unlink(missing_ok=True)
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _move_up(folder: Path, root: Path) -> None:
    """Move what was unpacked into the home, the settings last."""
    names = sorted(path.name for path in folder.iterdir())
    for name in (*(name for name in names if name != SETTINGS_NAME), SETTINGS_NAME):
        (folder / name).rename(root / name)
    sync_folder(root)
