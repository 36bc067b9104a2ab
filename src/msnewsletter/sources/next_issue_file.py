"""`issues/next.md`: the editor's note, subject, question, pins and holds for the next issue.

Owns the file's form, both ways. It names the issue that it is for, so that no note ever goes out
twice; only holds outlive it, until they are released: nothing goes out because a number is old.
Reads the file; never writes it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from msnewsletter.decisions import Hold, Pin
from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.home import NEXT_NAME
from msnewsletter.issue.conflict_copies import original_of
from msnewsletter.issue.pins_and_holds import NextIssue, no_reason
from msnewsletter.model import Note
from msnewsletter.regular_file import WRITTEN_LIMIT, read_regular
from msnewsletter.sources import front_matter_yaml
from msnewsletter.sources.clean_text import clean
from msnewsletter.sources.fields import Given, key_of
from msnewsletter.sources.formats import SIZE_LIMIT, too_large
from msnewsletter.sources.front_matter import Shapes, open_text
from msnewsletter.text import quoted_value
from msnewsletter.validators import issue_number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from msnewsletter.home import Home

# Characters. The mail has room for this much, whatever it holds; a longer text is an article.
NOTE_LIMIT: Final = 5_000
_SUBJECT_LIMIT = 300
_QUESTION_LIMIT = 500
_REASON_LIMIT = 1_000
_SHAPES = Shapes(
    ("issue", "subject", "question", "pin", "hold"), lists=("pin",), mappings=("hold",)
)


def read_next_issue(home: Home) -> NextIssue | None:
    """Read the file, if it is there; raises SourceError with the line.

    A file that cannot be read stops the issue: going out without it would lose a note, or send
    what is held.
    """
    place = home.display_path(home.next_issue)
    data = bytes_if_any(home.next_issue, place)
    return None if data is None else parse_next_issue(data, place)


def conflict_copies(home: Home) -> tuple[Note, ...]:
    """Notes about versions of the file that a synchronising program put beside it."""
    try:
        names = sorted(os.listdir(home.records))  # noqa: PTH208  (a Path each takes far longer)
    except OSError:
        return ()
    text = f"a conflict copy of {home.display_path(home.next_issue)}: what it says is not read; "
    return tuple(
        Note(
            place=home.display_path(home.records / name),
            text=text + "keep what is right of both in that file, then delete this one",
        )
        for name in names
        if original_of(name) == NEXT_NAME
    )


def bytes_if_any(path: Path, place: str, *, limit: int = WRITTEN_LIMIT) -> bytes | None:
    """A file's bytes, None where there is none; raises SourceError where it cannot be read."""
    try:
        return read_regular(path, limit=limit)
    except FileNotFoundError:
        return None
    except BadValueError as error:
        raise SourceError(place, error.problem, error.remedy) from None


def parse_next_issue(data: bytes, place: str) -> NextIssue:
    """What the file's bytes say; raises SourceError with the line."""
    if len(data) > SIZE_LIMIT:
        raise too_large(place, len(data))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(place, "it is not UTF-8", "save it as UTF-8") from None
    opened = open_text(text, place, _SHAPES)
    note = "\n".join(line.text for line in opened.lines).strip()
    written = (line.number for line in opened.lines if line.text.strip())
    if len(note) > NOTE_LIMIT:
        problem = f"the note has {len(note):,} characters"
        raise SourceError(place, problem, f"write at most {NOTE_LIMIT:,}")
    subject, question = opened.fields.get("subject"), opened.fields.get("question")
    return NextIssue(
        place=place,
        issue=_number(opened.fields.get("issue"), place),
        note=note or None,
        note_line=next(written, 0),
        subject=_line_of("subject", subject, _SUBJECT_LIMIT) if subject else None,
        question=_line_of("question", question, _QUESTION_LIMIT) or None if question else None,
        pins=tuple(
            Pin(key=key_of(given), place=given.place) for given in opened.listed.get("pin", ())
        ),
        holds=_holds(opened.named.get("hold", {})),
        warned=tuple(opened.warned),
    )


def next_issue_text(next_issue: NextIssue) -> str:
    """The file that says this; `parse_next_issue` reads it back.

    Comments and the layout of an earlier file are not kept. Subject, question and reasons become
    one line, white space around the note goes, and so does what mail cannot carry.
    """
    lines = [f"issue: {next_issue.issue}"]
    if subject := " ".join((next_issue.subject or "").split()):
        lines += front_matter_yaml.field("subject", subject)
    if question := " ".join((next_issue.question or "").split()):
        lines += front_matter_yaml.field("question", question)
    lines += front_matter_yaml.list_field("pin", (pin.key for pin in next_issue.pins))
    lines += front_matter_yaml.named_field(
        "hold", ((hold.key, " ".join(hold.reason.split())) for hold in next_issue.holds)
    )
    note = (next_issue.note or "").replace("\r\n", "\n").strip()
    return "\n".join(["---", *lines, "---", *([note] if note else []), ""])


def _holds(named: Mapping[str, Given]) -> tuple[Hold, ...]:
    holds: dict[str, Hold] = {}
    for name, given in named.items():
        key = key_of(Given(value=name, place=given.place))
        reason = _line_of(f"the reason to hold {quoted_value(key)}", given, _REASON_LIMIT)
        if not reason:
            raise no_reason(key, given.place)
        if key in holds:  # the same letters, composed another way
            raise SourceError(given.place, f"{quoted_value(key)} is given twice", "remove one")
        holds[key] = Hold(key=key, reason=reason, place=given.place)
    return tuple(holds.values())


def _line_of(name: str, given: Given, limit: int) -> str:
    text, _ = clean(str(given.value), given.place)
    line = " ".join(text.split())
    if len(line) > limit:
        problem = f"{name} has {len(line):,} characters"
        raise SourceError(given.place, problem, f"write at most {limit:,}")
    return line


def _number(given: Given | None, place: str) -> int:
    remedy = "say for which issue it is, e.g. issue: 7, between two lines of ---"
    if given is None:
        raise SourceError(place, "it names no issue", remedy)
    text = str(given.value)
    try:
        return issue_number(text)
    except ValueError as error:
        raise SourceError(given.place, f"issue: {quoted_value(text)} {error}", remedy) from None
