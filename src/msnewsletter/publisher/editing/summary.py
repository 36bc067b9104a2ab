"""Reads and saves the file of one summary for the desk, with the reader's own validation.

Only files that hold exactly one summary are changed, and only inside the sources of the settings.
What cannot be read is never written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.disk.save import save, text_of, version_of
from msnewsletter.errors import NewsletterError, RefusedError, SourceError, StaleError
from msnewsletter.publisher.editing.next_issue_file import bytes_like
from msnewsletter.publisher.key_ownership import refuse_taken
from msnewsletter.publisher.opening import reading_store
from msnewsletter.publisher.source_files import path_inside, source_at
from msnewsletter.settings import load_settings
from msnewsletter.sources import SIZE_LIMIT, front_matter_form, parse_file
from msnewsletter.sources.markdown_writer import markdown_of
from msnewsletter.sources.next_issue_file import bytes_if_any

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.model import Note, Summary
    from msnewsletter.settings import Settings
    from msnewsletter.sources import SourceFile
    from msnewsletter.sources.front_matter_form import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySource:
    """The file of one summary as it is on the disk.

    Attributes:
        location: the file, as the editor knows it.
        format: "markdown", "page" or "json".
        text: its content, without a byte order mark, lines ended by LF.
        version: a hash of the content, which a save asks for.
        key: the summary's; None: it does not read, or holds several.
        written_ns: when it was last written, in nanoseconds since 1970.
        as_written: its summary as the program would write it; empty where there is no `key`.
        read_only: why it is only shown; None: it may be edited.
        refused: why it does not read, with lines; it may be corrected here.
        warned: the reader's remarks, though it reads.
    """

    location: str
    format: str
    text: str
    version: str
    key: str | None = None
    written_ns: int = 0
    as_written: str = ""
    read_only: str | None = None
    refused: tuple[SourceError, ...] = ()
    warned: tuple[Note, ...] = ()


def read_summary_source(home: Home, place: str) -> SummarySource:
    """The source file that a place is in, e.g. `summaries/gut.md:3`, as it is now.

    Raises RefusedError where it is in none, SourceError where the file cannot be opened.
    """
    file = _find(home, load_settings(home.settings), place)
    return _source(file, _read(file))


def save_summary_source(home: Home, place: str, text: str, *, version: str) -> SummarySource:
    """Write the whole text of a summary's file; line ends and byte order mark stay as they were.

    Args:
        home: the newsletter's home.
        place: the file, or a place in it.
        text: the new content; it keeps the key that the file's summary has.
        version: of the file that the editor saw.

    Raises:
        SourceError: the text does not read; with its line.
        StaleError: the file is not the one that the editor saw. It carries the present content.
        RefusedError: another key, or a file that is only shown, or is outside the sources.
        OutboxError: it cannot be written.

    Whatever is raised, nothing was written. The store learns of it when sources are next collected.
    """
    checked = check_summary_text(home, place, text, version=version)
    file = checked.file
    path = path_inside(home, load_settings(home.settings), file)
    if checked.changes:
        save(home, path, checked.data, version=version, display=file.location)
    return replace(_source(file, _read(file)), warned=checked.warned)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedText:
    """A text that may be saved in a summary's file.

    Attributes:
        file: the file.
        data: the bytes that saving writes.
        changes: whether they are others than the file has.
        summary: as the reader reads it there.
        warned: the reader's remarks.
    """

    file: SourceFile
    data: bytes
    changes: bool
    summary: Summary
    warned: tuple[Note, ...]


def check_summary_text(home: Home, place: str, text: str, *, version: str) -> CheckedText:
    """The text as `save_summary_source` would write it, and with its errors; writes nothing."""
    settings = load_settings(home.settings)
    file = _find(home, settings, place)
    before = _read(file)
    found = _source(file, before)
    if found.read_only:
        raise RefusedError(file.location, found.read_only, "change it in a text editor")
    refuse_stale(found, version)
    data = bytes_like(before, text, file.location)
    summary, warned = _checked(data, file)
    _refuse_new_key(home, settings, file, found, summary)
    return CheckedText(file=file, data=data, changes=data != before, summary=summary, warned=warned)


def source_form(source: SummarySource) -> Form | None:
    """The file as the fields of a form; None: it can only be shown or edited as a text."""
    if source.read_only:
        return None
    try:
        return front_matter_form.form_of(source.text, source.location, source.format)
    except SourceError:
        return None


def save_summary_form(home: Home, place: str, form: Form, *, version: str) -> SummarySource:
    """Write what a form changes in a summary's file, and nothing else; as `save_summary_source`."""
    source = read_summary_source(home, place)
    refuse_stale(source, version)
    return save_summary_source(home, place, text_with_form(source, form), version=version)


