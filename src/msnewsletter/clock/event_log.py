"""The clock's log: its events, and which of them it has said before.

What lasts is said once for each reason, also over the runs of a clock that cron starts: a mail that
comes every five minutes is read by nobody.
"""

from __future__ import annotations

import logging
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from msnewsletter.publisher.collected import Collected

_log = logging.getLogger("msnewsletter.clock")

# Refusals of one collecting that are logged; `status` has all of them.
_REFUSALS = 20
# What is remembered: more than any home has at once, and still a small file.
_REMEMBERED = 2000


class EventLog:
    """The events of one clock; `said`: the digests that an earlier one left."""

    def __init__(self, said: Iterable[str] = ()) -> None:
        self._said = dict.fromkeys(said)

    @property
    def said(self) -> tuple[str, ...]:
        """Digests of what lasts and was said, for the next clock."""
        return tuple(self._said)[-_REMEMBERED:]

    def event(self, event: str, level: int = logging.INFO, **facts: object) -> None:
        """Log one event with its facts; those that are None are left out."""
        _log.log(level, event, extra={"facts": {k: v for k, v in facts.items() if v is not None}})

    def once(self, kind: str, level: int, event: str, **facts: object) -> None:
        """Log what lasts, unless the same was said since `forget(kind)`."""
        digest = _digest(kind, f"{event} {sorted(facts.items())}")
        if digest not in self._said:
            self._said[digest] = None
            self.event(event, level, **facts)

    def news(self, kind: str, key: str, event: str, **facts: object) -> None:
        """Log an event, unless the last of its kind was about the same."""
        digest = _digest(kind, key)
        if digest not in self._said:
            self.event(event, logging.INFO, **facts)
        self.forget(kind)
        self._said[digest] = None

    def forget(self, kind: str) -> None:
        """What was said of a kind is over."""
        self._said = {one: None for one in self._said if not _is_of(kind, one)}

    def refusals(self, collected: Collected) -> None:
        """Log each refusal and remark once, as long as it lasts."""
        lines = dict.fromkeys(map(str, (*collected.refused, *collected.warned)))
        before = self._said
        self.forget("refused")
        digests = {line: _digest("refused", line) for line in lines}
        self._said |= dict.fromkeys(digests.values())
        new = [line for line, digest in digests.items() if digest not in before]
        for line in new[:_REFUSALS]:
            self.event("refused or doubtful", logging.WARNING, why=line)
        if more := len(new) - min(len(new), _REFUSALS):
            why = f"{more} more; run 'msnewsletter status'"
            self.event("refused or doubtful", logging.WARNING, why=why)


def _digest(kind: str, what: str) -> str:
    return f"{kind} {sha256(what.encode(errors='replace')).hexdigest()[:16]}"


def _is_of(kind: str, digest: str) -> bool:
    return digest.rpartition(" ")[0] == kind
