"""Recovery from a crash, a lost database or a lost file, before anything new is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.disk import outbox
from msnewsletter.disk.lock import locked
from msnewsletter.errors import RefusedError
from msnewsletter.home import issue_name
from msnewsletter.publisher.opening import (
    has_record,
    load_record_of,
    records_here,
    restore_records,
    restore_takedowns,
    takedowns_here,
)
from msnewsletter.publisher.readiness import refuse_stray
from msnewsletter.publisher.release import owns_release, release, write_record, write_takedowns
from msnewsletter.publisher.site.write import write_site
from msnewsletter.serialize import pretty
from msnewsletter.settings import load_settings
from msnewsletter.store import IssueState, location_of, open_store

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.publisher.session import Session
    from msnewsletter.store import Store


def recover(session: Session) -> list[int]:
    """Finish every unfinished issue, and return their numbers; safe to repeat.

    Raises RefusedError where only another home can finish one, and any NewsletterError.

    """
    home, store = session.home, session.store
    restored = restore_records(home, store)
    restore_takedowns(home, store)
    unfinished = store.unfinished()
    for number, state in unfinished:
        if owned_by_other_home(session, number):
            raise RefusedError(
                f"issue {issue_name(number)}",
                "another machine began to release it, and only that one knows whether it did",
                "start msnewsletter there; if it is gone for good: 'msnewsletter resolve --help'",
            )
        if state is IssueState.SELECTED and has_record(home, number):
            _trust_record(home, store, number)
            continue
        if state is IssueState.SELECTED:
            refuse_stray(home, number)
        if state is not IssueState.PUBLISHED:
            release(session, number)
    outbox.sweep(home)
    outbox.forget_claim(home)
    numbers = [number for number, _ in unfinished]
    write_site(session, numbers)
    _write_lacking(home, store)
    return [number for number in numbers if number not in restored]


def keep_records(home: Home) -> None:
    """Write the records of issues that are out and that this home lacks."""
    location = location_of(home, load_settings(home.settings))
    with locked(home), open_store(location, create=False) as store:
        _write_lacking(home, store)


def _write_lacking(home: Home, store: Store) -> None:
    """Write the records lost here, or of issues that another home published.

    The last one's is written again if its bytes differ. Issues under way are left out. So for the
    list of takedowns.
    """
    if known := store.takedowns():
        write_takedowns(home, takedowns_here(home) | known)
    last = store.last_issue()
    if last is None:
        return
    lacking = set(range(1, last.number)) - records_here(home) | {last.number}
    under_way = {
        number for number, state in store.unfinished() if state is not IssueState.PUBLISHED
    }
    for number in sorted(lacking - under_way):
        write_record(home, store, number)


def owned_by_other_home(session: Session, number: int) -> bool:
    """Whether only another home knows whether an issue is out.

    Its folder was complete in the `tmp/` of the home that began it. Only that home can see whether
    it was released; a record, wherever it is, proves that it was.
    """
    home, store = session.home, session.store
    if owns_release(home, store) or (number, IssueState.PUBLISHING) not in store.unfinished():
        return False
    return not has_record(home, number)


def _trust_record(home: Home, store: Store, number: int) -> None:
    """Trust the record: the database is an older backup, made during publishing."""
    record = load_record_of(home, number)
    store.publishing(number, pretty(record.manifest).decode())
    store.published(number)
