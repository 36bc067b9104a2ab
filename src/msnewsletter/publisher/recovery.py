"""Recovery: what a crash, a lost database or a lost file left, made whole before anything new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.disk import outbox
from msnewsletter.disk.lock import locked
from msnewsletter.errors import RefusedError
from msnewsletter.home import issue_name
from msnewsletter.publisher.opening import load_record_of, records_here, restore_records
from msnewsletter.publisher.readiness import refuse_stray
from msnewsletter.publisher.release import owns_release, release, write_record
from msnewsletter.publisher.site.write import write_site
from msnewsletter.serialize import pretty
from msnewsletter.settings import load_settings
from msnewsletter.store import IssueState, location_of, open_store

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.publisher.session import Session
    from msnewsletter.store import Store


def recover(session: Session) -> list[int]:
    """Finish every issue that was begun; returns their numbers. Doing it twice is doing it once."""
    home, store = session.home, session.store
    restored = restore_records(home, store)
    unfinished = store.unfinished()
    for number, state in unfinished:
        if owned_by_other_home(session, number):
            raise RefusedError(
                f"issue {issue_name(number)}",
                "another machine began to release it, and only that one knows whether it did",
                "start msnewsletter there; if it is gone for good: 'msnewsletter resolve --help'",
            )
        if state is IssueState.SELECTED and home.record(number).exists():
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
    last = store.last_issue()
    for number in _unrecorded(home, last=last.number if last else 0):
        write_record(home, store, number)
    return [number for number in numbers if number not in restored]


def keep_records(home: Home) -> None:
    """Write the records of issues that are out and that this home lacks."""
    with (
        locked(home),
        open_store(location_of(home, load_settings(home.settings)), create=False) as store,
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
    names = records_here(home)
    return [number for number in range(1, last + 1) if number not in names or number == last]


def owned_by_other_home(session: Session, number: int) -> bool:
    """Whether only another home knows whether an issue is out.

    Its folder was complete in the `tmp/` of the home that began it. Only there can one see whether
    it was released; its record, wherever it is found, says that it was.
    """
    home, store = session.home, session.store
    if owns_release(home, store) or (number, IssueState.PUBLISHING) not in store.unfinished():
        return False
    return not home.record(number).exists()


def _trust_record(home: Home, store: Store, number: int) -> None:
    """Believe a record that knows more than the database: a backup from amid the publishing."""
    record = load_record_of(home, number)
    store.publishing(number, pretty(record.manifest).decode())
    store.published(number)
