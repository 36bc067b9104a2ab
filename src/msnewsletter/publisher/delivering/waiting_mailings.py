"""Which issues are to be sent now, by what the outbox holds and the ledger knows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingIssue:
    """An issue in `outbox/new/`: its number and its cutoff (aware)."""

    issue: int
    cutoff: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingChoice:
    """What to send.

    Attributes:
        send: the issues to send, in order.
        too_old: those in `outbox/new/` that are sent only when a person names them.
    """

    send: tuple[int, ...]
    too_old: tuple[int, ...]


def choose_mailings(
    waiting: Iterable[WaitingIssue],
    under_way: Iterable[int],
    *,
    named: int | None,
    late_after: timedelta,
    now: datetime,
) -> MailingChoice:
    """Choose what to send.

    An issue that is older than `late_after` is never sent by itself: a home that turns delivery on
    may have old ones, which other senders have sent.

    Args:
        waiting: what is in `outbox/new/`.
        under_way: the issues whose mailing is not finished.
        named: the issue that a person names; None: none.
        late_after: see `[schedule]`.
        now: aware.
    """
    begun = set(under_way)
    if named is not None:
        known = begun | {one.issue for one in waiting}
        return MailingChoice(send=(named,) if named in known else (), too_old=())
    fresh = {one.issue for one in waiting if now - one.cutoff <= late_after}
    old = {one.issue for one in waiting} - fresh - begun
    return MailingChoice(send=tuple(sorted(fresh | begun)), too_old=tuple(sorted(old)))
