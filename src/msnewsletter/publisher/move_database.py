"""Move a newsletter from its SQLite files to PostgreSQL: copied, compared, then switched, once.

Nobody publishes, sends, fetches or answers at the door meanwhile. Killed at any moment, the next
run goes on; until it has, the target is closed to every program, and the files are what counts:

    copy, compare   the target is marked and grows; the files are as they were
    keep            the files are copied to var/before-postgresql/
    empty           they hold no row any more, and say where the rows are
    open            the target's mark goes: from now on it counts

A run that finds files that were emptied and a target that is not open puts them back first.
"""

from __future__ import annotations

import platform
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import disk_errors, make_folder, reading_errors, sync_folder
from msnewsletter.disk.lock import locked
from msnewsletter.errors import RefusedError
from msnewsletter.publisher.home_state import home_state
from msnewsletter.publisher.nobody_else import nobody_else
from msnewsletter.publisher.reset_mark import refuse_reset_under_way
from msnewsletter.publisher.session import SummedProgress, no_progress_shown
from msnewsletter.settings import load_settings
from msnewsletter.store import location_of
from msnewsletter.store.location import target_of_copy
from msnewsletter.store.subscribers import subscribers_at
from msnewsletter.store.transfer import fill_target, held_file, locked_target, moved_to_from

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from msnewsletter.home import Home
    from msnewsletter.publisher.session import Progress
    from msnewsletter.settings import Settings
    from msnewsletter.store import DatabaseLocation
    from msnewsletter.store.transfer import CopyTarget, HeldFile


class MoveStep(StrEnum):
    """The steps of a move; tests kill it after each of them."""

    MARKED = "marked"
    COPIED = "copied"  # some rows more; many times
    COMPARED = "compared"
    KEPT = "kept"
    EMPTIED = "emptied"  # one file; twice
    OPENED = "opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseMove:
    """What a move has done.

    Attributes:
        target: the name of the database that counts from now on.
        rows: how many rows of each table are there, all compared; None: it was done before.
        kept: the folder with the files as they were.
    """

    target: str
    rows: Mapping[str, int] | None
    kept: Path


def ignore_steps(step: MoveStep, table: str, rows: int) -> None:
    """The default for `reached`: does nothing."""
    del step, table, rows


def move_database(
    home: Home,
    *,
    named: str | None = None,
    reached: Callable[[MoveStep, str, int], None] = ignore_steps,
    progress: Progress = no_progress_shown,
) -> DatabaseMove:
    """Move both databases of a home to PostgreSQL; safe to repeat.

    Args:
        home: the newsletter's home, on SQLite.
        named: the target's address, without a password; None: it is in the environment.
        reached: called after each step, with the table and the number of rows just copied.
        progress: called with how many rows were copied and compared, three times each.

    Raises SettingsError, BusyError where anybody works in the home or on the target, RefusedError
    where the target holds something else or an issue is under way, StoreError, OutboxError.
    """
    settings = load_settings(home.settings)
    target = target_of_copy(settings, named=named)
    with reading_errors(home), locked(home), nobody_else(home):
        refuse_reset_under_way(home)
        with locked_target(target) as copy:
            return _move(home, settings, copy, reached, progress)


def _refuse_shared(home: Home, settings: Settings, copy: CopyTarget) -> None:
    """Refuse a home on PostgreSQL, unless it was switched by hand before its copy was done."""
    if settings.newsletter.database != "sqlite" and copy.origin() != _origin(home):
        raise RefusedError(
            "db copy",
            "this home is on PostgreSQL already",
            "to copy that to another server, use pg_dump and pg_restore",
        )


def _move(
    home: Home,
    settings: Settings,
    copy: CopyTarget,
    reached: Callable[[MoveStep, str, int], None],
    progress: Progress,
) -> DatabaseMove:
    in_files = _in_files(settings)
    places = {
        home.database: location_of(home, in_files),
        home.subscribers: subscribers_at(home, in_files),
    }
    if _is_done(places, copy):
        return DatabaseMove(target=copy.shown, rows=None, kept=home.kept_databases)
    _refuse_shared(home, settings, copy)
    if not copy.is_open():
        _put_back(home, places, copy)
    _refuse_without_content(home)
    _refuse_under_way(home, in_files)
    with ExitStack() as held:
        sources = [held.enter_context(held_file(place, path)) for path, place in places.items()]
        resumed = copy.begin(_origin(home))
        reached(MoveStep.MARKED, "", 0)
        rows = fill_target(
            sources,
            copy,
            resumed=resumed,
            copied=lambda table, number: reached(MoveStep.COPIED, table, number),
            done=SummedProgress(progress, whole=3 * sum(one.count_rows() for one in sources)),
        )
        reached(MoveStep.COMPARED, "", 0)
        _keep(home, sources)
        reached(MoveStep.KEPT, "", 0)
        for source in sources:
            source.empty(target=copy.shown)
            reached(MoveStep.EMPTIED, "", 0)
        copy.open()
    reached(MoveStep.OPENED, "", 0)
    return DatabaseMove(target=copy.shown, rows=rows, kept=home.kept_databases)


def _in_files(settings: Settings) -> Settings:
    """The settings as they are while the files count."""
    newsletter = settings.newsletter.model_copy(update={"database": "sqlite"})
    return settings.model_copy(update={"newsletter": newsletter})


def _origin(home: Home) -> str:
    """The name of this home among those of all machines."""
    return f"{platform.node()}:{home.root}"


def _is_done(places: Mapping[Path, DatabaseLocation], copy: CopyTarget) -> bool:
    """Whether both files were moved to this very database; raises RefusedError: to another one."""
    found = [moved_to_from(place, path) for path, place in places.items()]
    for place, target in zip(places.values(), found, strict=True):
        if target not in {None, copy.shown}:
            problem = f"all that was in it is in {target}, or was to be"
            raise RefusedError(place.shown, problem, "name that database, or undo the move first")
    return None not in found and copy.is_open()


def _put_back(home: Home, places: Mapping[Path, DatabaseLocation], copy: CopyTarget) -> None:
    """Put the files back whose rows were to be in the target, which was never opened."""
    for path, place in places.items():
        if moved_to_from(place, path) is None:
            continue
        kept = home.kept_databases / path.name
        if not kept.exists():
            problem = f"its rows are in {copy.shown}, whose copy is not finished"
            remedy = f"put {home.display_path(kept)} back, which is missing, and run again"
            raise RefusedError(place.shown, problem, remedy)
        with disk_errors(home, of=path):
            for suffix in ("-wal", "-shm", "-journal"):
                Path(f"{path}{suffix}").unlink(missing_ok=True)
            kept.rename(path)
            sync_folder(path.parent)


def _keep(home: Home, sources: Sequence[HeldFile]) -> None:
    with disk_errors(home, of=home.kept_databases):
        make_folder(home.kept_databases)
        for source in sources:
            source.keep_in(home.kept_databases)


def _refuse_without_content(home: Home) -> None:
    if not home.database.exists() and not home.subscribers.exists():
        raise RefusedError(
            "db copy",
            "there is no database here yet, so there is nothing to copy",
            f'write database = "postgresql" under [newsletter] in {home.settings.name}',
        )


def _refuse_under_way(home: Home, settings: Settings) -> None:
    """Refuse while an issue is half out: which machine finishes it is decided another way there."""
    if interrupted := home_state(home, settings).interrupted:
        problem = f"issue {interrupted[0]} was interrupted while it was published"
        raise RefusedError("db copy", problem, "run 'msnewsletter publish' first: it finishes it")
