"""Opens the store, for work or for reading only, with all that `issues/` holds."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import reading_errors
from msnewsletter.errors import RecordError
from msnewsletter.model import Status
from msnewsletter.publisher.record_files import (
    differing_records,
    has_record,
    load_record_of,
    records_here,
    takedowns_here,
)
from msnewsletter.publisher.release_claim import release_claim_of
from msnewsletter.serialize import pretty
from msnewsletter.settings import load_settings
from msnewsletter.store import location_of, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    claim = release_claim_of(home, store)
    while has_record(home, number):
        record = load_record_of(home, number)
        manifest = pretty(record.manifest).decode()
        store.restore(record, manifest=manifest, out=claim.is_out(number))
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
    """Let the database check itself, read all that it holds, and compare it with `issues/`.

    Returns what is well. Raises StoreError where it is broken, RecordError where a record differs,
    OutboxError where its folder is closed.
    """
    with reading_errors(home):
        return _examine_database(home, load_settings(home.settings))


def _examine_database(home: Home, settings: Settings) -> str:
    location = location_of(home, settings)
    if location.path and not home.database.exists():
        return f"there is no {location.shown} yet; publishing makes it"
    with open_store(location, create=False) as store:
        store.examine()
    # With the records: what they hold and the database lacks can be read, too.
    with reading_store(home, settings) as store:
        store.read_all()
        last = store.last_issue()
        for error in differing_records(home, store, range(1, last.number + 1 if last else 1)):
            raise error
    return f"{location.shown} is intact"
