"""The records in `issues/`: written once, before the release, and compared ever after.

A record is what the newsletter is rebuilt from. So a difference between it and the database is said
with both sides, and neither replaces the other.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import disk_errors, sync_folder, write_atomically
from msnewsletter.errors import BadValueError, RecordError
from msnewsletter.records import (
    Record,
    baseline_text,
    differences,
    dump_record,
    dump_takedowns,
    load_record,
    load_takedowns,
)
from msnewsletter.regular_file import RECORD_LIMIT, read_regular, refuse_broken_link, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.model import Takedown
    from msnewsletter.store import Store


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


def keep_record(home: Home, store: Store, number: int) -> None:
    """Write the record of an issue, or compare the one that is there with the database.

    Raises RecordError, with both sides, where they differ.
    """
    known = _record_in(store, number)
    if known is None:
        return
    if has_record(home, number):
        _refuse_difference(home, load_record_of(home, number), known)
    else:
        write_atomically(home, home.record(number), dump_record(known))


def drop_record(home: Home, number: int) -> None:
    """Remove the record of an issue that is not out yet, and is rendered anew.

    Raises RecordError where nobody can tell whether there is one.
    """
    path = home.record(number)
    if has_record(home, number):
        with disk_errors(home, home.display_path(path)):
            path.unlink()
            sync_folder(path.parent)


def differing_records(home: Home, store: Store, numbers: Iterable[int]) -> Iterator[RecordError]:
    """What is wrong with the records of these issues: unreadable, or not what the database has."""
    here = records_here(home)
    for number in numbers:
        known = _record_in(store, number) if number in here else None
        if known is None:
            continue
        try:
            _refuse_difference(home, load_record_of(home, number), known)
        except RecordError as error:
            yield error


def _refuse_difference(home: Home, here: Record, known: Record) -> None:
    for where, ours, theirs in differences(here, known):
        raise RecordError(
            home.display_path(home.record(known.issue.number)),
            f"{where} is {ours} in it, and {theirs} in the database",
            "if the record is right, move the database away: it is rebuilt from issues/; "
            "if the database is right, move the record away: it is written again",
        )


def _record_in(store: Store, number: int) -> Record | None:
    """The record of an issue as the database has it; None before T2."""
    slot, manifest = store.slot_of(number), store.manifest(number)
    if slot is None or manifest is None:
        return None
    reasons = store.baseline() if number == 1 else {}
    return Record(
        instant=slot.instant,
        issue=store.issue(number),
        baseline={key: baseline_text(reason) for key, reason in reasons.items()},
        manifest=manifest,
        coalesced=store.coalesced_into(slot.slot) or None,
        approval=store.approval(number),
    )


def write_takedowns(home: Home, takedowns: Mapping[str, Takedown]) -> bool:
    """Write `issues/takedowns.json`; False: it was the same already."""
    return write_atomically(home, home.takedowns, dump_takedowns(takedowns.values()))
