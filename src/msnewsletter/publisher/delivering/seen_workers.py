"""Which workers are at work, and which should not be trusted to be; for who looks. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from msnewsletter.text import span_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from msnewsletter.store.subscribers import WorkerRow

# What a job means to who takes it. A release that gives it another meaning raises the number, so
# that workers of an older one never see its jobs.
JOB_FORM: Final = 1
# So long may a worker be silent, which gives a sign of life every ten seconds.
LOST_AFTER: Final = timedelta(minutes=1)
# One that was lost is named for so long, unless what it had in hand is open.
_NAMED_FOR: Final = timedelta(days=1)
# A mail server that is away for less is tried again, and that is all.
_HINDERED_FOR: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenWorkers:
    """The workers of a newsletter at one moment.

    Attributes:
        at_work: those that give signs of life, and understand our jobs.
        other_form: those alive that understand jobs of another form only, and so get none.
        other_release: those at work whose program is another release than ours.
        lost: those that have fallen silent without an end, within the last day.
        last_seen: the last sign of life of any, aware UTC; None: there never was a worker.
        now: the moment, by the database's clock, aware UTC.
    """

    now: datetime

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
        now=now,
        at_work=at_work,
        other_form=[one for one in alive if one.form != JOB_FORM],
        other_release=[one for one in at_work if one.release != release],
        lost=[one for one in silent if now - one.seen <= _NAMED_FOR],
        last_seen=max((one.seen for one in known), default=None),
    )


def worker_lines(seen: SeenWorkers) -> Iterator[str]:
    """How they stand, a line each; pure words, as `status` and the desk show them."""
    number = len(seen.at_work)
    workers = f"{number} worker{'' if number == 1 else 's'}"
    machines = sorted({one.machine for one in seen.at_work})
    yield f"{workers} at work on {', '.join(machines)}" if number else "no worker is at work"
    for one in seen.at_work:
        if one.says:
            yield f"{_called(one)} waits: {one.says}"
    for one in seen.other_release:
        yield f"{_called(one)} runs msnewsletter {one.release}: update it"
    for one in seen.other_form:
        yield (
            f"{_called(one)} runs msnewsletter {one.release}, which does not know this release's "
            "jobs and gets none: update it"
        )


def lost_line(one: WorkerRow, *, now: datetime) -> str:
    """What is said of a worker that has fallen silent; `now`: by the database's clock, aware."""
    silent = span_words(now - one.seen)
    return (
        f"{_called(one)} has been silent for {silent}: start it again there, so "
        "that it settles what it had in hand"
    )


def nobody_works(seen: SeenWorkers) -> str | None:
    """What is wrong where deliveries wait and no worker is there for them; None: one is."""
    if seen.at_work:
        return None
    if seen.last_seen is None:
        return "mail waits, and there was never a worker: run 'msnewsletter worker' on a machine"
    silent = span_words(seen.now - seen.last_seen)
    return (
        f"mail waits, and no worker has been seen for {silent}: run 'msnewsletter worker' on a "
        "machine, or see why it does not run"
    )


def all_hindered(seen: SeenWorkers) -> str | None:
    """What is wrong where every worker is at work in vain for a while; None: one sends."""
    long = seen.now - _HINDERED_FOR
    if not seen.at_work or not all(one.hindered and one.hindered <= long for one in seen.at_work):
        return None
    one = seen.at_work[0]
    return f"mail waits, and no worker can send it: {_called(one)} says: {one.says}"


def _called(one: WorkerRow) -> str:
    return f"the worker on {one.machine} (process {one.process})"
