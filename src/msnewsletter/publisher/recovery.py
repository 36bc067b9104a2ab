"""Recovery: what a crash, a lost database or a lost file left, made whole before anything new."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msnewsletter import outbox
from msnewsletter.documents import pretty
from msnewsletter.errors import RecordError
from msnewsletter.publisher.site import write_site
from msnewsletter.publisher.steps import bring_out, refuse_stray, write_record
from msnewsletter.records import Record, load_record
from msnewsletter.store import IssueState, open_store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.home import Home
    from msnewsletter.publisher.steps import Reached
    from msnewsletter.store import Store


def recover(
    home: Home, store: Store, templates: Mapping[str, str], *, reached: Reached
) -> list[int]:
    """Finish every issue that was begun; returns their numbers. Doing it twice is doing it once."""
    restored = restore_records(home, store)
    unfinished = store.unfinished()
    for number, state in unfinished:
        if state is IssueState.SELECTED and home.record(number).exists():
            _trust_record(home, store, number)
            continue
        if state is IssueState.SELECTED:
            refuse_stray(home, number)
        if state is not IssueState.PUBLISHED:
            bring_out(home, store, number, templates, reached=reached)
    outbox.sweep(home)
    numbers = [number for number, _ in unfinished]
    write_site(home, store, numbers, templates, reached=reached)
    last = store.last_issue()
    if last is not None:
        write_record(home, store, last.number)
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


def _trust_record(home: Home, store: Store, number: int) -> None:
    """Believe a record that knows more than the database: a backup from amid the publishing."""
    record = _load(home, number)
    store.publishing(number, pretty(record.manifest).decode())
    store.published(number)


def _load(home: Home, number: int) -> Record:
    path = home.record(number)
    with outbox.explained(home):
        data = path.read_bytes()
    return load_record(data, place=home.shown(path), number=number)


def _refuse_gap(home: Home, *, first: int) -> None:
    """Refuse records after one that is missing, from the first that the database lacks."""
    if not home.records.is_dir():
        return
    names = os.listdir(home.records)  # noqa: PTH208  (a Path each takes five times as long)
    stems = (name.removesuffix(".json") for name in names)
    newest = max((int(stem) for stem in stems if stem.isdecimal()), default=0)
    for number in range(first, newest):
        if not home.record(number).exists():
            raise RecordError(
                home.shown(home.record(number)),
                f"it is missing, though there is one of issue {newest}, and the database lacks it",
                "restore it from a backup: without it summaries could be sent twice",
            )


def reading_store(home: Home) -> Store:
    """The store for looking only, with all that `issues/` knows.

    Where the database is missing or behind the records, it is one in memory: nothing is written.
    """
    shown = home.shown(home.database)
    store = open_store(home.database if home.database.exists() else None, shown=shown)
    last = store.last_issue()
    if home.database.exists() and home.record((last.number if last else 0) + 1).exists():
        behind, store = store, store.copy()
        behind.close()
    try:
        for number in restore_records(home, store):
            store.complete(number)
    except RecordError:
        store.close()
        raise
    return store


def examine_database(home: Home) -> None:
    """Have the database check itself; raises StoreError where it is broken."""
    with reading_store(home) as store:
        store.examine()
