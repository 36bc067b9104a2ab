"""The outcomes of publishing and deciding, one class each, for `match`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.errors import RefusedError

if TYPE_CHECKING:
    from msnewsletter.decisions import Approval, SentBack
    from msnewsletter.model import Issue
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.store import TakenSlot


class UnapprovedError(RefusedError):
    """Something for readers waits for a person; `preview` says what, and what else is wrong."""

    def __init__(self, place: str, reason: str, remedy: str, *, preview: NextIssuePreview) -> None:
        super().__init__(place, reason, remedy)
        self.preview = preview


@dataclass(frozen=True, kw_only=True)
class _Result:
    """`recovered`: the issues that a crash had left and that are out now."""

    recovered: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NothingDue(_Result):
    """No slot is due."""


@dataclass(frozen=True, kw_only=True)
class SlotTaken(_Result):
    """The slot was taken already."""

    slot: TakenSlot


@dataclass(frozen=True, kw_only=True)
class _Composed(_Result):
    """`preview`: the issue that the decision was about, with all that was collected."""

    preview: NextIssuePreview


@dataclass(frozen=True, kw_only=True)
class NothingNew(_Composed):
    """Nothing is new, nothing is to be corrected: the slot is taken, and empty."""


@dataclass(frozen=True, kw_only=True)
class Waits(_Composed):
    """The issue waits for a person, and nothing was fixed.

    `late`: its slot is too long past.
    """

    reason: str
    late: bool


@dataclass(frozen=True, kw_only=True)
class Released(_Composed):
    """The issue is out."""

    issue: Issue


Published = NothingDue | SlotTaken | NothingNew | Waits | Released


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What was approved.

    Attributes:
        preview: of it.
        approval: by whom; None: no approval is required, and what was sent back is lifted.
        lifted: that it had been sent back; None: it had not.
    """

    preview: NextIssuePreview
    approval: Approval | None
    lifted: SentBack | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBackDraft:
    """What was sent back, and by whom."""

    preview: NextIssuePreview
    decision: SentBack


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """What is not sent back any more; `preview` says whether it waits all the same."""

    preview: NextIssuePreview
    decision: SentBack
