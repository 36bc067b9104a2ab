"""What the editor asks of the next issue, and each change of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from msnewsletter.decisions import Hold, Pin
from msnewsletter.errors import SourceError
from msnewsletter.text import flat, quoted_value

if TYPE_CHECKING:
    from collections.abc import Collection

    from msnewsletter.model import Issue, Note


@dataclass(frozen=True, slots=True, kw_only=True)
class NextIssue:
    """What the editor asks of one issue.

    Attributes:
        place: the file, as the editor knows it.
        issue: the number of the issue that it is for.
        note: Markdown; None: no note.
        note_line: the line of the file that the note begins in; 0: it is not known.
        subject: the mail's subject, as it is; None: the one of the settings.
        question: for readers to take to their MS team; None: the one of the settings.
        pins: what comes first, in this order.
        holds: what waits until it is released, whatever the issue.
        warned: what the file says otherwise than it looks.
    """

    place: str
    issue: int
    note: str | None = None
    note_line: int = field(default=0, compare=False)
    subject: str | None = None
    question: str | None = None
    pins: tuple[Pin, ...] = ()
    holds: tuple[Hold, ...] = ()
    warned: tuple[Note, ...] = field(default=(), compare=False)

    @property
    def for_one_issue(self) -> bool:
        """Whether it has anything that counts for the issue that it names only."""
        return bool(self.note or self.subject or self.question or self.pins)


def for_issue(next_issue: NextIssue, number: int) -> NextIssue:
    """The part that counts for an issue: all of it for its own, only its holds for any other."""
    if next_issue.issue == number:
        return next_issue
    return NextIssue(place=next_issue.place, issue=number, holds=next_issue.holds)


def went_out_in(next_issue: NextIssue, issue: Issue, *, pending: Collection[str]) -> bool:
    """Whether all that it asks of this issue, which is out, was done: the file is left over.

    `pending`: keys of summaries that are in no issue; a pin of one asks for what is still to come.
    """
    given = (
        (next_issue.note, issue.note),
        (next_issue.subject, issue.subject),
        (next_issue.question, issue.masthead.question),
    )
    said = all(flat(words) == flat(sent or "") for words, sent in given if words)
    return said and not any(pin.key in pending for pin in next_issue.pins)


def pin_top(next_issue: NextIssue, key: str) -> NextIssue:
    """With this summary before all others."""
    return replace(next_issue, pins=(Pin(key=key), *unpin(next_issue, key).pins))


def pin_before(next_issue: NextIssue, key: str, other: str) -> NextIssue:
    """With this summary pinned before another one; as the last where that is not pinned."""
    pins = unpin(next_issue, key).pins
    at = next((index for index, pin in enumerate(pins) if pin.key == other), len(pins))
    return replace(next_issue, pins=(*pins[:at], Pin(key=key), *pins[at:]))


def unpin(next_issue: NextIssue, key: str) -> NextIssue:
    """Without a pin of this summary."""
    return replace(next_issue, pins=tuple(pin for pin in next_issue.pins if pin.key != key))


def move_up(next_issue: NextIssue, key: str) -> NextIssue:
    """With this pin one place further up; as it was where there is none, or none above it."""
    return _moved(next_issue, key, -1)


def move_down(next_issue: NextIssue, key: str) -> NextIssue:
    """With this pin one place further down; as it was where there is none, or none below it."""
    return _moved(next_issue, key, 1)


def hold(next_issue: NextIssue, key: str, reason: str) -> NextIssue:
    """With this summary held, also when it was already: then for the new reason; and not pinned.

    Raises SourceError without a reason.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise no_reason(key, next_issue.place)
    holds = {one.key: one for one in next_issue.holds} | {key: Hold(key=key, reason=reason)}
    return replace(unpin(next_issue, key), holds=tuple(holds.values()))


def lift_hold(next_issue: NextIssue, key: str) -> NextIssue:
    """With this summary no longer held."""
    return replace(next_issue, holds=tuple(one for one in next_issue.holds if one.key != key))


def with_note(next_issue: NextIssue, note: str) -> NextIssue:
    """With this note, Markdown; blank: none."""
    return replace(next_issue, note=note.strip() or None)


def with_subject(next_issue: NextIssue, subject: str) -> NextIssue:
    """With this subject, in one line; blank: that of the settings."""
    return replace(next_issue, subject=" ".join(subject.split()) or None)


def with_question(next_issue: NextIssue, question: str) -> NextIssue:
    """With this question for the MS team, in one line; blank: that of the settings."""
    return replace(next_issue, question=" ".join(question.split()) or None)


def line_of(next_issue: NextIssue, words: str) -> int:
    """The line of the file in which its note has these words first; 0: it does not have them."""
    before, found, _ = (next_issue.note or "").partition(words)
    return next_issue.note_line + before.count("\n") if found and next_issue.note_line else 0


def _moved(next_issue: NextIssue, key: str, by: int) -> NextIssue:
    pins = list(next_issue.pins)
    at = next((index for index, pin in enumerate(pins) if pin.key == key), None)
    if at is None or not 0 <= at + by < len(pins):
        return next_issue
    pins[at], pins[at + by] = pins[at + by], pins[at]
    return replace(next_issue, pins=tuple(pins))


def no_reason(key: str, place: str) -> SourceError:
    """The error of a hold that gives no reason."""
    remedy = "say why after the colon, or remove the line to release it"
    return SourceError(place, f"the hold of {quoted_value(key)} gives no reason", remedy)