def text_with_form(source: SummarySource, form: Form) -> str:
    """The file's text with what a form changes in it; raises RefusedError where it has no form."""
    if source_form(source) is None:
        raise RefusedError(source.location, "has no form", "change it as a text")
    return front_matter_form.with_form(source.text, source.location, source.format, form)


def says(source: SummarySource, written: Form | str) -> bool:
    """Whether a file says just this already; False where that cannot be told."""
    try:
        text = written if isinstance(written, str) else text_with_form(source, written)
    except NewsletterError:
        return False
    return text == source.text


def refuse_stale(source: SummarySource, version: str) -> None:
    """Raise StaleError before any complaint: the editor must see the newer file first."""
    if source.version != version:
        raise StaleError(source.location, text=source.text, version=source.version)


def _find(home: Home, settings: Settings, place: str) -> SourceFile:
    file = source_at(home, settings, place)
    if file is None:
        raise RefusedError(place, "is in none of the sources", "look for it under Summaries")
    return file


def _read(file: SourceFile) -> bytes:
    if file.size > SIZE_LIMIT:
        return b""
    data = bytes_if_any(file.path, file.location, limit=SIZE_LIMIT)
    if data is None:
        raise SourceError(file.location, "is gone", "put it back")
    return data


def _source(file: SourceFile, data: bytes) -> SummarySource:
    reading = parse_file(file, data)
    only = reading.summaries[0] if len(reading.summaries) == 1 else None
    return SummarySource(
        location=file.location,
        format=file.format,
        text=text_of(data),
        version=version_of(data),
        key=only.key if only else None,
        written_ns=file.written_ns,
        as_written=markdown_of(only, language=file.language) if only else "",
        read_only=_read_only(file, data),
        refused=reading.refused,
        warned=reading.warned,
    )


def _read_only(file: SourceFile, data: bytes) -> str | None:
    if not front_matter_form.has_front_matter(file.format):
        return "a JSON file may hold many summaries: it is shown, not edited, here"
    if file.size > SIZE_LIMIT:
        return "it is too large to be a summary"
    if b"\0" in data:
        return "it is binary, not text"
    try:
        data.decode()
    except UnicodeDecodeError:
        return "it is not UTF-8: what cannot be shown would be lost"
    return None


def _checked(data: bytes, file: SourceFile) -> tuple[Summary, tuple[Note, ...]]:
    """The summary in a text that may be written, and the reader's notes; raises SourceError."""
    reading = parse_file(file, data)
    if reading.refused:
        raise reading.refused[0]
    (summary,) = reading.summaries
    return summary, reading.warned


def _refuse_new_key(
    home: Home, settings: Settings, file: SourceFile, before: SummarySource, summary: Summary
) -> None:
    """A key is one study for ever: raises where it changed, or belongs to another file."""
    if before.key and summary.key != before.key:
        raise RefusedError(
            summary.location,
            f"its key would become {summary.key!r}",
            f"keep 'key: {before.key}': a key is one study for ever",
        )
    with reading_store(home, settings) as store:
        refuse_taken(home, settings, summary, file.location, store)
