"""What publishing and approving did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msnewsletter.issue.compose import Draft
    from msnewsletter.model import Approval
    from msnewsletter.publisher.collect import Collected
    from msnewsletter.publisher.due import Trigger
    from msnewsletter.store import SlotTaken


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What publishing did.

    Attributes:
        taken: the slot was spoken for already, and nothing was done for it.
        occasion: what was published for; None when nothing was due, or taken.
        draft: what was composed; its issue is None when nothing was new; None when taken.
        collected: what the sources gave; None when taken.
        recovered: issues that a crash had left and that are out now.
        unfinished: those that a rehearsal found and left.
        waits: why the issue did not go out but waits for a person; None: it does not wait.
        late: it waits because its time is too long gone.
    """

    taken: SlotTaken | None = None
    occasion: Trigger | None = None
    draft: Draft | None = None
    collected: Collected | None = None
    recovered: tuple[int, ...] = ()
    unfinished: tuple[int, ...] = ()
    waits: str | None = None
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What was approved, by whom, and what the sources gave."""

    draft: Draft
    approval: Approval
    collected: Collected
