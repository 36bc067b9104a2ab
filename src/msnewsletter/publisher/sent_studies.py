"""Which study a key was sent as, and whether a summary with that key is another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.errors import SourceError
from msnewsletter.issue.same_study import Mark, is_same_study, new_marks
from msnewsletter.model import Status
from msnewsletter.publisher.taken_back import is_sent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.model import Summary
    from msnewsletter.store import KnownKey, Store

# What is never by chance that of another summary: a headline may be.
_DECISIVE = (Mark.DOI, Mark.PMID, Mark.TEXT, Mark.FOUND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """Settled summaries by key: as they were sent, as they were read last, and their issues."""

    sent: Mapping[str, Summary]
    stored: Mapping[str, Summary]
    known: Mapping[str, KnownKey]


def earlier_of(known: Mapping[str, KnownKey], store: Store) -> Earlier:
    """Those of the known keys that are settled."""
    settled = [key for key, one in known.items() if one.settled]
    return Earlier(sent=store.sent(settled), stored=store.stored(settled), known=known)


def sent_under_other_key(summary: Summary, earlier: Earlier, store: Store) -> SourceError | None:
    """The error for what takes a sent summary back, and is by its numbers or text another's."""
    before = earlier.sent.get(summary.key)
    if before is None or not _takes_back(summary):
        return None
    new = new_marks(before, summary, _DECISIVE)
    for key, other in store.same_study(summary, marks=new).items() if new else ():
        if not is_sent(other):
            continue
        where = other.settled.where if other.settled else ""
        return SourceError(
            summary.location,
            f"it is {summary.status}, and it is the study of {key!r} {where}, not the one that "
            f"was sent as {summary.key!r}",
            f"write 'status: {summary.status}' and a note into the file of {key!r}",
        )
    return None


def _takes_back(summary: Summary) -> bool:
    return summary.status.takes_back or summary.status is Status.CONCERN


def key_of_another_study(
    summary: Summary, earlier: Earlier, *, fetched: bool
) -> SourceError | None:
    """The error for a summary with the key of one that was sent, about another study.

    `fetched`: its source gives it the key, and no person can give it another there.
    """
    before = earlier.sent.get(summary.key)
    if before is None:
        return None
    last = earlier.stored.get(summary.key, before)
    # Whoever says that it is a correction means the study that was sent.
    if summary.status is not Status.LIVE or any(
        is_same_study(one, summary) for one in (before, last)
    ):
        return None
    settled = earlier.known[summary.key].settled
    where = f", {settled.where}" if settled else ""
    remedy = (
        "give it a key of its own; to correct the one that was sent, keep its date and DOI, "
        "or write 'status: corrected' and a note"
    )
    if fetched:
        remedy = (
            f"write what was sent into a file with 'key: {summary.key}', and this one into a file "
            "with a key of its own; if it corrects what was sent, write it into a file with "
            f"'key: {summary.key}', 'status: corrected' and a note"
        )
    problem = f"key {summary.key!r} is that of another study{where}: {before.headline!r}"
    return SourceError(summary.location, problem, remedy)
