"""`issues/next.md`: what the editor writes for the next issue: a note and a subject.

Owns the file's form. It names the issue that it is for, so that no note ever goes out twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.errors import SourceError
from msnewsletter.sources.front import open_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from msnewsletter.sources.fields import Given

NEXT_NAME = "next.md"
_FIELDS = ("issue", "subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What the editor wrote for one issue.

    Attributes:
        place: the file, as the editor knows it.
        issue: the number of the issue that it is for.
        note: Markdown; None: no note.
        subject: the mail's subject, as it is; None: the one of the settings.
    """

    place: str
    issue: int
    note: str | None
    subject: str | None


def read_coming(path: Path, *, shown: Callable[[Path], str]) -> Coming | None:
    """Read the file, if it is there; raises SourceError with the line.

    A note that cannot be read stops the issue: going out without it would lose it.
    """
    place = shown(path)
    try:
        text = path.read_bytes().decode()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise SourceError(place, "it is not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
        raise SourceError(place, problem, "check its permissions") from None
    return parse_coming(text, place)


def parse_coming(text: str, place: str) -> Coming:
    """The note in a text; raises SourceError with the line."""
    opened = open_text(text, place, _FIELDS)
    note = "\n".join(line.text for line in opened.lines).strip()
    subject = opened.fields.get("subject")
    return Coming(
        place=place,
        issue=_number(opened.fields.get("issue"), place),
        note=note or None,
        subject=" ".join(str(subject.value).split()) if subject else None,
    )


def _number(given: Given | None, place: str) -> int:
    remedy = "say for which issue it is, e.g. issue: 7, between two lines of ---"
    if given is None:
        raise SourceError(place, "it names no issue", remedy)
    text = str(given.value)
    if not (text.isascii() and text.isdigit() and int(text)):
        raise SourceError(given.place, f"issue: {text!r} is no number", remedy)
    return int(text)
