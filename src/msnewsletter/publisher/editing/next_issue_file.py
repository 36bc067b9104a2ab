"""Reads and saves `issues/next.md` for the desk; the file is the only copy.

Every text passes the parser that publishing uses before it is written, and none replaces a file
that the editor has not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.disk.save import save, text_of, version_of
from msnewsletter.errors import SourceError
from msnewsletter.publisher.opening import reading_store
from msnewsletter.sources.next_issue_file import bytes_if_any, next_issue_text, parse_next_issue

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.issue.pins_and_holds import NextIssue
    from msnewsletter.settings import Settings

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextFile:
    """`issues/next.md` as it is on the disk.

    Attributes:
        place: the file, as the editor knows it.
        text: its content, without a byte order mark, lines ended by LF; "" where there is none.
        version: a hash of the content, which a save asks for; "" where there is no file.
        next_issue: its parsed content; None: there is no file, or it cannot be understood.
        error: why it cannot be understood, with its line.
    """

    place: str
    text: str = ""
    version: str = ""
    next_issue: NextIssue | None = None
    error: SourceError | None = None


def next_number(home: Home, settings: Settings) -> int:
    """The number of the next issue at this moment; raises StoreError, RecordError."""
    with reading_store(home, settings) as store:
        last = store.last_issue()
    return last.number + 1 if last else 1


def read_next(home: Home) -> NextFile:
    """The file as it is now, whether or not it can be understood.

    Raises SourceError where it cannot be opened.
    """
    place = home.display_path(home.next_issue)
    data = bytes_if_any(home.next_issue, place)
    if data is None:
        return NextFile(place=place)
    text, version = text_of(data), version_of(data)
    try:
        wanted = parse_next_issue(data, place)
    except SourceError as error:
        return NextFile(place=place, text=text, version=version, error=error)
    return NextFile(place=place, text=text, version=version, next_issue=wanted)


def save_next(home: Home, wanted: NextIssue, *, version: str) -> NextFile:
    """Write the editor's changes to the next issue; comments in the file are not kept.

    Args:
        home: the newsletter's home.
        wanted: made with the functions of issue/pins_and_holds.py.
        version: of the file that the editor saw; "": there was none.

    Raises as `save_next_text` does.
    """
    return save_next_text(home, next_issue_text(wanted), version=version)


def save_next_text(home: Home, text: str, *, version: str) -> NextFile:
    """Write the file's whole text; a file with CRLF line ends or a byte order mark keeps them.

    Raises:
        SourceError: publishing would not understand the text; with its line.
        StaleError: the file is not the one that the editor saw. It carries the present content.
        RefusedError, OutboxError: it cannot be written.

    Whatever is raised, nothing was written.
    """
    place = home.display_path(home.next_issue)
    before = bytes_if_any(home.next_issue, place)
    data = bytes_like(before, text, place)
    parse_next_issue(data, place)
    if data != before:
        # The folder itself may be a link; the file may not.
        path = home.records.resolve() / home.next_issue.name
        save(home, path, data, version=version, display=place)
    return read_next(home)


def bytes_like(before: bytes | None, text: str, place: str) -> bytes:
    """A text as bytes, with the line ends and byte order mark of the file that it replaces.

    A file whose every line ended in CRLF keeps that; mixed line ends become LF. Browsers send CRLF
    whatever they were given, so the text's own line ends say nothing. Raises SourceError for half
    a surrogate pair.
    """
    before = before or b""
    lines = text.replace("\r\n", "\n")
    if (ends := before.count(b"\n")) and ends == before.count(b"\r\n"):
        lines = lines.replace("\n", "\r\n")
    try:
        return (_BOM if before.startswith(_BOM) else b"") + lines.encode()
    except UnicodeEncodeError:
        raise SourceError(place, "holds half a character", "write the whole character") from None
