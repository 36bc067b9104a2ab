"""Resolve: a person's decision on an issue of which nobody can see whether it was released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.disk import outbox
from msnewsletter.errors import RefusedError
from msnewsletter.home import issue_name
from msnewsletter.publisher.record_files import drop_record
from msnewsletter.publisher.recovery import recover
from msnewsletter.publisher.session import working

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home


def resolve(home: Home, number: int, *, sent: bool, at: datetime) -> None:
    """Finish an issue that another home began, or that was begun in an outbox that is gone.

    Args:
        home: the home that takes it over.
        number: the issue's.
        sent: readers got it, or will, from that outbox: only the record and the site are written.
            Otherwise the issue is released from this home's outbox.
        at: now, aware.

    Raises RefusedError where there is nothing to resolve.
    """
    with working(home, at=at) as session:
        _ = session.templates  # read before anything is changed
        if session.release_claim.doubt(number) is None:
            raise RefusedError(
                f"issue {issue_name(number)}", "there is nothing to resolve", "run publish instead"
            )
        if sent:
            # The folder in our tmp/ is from an earlier attempt: releasing it would send it twice.
            outbox.sweep(home)
            session.release_claim.take(at=at)
        else:
            drop_record(home, number)
            session.store.select_again(number)
        recover(session).require_site()
