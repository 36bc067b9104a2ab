"""`issues/next.md`: what the editor writes for the next issue: note, subject, pins and holds.

Owns the file's form, both ways. It names the issue that it is for, so that no note ever goes out
twice; only holds outlive it, until they are released: nothing goes out because a number is old.
Opens the file to read it; never writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.errors import SourceError
from msnewsletter.issue.next_issue import NextIssue, no_reason
from msnewsletter.model import Hold, Pin
from msnewsletter.sources import front_matter_yaml
from msnewsletter.sources.fields import Given, key_of
from msnewsletter.sources.front_matter import Shapes, open_text
from msnewsletter.sources.text import clean
from msnewsletter.text import quoted_value
from msnewsletter.validators import issue_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

NEXT_NAME = "next.md"
_SHAPES = Shapes(("issue", "subject", "pin", "hold"), lists=("pin",), mappings=("hold",))


def read_coming(path: Path, *, shown: Callable[[Path], str]) -> NextIssue | None:
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


def parse_coming(text: str, place: str) -> NextIssue:
    """What a text says for the next issue; raises SourceError with the line."""
    opened = open_text(text, place, _SHAPES)
    note = "\n".join(line.text for line in opened.lines).strip()
    subject = opened.fields.get("subject")
    return NextIssue(
        place=place,
        issue=_number(opened.fields.get("issue"), place),
        note=note or None,
        subject=_one_line(subject) if subject else None,
        pins=tuple(
            Pin(key=key_of(given), place=given.place) for given in opened.listed.get("pin", ())
        ),
        holds=_holds(opened.named.get("hold", {})),
    )


def coming_text(coming: NextIssue) -> str:
    """The file that says this; `parse_coming` reads it back.

    Comments and the layout of an earlier file are not kept. Subject and reasons become one line,
    white space around the note goes, and so does what mail cannot carry.
    """
    lines = [f"issue: {coming.issue}"]
    if subject := " ".join((coming.subject or "").split()):
        lines += front_matter_yaml.field("subject", subject)
    lines += front_matter_yaml.list_field("pin", (pin.key for pin in coming.pins))
    lines += front_matter_yaml.named_field(
        "hold", ((hold.key, " ".join(hold.reason.split())) for hold in coming.holds)
    )
    note = (coming.note or "").replace("\r\n", "\n").strip()
    return "\n".join(["---", *lines, "---", *([note] if note else []), ""])


def _holds(named: Mapping[str, Given]) -> tuple[Hold, ...]:
    holds: dict[str, Hold] = {}
    for name, given in named.items():
        key = key_of(Given(value=name, place=given.place))
        reason = _one_line(given)
        if not reason:
            raise no_reason(key, given.place)
        if key in holds:  # the same letters, composed another way
            raise SourceError(
                given.place, f"{quoted_value(key)} stands there twice", "take one out"
            )
        holds[key] = Hold(key=key, reason=reason, place=given.place)
    return tuple(holds.values())


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
        raise SourceError(given.place, f"issue: {quoted_value(text)} {error}", remedy) from None
