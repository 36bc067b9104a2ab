"""What the editor wants of the next issue, and how each change alters it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from msnewsletter.errors import SourceError
from msnewsletter.model import Hold, Pin
from msnewsletter.text import quoted_value


@dataclass(frozen=True, slots=True, kw_only=True)
class NextIssue:
    """What the editor wrote for one issue.

    Attributes:
        place: the file, as the editor knows it.
        issue: the number of the issue that it is for.
        note: Markdown; None: no note.
        subject: the mail's subject, as it is; None: the one of the settings.
        pins: what comes first, in this order.
        holds: what waits until it is released, whatever the issue.
    """

    place: str
    issue: int
    note: str | None = None
    subject: str | None = None
    pins: tuple[Pin, ...] = ()
    holds: tuple[Hold, ...] = ()

    @property
    def for_one_issue(self) -> bool:
        """Whether it has anything that counts for the issue that it names only."""
        return bool(self.note or self.subject or self.pins)


def for_issue(coming: NextIssue, number: int) -> NextIssue:
    """What of it counts for an issue: all of it for its own, only its holds for any other."""
    if coming.issue == number:
        return coming
    return NextIssue(place=coming.place, issue=number, holds=coming.holds)


def pin_top(coming: NextIssue, key: str) -> NextIssue:
    """With this summary before all others."""
    return replace(coming, pins=(Pin(key=key), *unpin(coming, key).pins))


def pin_before(coming: NextIssue, key: str, other: str) -> NextIssue:
    """With this summary pinned before another one; as the last where that is not pinned."""
    pins = unpin(coming, key).pins
    at = next((index for index, pin in enumerate(pins) if pin.key == other), len(pins))
    return replace(coming, pins=(*pins[:at], Pin(key=key), *pins[at:]))


def unpin(coming: NextIssue, key: str) -> NextIssue:
    """Without a pin of this summary."""
    return replace(coming, pins=tuple(pin for pin in coming.pins if pin.key != key))


def move_up(coming: NextIssue, key: str) -> NextIssue:
    """With this pin one place further up; as it was where there is none, or none above it."""
    return _moved(coming, key, -1)


def move_down(coming: NextIssue, key: str) -> NextIssue:
    """With this pin one place further down; as it was where there is none, or none below it."""
    return _moved(coming, key, 1)


def hold(coming: NextIssue, key: str, reason: str) -> NextIssue:
    """With this summary held, also when it was already: then for the new reason; and not pinned.

    Raises SourceError without a reason.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise no_reason(key, coming.place)
    held = Hold(key=key, reason=reason)
    if any(one.key == key for one in coming.holds):
        holds = tuple(held if one.key == key else one for one in coming.holds)
    else:
        holds = (*coming.holds, held)
    return replace(unpin(coming, key), holds=holds)


def release(coming: NextIssue, key: str) -> NextIssue:
    """With this summary no longer held."""
    return replace(coming, holds=tuple(one for one in coming.holds if one.key != key))


def with_note(coming: NextIssue, note: str) -> NextIssue:
    """With this note, Markdown; blank: none."""
    return replace(coming, note=note.strip() or None)


def with_subject(coming: NextIssue, subject: str) -> NextIssue:
    """With this subject, in one line; blank: that of the settings."""
    return replace(coming, subject=" ".join(subject.split()) or None)


def _moved(coming: NextIssue, key: str, by: int) -> NextIssue:
    pins = list(coming.pins)
    at = next((index for index, pin in enumerate(pins) if pin.key == key), None)
    if at is None or not 0 <= at + by < len(pins):
        return coming
    pins[at], pins[at + by] = pins[at + by], pins[at]
    return replace(coming, pins=tuple(pins))


def no_reason(key: str, place: str) -> SourceError:
    """The error of a hold that gives no reason."""
    return SourceError(
        place,
        f"the hold of {quoted_value(key)} gives no reason",
        "say why after the colon, or take the line out to release it",
    )
