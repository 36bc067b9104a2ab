"""Recovery: what a crash, a lost database or a lost file left, made whole before anything new."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msnewsletter.disk import outbox
from msnewsletter.disk.atomic import explained
from msnewsletter.disk.lock import locked
from msnewsletter.errors import RecordError, RefusedError
from msnewsletter.home import issue_name
from msnewsletter.publisher.site import write_site
from msnewsletter.publisher.steps import bring_out, brings_out, refuse_stray, write_record
from msnewsletter.records import Record, load_record
from msnewsletter.serialize import pretty
from msnewsletter.settings import load_settings
from msnewsletter.store import IssueState, open_store, place_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from msnewsletter.home import Home
    from msnewsletter.publisher.steps import Reached
    from msnewsletter.settings import Settings
    from msnewsletter.store import Store


def recover(
    home: Home, store: Store, templates: Mapping[str, str], *, reached: Reached
) -> list[int]:
    """Finish every issue that was begun; returns their numbers. Doing it twice is doing it once."""
    restored = restore_records(home, store)
    unfinished = store.unfinished()
    for number, state in unfinished:
        if known_elsewhere(home, store, number):
            raise RefusedError(
                f"issue {issue_name(number)}",
                "another machine began to bring it out, and only that one knows whether it did",
                "start msnewsletter there; if it is gone for good: 'msnewsletter settle --help'",
            )
        if state is IssueState.SELECTED and home.record(number).exists():
            _trust_record(home, store, number)
            continue
        if state is IssueState.SELECTED:
            refuse_stray(home, number)
        if state is not IssueState.PUBLISHED:
            bring_out(home, store, number, templates, reached=reached)
    outbox.sweep(home)
    outbox.forget_begun(home)
    numbers = [number for number, _ in unfinished]
    write_site(home, store, numbers, templates, reached=reached)
    last = store.last_issue()
    for number in _unrecorded(home, last=last.number if last else 0):
        write_record(home, store, number)
    return [number for number in numbers if number not in restored]


def restore_records(home: Home, store: Store) -> list[int]:
    """Fill in the issues that `issues/` knows and the database does not; returns their numbers.

    Raises RecordError when a record is unreadable, or one in between is missing.
    """
    last = store.last_issue()
    number = last.number + 1 if last else 1
    _refuse_gap(home, first=number)
    while home.record(number).exists():
        record = _load(home, number)
        store.restore(record, manifest=pretty(record.manifest).decode())
        number += 1
    return list(range(last.number + 1 if last else 1, number))


def keep_records(home: Home) -> None:
    """Write the records of issues that are out and that this home lacks."""
    with (
        locked(home),
        open_store(place_of(home, load_settings(home.settings)), create=False) as store,
    ):
        last = store.last_issue()
        under_way = {
            number for number, state in store.unfinished() if state is not IssueState.PUBLISHED
        }
        for number in _unrecorded(home, last=last.number if last else 0):
            if number not in under_way:
                write_record(home, store, number)


def _unrecorded(home: Home, *, last: int) -> list[int]:
    """The issues up to `last` without a record: lost here, or published by another home.

    The last one's is written again if its bytes differ.
    """
    names = _records_here(home)
    return [number for number in range(1, last + 1) if number not in names or number == last]


def _records_here(home: Home) -> set[int]:
    if not home.records.is_dir():
        return set()
    names = os.listdir(home.records)  # noqa: PTH208  (a Path each takes five times as long)
    stems = (name.removesuffix(".json") for name in names)
    return {int(stem) for stem in stems if stem.isdecimal()}


def known_elsewhere(home: Home, store: Store, number: int) -> bool:
    """Whether only another home knows whether an issue is out.

    Its folder was complete in the `tmp/` of the home that began it. Only there can one see whether
    it was released; its record, wherever it is found, says that it was.
    """
    if brings_out(home, store) or (number, IssueState.PUBLISHING) not in store.unfinished():
        return False
    return not home.record(number).exists()


def _trust_record(home: Home, store: Store, number: int) -> None:
    """Believe a record that knows more than the database: a backup from amid the publishing."""
    record = _load(home, number)
    store.publishing(number, pretty(record.manifest).decode())
    store.published(number)


def _load(home: Home, number: int) -> Record:
    path = home.record(number)
    with explained(home):
        data = path.read_bytes()
    return load_record(data, place=home.shown(path), number=number)


def _refuse_gap(home: Home, *, first: int) -> None:
    """Refuse records after one that is missing, from the first that the database lacks."""
    here = _records_here(home)
    newest = max(here, default=0)
    for number in range(first, newest):
        if number not in here:
            raise RecordError(
                home.shown(home.record(number)),
                f"it is missing, though there is one of issue {newest}, and the database lacks it",
                "restore it from a backup: without it summaries could be sent twice",
            )


@contextmanager
def store_at_work(home: Home, settings: Settings) -> Iterator[tuple[Store, int]]:
    """The store, home and database being ours alone; and the file system's time, in ns.

    Raises BusyError when another process is at work in this home or on this database.
    """
    place = place_of(home, settings)
    with locked(home) as touched, open_store(place) as store:
        store.lock()
        yield store, touched


def reading_store(home: Home, settings: Settings) -> Store:
    """The store for looking only, with all that `issues/` knows.

    Where the database is missing or behind the records, it is one in memory: nothing is written.
    """
    store = open_store(place_of(home, settings), create=False)
    last = store.last_issue()
    if home.record((last.number if last else 0) + 1).exists():
        behind, store = store, store.copy()
        behind.close()
    try:
        for number in restore_records(home, store):
            store.complete(number)
    except RecordError:
        store.close()
        raise
    return store


def examine_database(home: Home) -> str:
    """Have the database check itself; returns which it is. Raises StoreError where it is broken."""
    settings = load_settings(home.settings)
    with reading_store(home, settings) as store:
        store.examine()
    return place_of(home, settings).shown
