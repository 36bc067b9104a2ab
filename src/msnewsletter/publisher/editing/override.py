"""Overrides what was fetched with a file of an editor's own, and takes that back.

A fetched summary is shown as the Markdown that a file of it would be. Saved, that file counts from
then on; removed, what the source says counts again.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.disk.save import remove, save, version_of
from msnewsletter.errors import BadValueError, RefusedError, SourceError, StaleError
from msnewsletter.publisher.collect import plan_collect
from msnewsletter.publisher.editing.summary import (
    SummarySource,
    read_summary_source,
    refuse_stale,
)
from msnewsletter.publisher.fetched_files import fetched_files
from msnewsletter.publisher.key_ownership import refuse_taken
from msnewsletter.publisher.new_file import path_of_key, write_new
from msnewsletter.publisher.opening import reading_store
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.source_files import path_inside, source_at
from msnewsletter.regular_file import read_regular
from msnewsletter.settings import load_settings
from msnewsletter.sources import SIZE_LIMIT, front_matter_form, parse_file, read_bytes
from msnewsletter.sources.fetched_file import parse_fetched
from msnewsletter.sources.markdown_writer import markdown_of, markdown_of_fields

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.model import Note
    from msnewsletter.settings import Settings
    from msnewsletter.sources import SourceFile
    from msnewsletter.sources.front_matter_form import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedText:
    """What a source says of a summary, as the text of a file.

    Attributes:
        place: as editors know it.
        source: the source's label.
        key: the summary's.
        text: Markdown; where it does not read, what there is of it.
        version: another one whenever the source says something else.
        address: where it was read.
        read: when it last read well, aware UTC; None: never.
        changed: when what the source says last became another, aware UTC.
        origins: where each field was found.
        refused: why it does not read; None: it does.
        warned: the reader's remarks.
        overridden_by: the file that counts instead; None: there is none.
        is_newer: what the source says is from after that file was last written.
    """

    place: str
    source: str
    key: str
    text: str
    version: str
    address: str
    read: datetime | None
    changed: datetime
    origins: Mapping[str, str]
    refused: SourceError | None = None
    warned: tuple[Note, ...] = ()
    overridden_by: str | None = None
    is_newer: bool = False

    @property
    def form(self) -> Form | None:
        """It as the fields of a form; None: it can only be edited as a text."""
        try:
            return front_matter_form.form_of(self.text, self.place, "markdown")
        except SourceError:
            return None


def fetched_at(home: Home, place: str, *, at: datetime) -> FetchedText | None:
    """What a source says at a place; None: nothing was fetched there.

    Args:
        home: the newsletter's home.
        place: as editors know it.
        at: now, aware.

    Raises SourceError where what was kept of it is damaged.
    """
    with looking(home, at=at) as session:
        file = source_at(home, session.settings, place)
        if file is None or not file.is_fetched:
            return None
        read = {one.key: path for one, path in plan_collect(session).read}
        known = session.store.known([file.name])
        stored = known[file.name].path if file.name in known else ""
        owner = source_at(home, session.settings, read.get(file.name, stored))
    if owner is None or owner.is_fetched:
        return _text(file)
    return _text(file, by=owner.location, written_ns=owner.written_ns)


def fetched_under(home: Home, file: SummarySource) -> tuple[FetchedText, ...]:
    """What sources say that a file overrides, in their order; what is damaged is left out."""
    found = []
    for one in fetched_files(home, load_settings(home.settings)).files:
        if one.name == file.key:
            with suppress(SourceError):
                found.append(_text(one, by=file.location, written_ns=file.written_ns))
    return tuple(found)


def _text(file: SourceFile, *, by: str | None = None, written_ns: int = 0) -> FetchedText:
    try:
        data = read_regular(file.address, limit=SIZE_LIMIT, follow=False)
    except (OSError, BadValueError):
        problem, remedy = "cannot be read", "the next fetch brings it again"
        raise SourceError(file.location, problem, remedy) from None
    said = parse_fetched(data, file.location)
    reading = parse_file(file, data)
    text = (
        markdown_of(reading.summaries[0], language=file.language)
        if reading.summaries
        else markdown_of_fields({"key": said.key, **said.fields}, language=file.language)
    )
    return FetchedText(
        place=file.location,
        source=file.source,
        key=said.key,
        text=text,
        version=version_of(data),
        address=said.address,
        read=said.read,
        changed=said.changed,
        origins=said.origins,
        refused=next(iter(reading.refused), None),
        warned=reading.warned,
        overridden_by=by,
        is_newer=by is not None and said.changed.timestamp() > written_ns / 1e9,
    )


def override_with_form(home: Home, place: str, form: Form, *, version: str, at: datetime) -> str:
    """Write the fetched text with what a form changes in it; as `override`."""
    shown = _current(home, place, version=version, at=at)
    text = front_matter_form.with_form(shown.text, place, "markdown", form)
    return override(home, place, text, version=version, at=at)


def override(home: Home, place: str, text: str, *, version: str, at: datetime) -> str:
    """Write a file that counts instead of what was fetched; returns it as editors know it.

    Args:
        home: the newsletter's home.
        place: of the fetched summary.
        text: the file's; it keeps the key.
        version: of the fetched text that the editor saw.
        at: now, aware.

    Raises:
        SourceError: the text does not read; with its line.
        StaleError: the source says something else now; it carries that.
        RefusedError: another key, or a file that is there already.
        OutboxError: it cannot be written.

    Whatever is raised, nothing was written.
    """
    shown = _current(home, place, version=version, at=at)
    settings = load_settings(home.settings)
    path = path_of_key(home, settings, shown.key)
    location = home.display_path(path)
    if shown.overridden_by:
        raise RefusedError(shown.overridden_by, "overrides it already", "change that file")
    _check(home, settings, shown, text, location)
    return write_new(home, path, text.rstrip("\n") + "\n")


def _current(home: Home, place: str, *, version: str, at: datetime) -> FetchedText:
    shown = fetched_at(home, place, at=at)
    if shown is None:
        raise RefusedError(place, "is in none of the sources", "look for it under Summaries")
    if shown.version != version:
        raise StaleError(place, text=shown.text, version=shown.version)
    return shown


def _check(home: Home, settings: Settings, shown: FetchedText, text: str, location: str) -> None:
    """Raise where the text is none that the file may have."""
    language = settings.newsletter.effective_words
    reading = read_bytes(text.encode(), location=location, format="markdown", language=language)
    if reading.refused:
        raise reading.refused[0]
    (summary,) = reading.summaries
    if summary.key != shown.key:
        problem = f"its key would be {summary.key!r}, which overrides nothing"
        raise RefusedError(location, problem, f"keep 'key: {shown.key}'")
    with reading_store(home, settings) as store:
        refuse_taken(home, settings, summary, location, store)


def remove_override(home: Home, place: str, *, version: str, coming_back: str) -> str:
    """Remove a file that overrides what was fetched; returns the place that counts again.

    Args:
        home: the newsletter's home.
        place: the file.
        version: of its text, as the editor saw it.
        coming_back: the version of what the source says, as the editor saw it.

    Raises:
        StaleError: one of the two is not what the editor saw.
        RefusedError: the file overrides nothing, so its text would be lost; or it is only shown.
        OutboxError: it cannot be removed.
    """
    file, path, fetched = _overriding(home, place, version=version, coming_back=coming_back)
    remove(home, path, version=version, display=file.location)
    return fetched.place


def keep_override(home: Home, place: str, *, version: str, coming_back: str) -> None:
    """Write the same file again: the editor has compared it with what the source says now.

    As `remove_override`.
    """
    file, path, _ = _overriding(home, place, version=version, coming_back=coming_back)
    data = read_regular(path, limit=SIZE_LIMIT, follow=False)
    save(home, path, data, version=version, display=file.location)


def _overriding(
    home: Home, place: str, *, version: str, coming_back: str
) -> tuple[SourceFile, Path, FetchedText]:
    """The file, where it is on the disk, and what it overrides."""
    shown = read_summary_source(home, place)
    refuse_stale(shown, version)
    settings = load_settings(home.settings)
    fetched = fetched_under(home, shown)
    file = source_at(home, settings, shown.location)
    if not fetched or shown.read_only or file is None:
        problem = "overrides nothing that was fetched: without it the summary would be lost"
        raise RefusedError(shown.location, problem, "remove the file by hand if you mean it")
    first = fetched[0]
    if first.version != coming_back:
        raise StaleError(first.place, text=first.text, version=first.version)
    return file, path_inside(home, settings, file), first
