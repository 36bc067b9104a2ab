"""Recovery from a crash, a lost database or a lost file, before anything new is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.disk import outbox
from msnewsletter.disk.lock import locked
from msnewsletter.errors import NewsletterError
from msnewsletter.publisher.opening import restore_records, restore_takedowns
from msnewsletter.publisher.readiness import refuse_released
from msnewsletter.publisher.record_files import (
    has_record,
    keep_record,
    load_record_of,
    records_here,
    takedowns_here,
    write_takedowns,
)
from msnewsletter.publisher.release import release
from msnewsletter.publisher.site.write import write_site
from msnewsletter.serialize import pretty
from msnewsletter.settings import load_settings
from msnewsletter.store import IssueState, location_of, open_store

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.publisher.session import Session
    from msnewsletter.publisher.site.write import SiteUpdate
    from msnewsletter.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What recovery did.

    Attributes:
        finished: the issues that a crash had left and that are out now.
        site_failure: why the site does not show all that is out; None: it does. A source that was
            repaired may help, so it stops nobody before the sources were read.
    """

    finished: tuple[int, ...]
    site_failure: NewsletterError | None

    def require_site(self) -> None:
        """Raises what keeps the site from showing all that is out."""
        if self.site_failure:
            raise self.site_failure


def recover(session: Session) -> Recovery:
    """Finish every unfinished issue; safe to repeat.

    Raises RefusedError where nobody here knows whether one is out, and any NewsletterError that
    keeps one from being released.
    """
    home, store = session.home, session.store
    restored = restore_records(home, store)
    restore_takedowns(home, store)
    numbers = [number for number, _ in store.unfinished()]
    update = None
    for number in numbers:
        update = _finish(session, number)
    outbox.sweep(home)
    session.release_claim.forget()
    failure = None
    try:
        if update:
            update.finish()  # it was planned for all of them
        else:
            write_site(session)
    except NewsletterError as error:
        failure = error
    _write_lacking(home, store)
    finished = tuple(number for number in numbers if number not in restored)
    return Recovery(finished=finished, site_failure=failure)


def _finish(session: Session, number: int) -> SiteUpdate | None:
    """Release an issue, unless it is out; returns what is to be finished on the site."""
    home, store = session.home, session.store
    if doubt := session.release_claim.doubt(number):
        raise doubt
    state = dict(store.unfinished())[number]
    # In tmp/ it is certainly not out, whatever says that it was begun.
    if state is IssueState.SELECTED and not outbox.issue_waits(home, number):
        if has_record(home, number):
            _trust_record(home, store, number)
            state = IssueState.PUBLISHING
        else:
            refuse_released(home, number)
    return release(session, number) if state is not IssueState.PUBLISHED else None


def keep_records(home: Home) -> None:
    """Write the records of issues that are out and that this home lacks."""
    location = location_of(home, load_settings(home.settings))
    with locked(home), open_store(location, create=False) as store:
        _write_lacking(home, store)


def _write_lacking(home: Home, store: Store) -> None:
    """Write the records lost here, or of issues that another home published, and the takedowns.

    Issues under way are left out: their release writes them.
    """
    if known := store.takedowns():
        write_takedowns(home, takedowns_here(home) | known)
    last = store.last_issue()
    if last is None:
        return
    lacking = set(range(1, last.number + 1)) - records_here(home)
    under_way = {
        number for number, state in store.unfinished() if state is not IssueState.PUBLISHED
    }
    for number in sorted(lacking - under_way):
        keep_record(home, store, number)


def _trust_record(home: Home, store: Store, number: int) -> None:
    """Trust the record: the database is an older backup, made during publishing."""
    record = load_record_of(home, number)
    store.publishing(number, pretty(record.manifest).decode())
