"""Which workers are at work, and which should not be trusted to be; for who looks. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from msnewsletter.store.subscribers import WorkerRow

# What a job means to who takes it. A release that gives it another meaning raises the number, so
# that workers of an older one never see its jobs.
JOB_FORM: Final = 1
# So long may a worker be silent, which gives a sign of life every ten seconds.
LOST_AFTER: Final = timedelta(minutes=1)
# One that was lost is named for so long, unless what it had in hand is open.
_NAMED_FOR: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenWorkers:
    """The workers of a newsletter at one moment.

    Attributes:
        at_work: those that give signs of life, and understand our jobs.
        other_form: those alive that understand jobs of another form only, and so get none.
        other_release: those at work whose program is another release than ours.
        lost: those that have fallen silent without an end, within the last day.
        last_seen: the last sign of life of any, aware UTC; None: there never was a worker.
    """

    at_work: Sequence[WorkerRow] = ()
    other_form: Sequence[WorkerRow] = ()
    other_release: Sequence[WorkerRow] = ()
    lost: Sequence[WorkerRow] = ()
    last_seen: datetime | None = None


def seen_workers(rows: Iterable[WorkerRow], *, release: str, now: datetime) -> SeenWorkers:
    """Tell them apart.

    Args:
        rows: all that the database knows.
        release: of this program.
        now: by the database's clock, aware.
    """
    known = list(rows)
    alive = [one for one in known if one.ended is None and now - one.seen <= LOST_AFTER]
    silent = [one for one in known if one.ended is None and one not in alive]
    at_work = [one for one in alive if one.form == JOB_FORM]
    return SeenWorkers(
        at_work=at_work,
        other_form=[one for one in alive if one.form != JOB_FORM],
        other_release=[one for one in at_work if one.release != release],
        lost=[one for one in silent if now - one.seen <= _NAMED_FOR],
        last_seen=max((one.seen for one in known), default=None),
    )
