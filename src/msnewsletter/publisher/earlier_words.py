"""What `issues/next.md` still says for an issue that is out: left over, or written too late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.issue.pins_and_holds import went_out_in
from msnewsletter.model import Note

if TYPE_CHECKING:
    from collections.abc import Collection

    from msnewsletter.issue.pins_and_holds import NextIssue
    from msnewsletter.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierWords:
    """Words of the file for an issue that is out.

    Attributes:
        issue: its number.
        unsaid: what tells that readers never got them, for nobody raised the number; None: the
            issue went out with them, and the file is left over as it is after every issue.
    """

    issue: int
    unsaid: Note | None = None


def earlier_words(
    store: Store, written: NextIssue | None, *, pending: Collection[str]
) -> EarlierWords | None:
    """What the file says for an issue that is out; None: nothing. Raises StoreError.

    `pending`: the keys of summaries that are in no issue yet.
    """
    last = store.last_issue()
    if written is None or last is None or not written.for_one_issue or written.issue > last.number:
        return None
    if went_out_in(written, store.issue(written.issue), pending=pending):
        return EarlierWords(issue=written.issue)
    text = (
        f"it is for issue {written.issue}, which went out without what it says now, so no issue "
        f"will have it; if it is meant for the next one, change its number to {last.number + 1}"
    )
    return EarlierWords(issue=written.issue, unsaid=Note(place=written.place, text=text))
