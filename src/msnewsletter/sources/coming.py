"""`issues/next.md`: what the editor writes for the next issue: note, subject, pins and holds.

Owns the file's form, both ways. It names the issue that it is for, so that no note ever goes out
twice; only holds outlive it, until they are released: nothing goes out because a number is old.
Opens the file to read it; never writes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.errors import SourceError
from msnewsletter.model import Hold, Pin
from msnewsletter.sources import front_writing
from msnewsletter.sources.fields import Given, key_of
from msnewsletter.sources.front import Shapes, open_text
from msnewsletter.sources.text import clean, quoted
from msnewsletter.validators import issue_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

NEXT_NAME = "next.md"
_SHAPES = Shapes(("issue", "subject", "pin", "hold"), lists=("pin",), mappings=("hold",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
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
        """Whether it holds anything that only the issue takes which it names."""
        return bool(self.note or self.subject or self.pins)


def read_coming(path: Path, *, shown: Callable[[Path], str]) -> Coming | None:
    """Read the file, if it is there; raises SourceError with the line.

    A file that cannot be read stops the issue: going out without it would lose a note, or send
    what is held.
    """
    place = shown(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
        raise SourceError(place, problem, "check its permissions") from None
    return parse_coming(decode_coming(data, place), place)


def decode_coming(data: bytes, place: str) -> str:
    """The file's text without its byte order mark; raises SourceError."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(place, "it is not UTF-8", "save it as UTF-8") from None


def parse_coming(text: str, place: str) -> Coming:
    """What a text says for the next issue; raises SourceError with the line."""
    opened = open_text(text, place, _SHAPES)
    note = "\n".join(line.text for line in opened.lines).strip()
    subject = opened.fields.get("subject")
    return Coming(
        place=place,
        issue=_number(opened.fields.get("issue"), place),
        note=note or None,
        subject=_one_line(subject) if subject else None,
        pins=tuple(
            Pin(key=key_of(given), place=given.place) for given in opened.listed.get("pin", ())
        ),
        holds=_holds(opened.named.get("hold", {})),
    )


def coming_text(coming: Coming) -> str:
    """The file that says this; `parse_coming` reads it back.

    Comments and the layout of an earlier file are not kept. Subject and reasons become one line,
    white space around the note goes, and so does what mail cannot carry.
    """
    lines = [f"issue: {coming.issue}"]
    if subject := " ".join((coming.subject or "").split()):
        lines += front_writing.field("subject", subject)
    lines += front_writing.list_field("pin", (pin.key for pin in coming.pins))
    lines += front_writing.named_field(
        "hold", ((hold.key, " ".join(hold.reason.split())) for hold in coming.holds)
    )
    note = (coming.note or "").replace("\r\n", "\n").strip()
    return "\n".join(["---", *lines, "---", *([note] if note else []), ""])


def for_issue(coming: Coming, number: int) -> Coming:
    """What of it counts for an issue: all of it for its own, only its holds for any other."""
    if coming.issue == number:
        return coming
    return Coming(place=coming.place, issue=number, holds=coming.holds)


def pin_top(coming: Coming, key: str) -> Coming:
    """With this summary before all others."""
    return replace(coming, pins=(Pin(key=key), *unpin(coming, key).pins))


def pin_before(coming: Coming, key: str, other: str) -> Coming:
    """With this summary pinned before another one; as the last where that is not pinned."""
    pins = unpin(coming, key).pins
    at = next((index for index, pin in enumerate(pins) if pin.key == other), len(pins))
    return replace(coming, pins=(*pins[:at], Pin(key=key), *pins[at:]))


def unpin(coming: Coming, key: str) -> Coming:
    """Without a pin of this summary."""
    return replace(coming, pins=tuple(pin for pin in coming.pins if pin.key != key))


def move_up(coming: Coming, key: str) -> Coming:
    """With this pin one place further up; as it was where there is none, or none above it."""
    return _moved(coming, key, -1)


def move_down(coming: Coming, key: str) -> Coming:
    """With this pin one place further down; as it was where there is none, or none below it."""
    return _moved(coming, key, 1)


def hold(coming: Coming, key: str, reason: str) -> Coming:
    """With this summary held, also when it was already: then for the new reason; and not pinned.

    Raises SourceError without a reason.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise _no_reason(key, coming.place)
    held = Hold(key=key, reason=reason)
    if any(one.key == key for one in coming.holds):
        holds = tuple(held if one.key == key else one for one in coming.holds)
    else:
        holds = (*coming.holds, held)
    return replace(unpin(coming, key), holds=holds)


def release(coming: Coming, key: str) -> Coming:
    """With this summary no longer held."""
    return replace(coming, holds=tuple(one for one in coming.holds if one.key != key))


def with_note(coming: Coming, note: str) -> Coming:
    """With this note, Markdown; blank: none."""
    return replace(coming, note=note.strip() or None)


def with_subject(coming: Coming, subject: str) -> Coming:
    """With this subject, in one line; blank: that of the settings."""
    return replace(coming, subject=" ".join(subject.split()) or None)


def _moved(coming: Coming, key: str, by: int) -> Coming:
    pins = list(coming.pins)
    at = next((index for index, pin in enumerate(pins) if pin.key == key), None)
    if at is None or not 0 <= at + by < len(pins):
        return coming
    pins[at], pins[at + by] = pins[at + by], pins[at]
    return replace(coming, pins=tuple(pins))


def _holds(named: Mapping[str, Given]) -> tuple[Hold, ...]:
    holds: dict[str, Hold] = {}
    for name, given in named.items():
        key = key_of(Given(value=name, place=given.place))
        reason = _one_line(given)
        if not reason:
            raise _no_reason(key, given.place)
        if key in holds:  # the same letters, composed another way
            raise SourceError(given.place, f"{quoted(key)} stands there twice", "take one out")
        holds[key] = Hold(key=key, reason=reason, place=given.place)
    return tuple(holds.values())


def _no_reason(key: str, place: str) -> SourceError:
    return SourceError(
        place,
        f"the hold of {quoted(key)} gives no reason",
        "say why after the colon, or take the line out to release it",
    )


def _one_line(given: Given) -> str:
    text, _ = clean(str(given.value), given.place)
    return " ".join(text.split())


def _number(given: Given | None, place: str) -> int:
    remedy = "say for which issue it is, e.g. issue: 7, between two lines of ---"
    if given is None:
        raise SourceError(place, "it names no issue", remedy)
    text = str(given.value)
    try:
        return issue_number(text)
    except ValueError as error:
        raise SourceError(given.place, f"issue: {quoted(text)} {error}", remedy) from None
