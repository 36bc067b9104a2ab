"""Opens the store, for work or for reading only, with all that `issues/` holds."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from msnewsletter.errors import BadValueError, RecordError
from msnewsletter.model import Status
from msnewsletter.records import Record, load_record, load_takedowns
from msnewsletter.regular_file import RECORD_LIMIT, read_regular, refuse_broken_link, unreadable
from msnewsletter.serialize import pretty
from msnewsletter.settings import load_settings
from msnewsletter.store import location_of, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.model import Takedown
    from msnewsletter.settings import Settings
    from msnewsletter.store import Store


def restore_records(home: Home, store: Store) -> list[int]:
    """Add the issues that `issues/` holds and the database lacks; returns their numbers.

    Raises RecordError when a record is unreadable, or one in between is missing.
    """
    last = store.last_issue()
    first = number = last.number + 1 if last else 1
    _refuse_gap(home, first=first)
    while has_record(home, number):
        record = load_record_of(home, number)
        store.restore(record, manifest=pretty(record.manifest).decode())
        number += 1
    return list(range(first, number))


def restore_takedowns(home: Home, store: Store) -> None:
    """Take down what `issues/` says was taken down and the database does not know or show.

    Raises RecordError where the list cannot be read.
    """
    for one in _takedowns_behind(home, store):
        store.put_takedown(one)


def _takedowns_behind(home: Home, store: Store) -> list[Takedown]:
    """Those of the home's takedowns that the database lacks, or that readers do not see."""
    here = takedowns_here(home)
    if not here:
        return []
    known, sent = store.takedowns(), store.sent_summaries(here)
    return [
        one
        for key, one in here.items()
        if key not in known
        or known[key].changed < one.changed
        or (
            one.lifted is None
            and known[key].lifted is None
            and key in sent
            and sent[key].public.status is not Status.TAKEN_DOWN
        )
    ]


def takedowns_here(home: Home) -> dict[str, Takedown]:
    """The takedowns that this home has, by key; raises RecordError."""
    data = _bytes_if_any(home, home.takedowns)
    if data is None:
        return {}
    return load_takedowns(data, place=home.display_path(home.takedowns))


def records_here(home: Home) -> set[int]:
    """The numbers of the records that this home has, whether or not they can be read.

    Raises RecordError where the folder cannot be listed.
    """
    place = home.display_path(home.records)
    try:
        names = os.listdir(home.records)  # noqa: PTH208  (a Path each takes five times as long)
    except FileNotFoundError:
        _refuse_broken_link(home.records, place)
        return set()
    except OSError as error:
        said = unreadable(error)
        raise RecordError(place, said.problem, said.remedy) from None
    stems = (name.removesuffix(".json") for name in names)
    return {int(stem) for stem in stems if stem.isdecimal()}


def has_record(home: Home, number: int) -> bool:
    """Whether there is anything in the place of that record, a link to nothing included.

    Raises RecordError where nobody can tell.
    """
    path = home.record(number)
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        said = unreadable(error)
        raise RecordError(home.display_path(path), said.problem, said.remedy) from None
    return True


def load_record_of(home: Home, number: int) -> Record:
    """The record of an issue; raises RecordError where it cannot be read."""
    path = home.record(number)
    place = home.display_path(path)
    data = _bytes_if_any(home, path)
    if data is None:
        raise RecordError(place, "there is no such file", "restore it from a backup")
    return load_record(data, place=place, number=number)


def _bytes_if_any(home: Home, path: Path) -> bytes | None:
    try:
        return read_regular(path, limit=RECORD_LIMIT)
    except FileNotFoundError:
        return None
    except BadValueError as error:
        raise RecordError(home.display_path(path), error.problem, error.remedy) from None


def _refuse_broken_link(path: Path, place: str) -> None:
    try:
        refuse_broken_link(path)
    except BadValueError as error:
        raise RecordError(place, error.problem, error.remedy) from None


def _refuse_gap(home: Home, *, first: int) -> None:
    """Refuse records after one that is missing, from the first that the database lacks."""
    here = records_here(home)
    newest = max(here, default=0)
    for number in range(first, newest):
        if number not in here:
            raise RecordError(
                home.display_path(home.record(number)),
                f"it is missing, though there is one of issue {newest}, and the database lacks it",
                "restore it from a backup: without it summaries could be sent twice",
            )


@contextmanager
def reading_store(home: Home, settings: Settings) -> Iterator[Store]:
    """The store for reading only, with all that `issues/` holds.

    Where the database is missing or behind the records, it is a copy in memory: nothing is written.
    """
    with ExitStack() as opened:
        store = opened.enter_context(open_store(location_of(home, settings), create=False))
        last = store.last_issue()
        behind = has_record(home, (last.number if last else 0) + 1)
        if behind or _takedowns_behind(home, store):
            store = opened.enter_context(store.copy())
        for number in restore_records(home, store):
            store.complete(number)
        restore_takedowns(home, store)
        yield store


def examine_database(home: Home) -> str:
    """Let the database check itself, and read all that it holds; returns what is well.

    Raises StoreError where it is broken.
    """
    settings = load_settings(home.settings)
    location = location_of(home, settings)
    if location.path and not home.database.exists():
        return f"there is no {location.shown} yet; publishing makes it"
    with open_store(location, create=False) as store:
        store.examine()
    # With the records: what they hold and the database lacks can be read, too.
    with reading_store(home, settings) as store:
        store.read_all()
    return f"{location.shown} is intact"
