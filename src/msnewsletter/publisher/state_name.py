"""Where a summary stands, and what else it is: the words of lists, screens and addresses."""

from __future__ import annotations

from enum import StrEnum

from msnewsletter.model import Status


class StateName(StrEnum):
    """What a summary is: one of the first six, and any of the others besides."""

    PENDING = "pending"  # in the next issue
    HELD = "held"
    REFUSED = "refused"  # a file, or a part of one, that does not read
    SENT = "sent"
    BASELINE = "never mailed"  # older than the newsletter's start
    FOLLOWS = "told elsewhere"  # another source's text of the same study counts; in no list
    OVERRIDDEN = "overridden"  # a person's file counts instead of what was fetched
    CORRECTED = "corrected"
    CONCERN = "expression of concern"
    WITHDRAWN = "withdrawn"
    RETRACTED = "retracted"
    TAKEN_DOWN = "taken down"


STATE_OF: dict[Status, StateName] = {
    status: StateName(status.value) for status in Status if status is not Status.LIVE
}
STATUS_OF = {state: status for status, state in STATE_OF.items()}
