"""Writes a summary into a new file: one that is new, or one whose file is gone.

The file's name follows from the key, so that two who write the same key meet in one file; a file
that is there is never overwritten. Who writes the very same once more finds it written.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from msnewsletter.errors import RefusedError
from msnewsletter.list_fields import LIST_FIELDS
from msnewsletter.model import Status
from msnewsletter.publisher.collect import plan_collect
from msnewsletter.publisher.import_names import read_stem, slug
from msnewsletter.publisher.key_ownership import refuse_taken
from msnewsletter.publisher.new_file import (
    TakenFileError,
    free_path_of_key,
    is_written,
    path_of_key,
    write_new,
)
from msnewsletter.publisher.opening import reading_store
from msnewsletter.publisher.plain_letters import plain_letters
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.summaries_folder import summaries_folder
from msnewsletter.settings import load_settings
from msnewsletter.sources import front_matter_form, read_bytes
from msnewsletter.sources.field_rules import FRONT_FIELDS, TEXT_FIELDS
from msnewsletter.sources.markdown_writer import markdown_of, markdown_of_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.model import Note, Summary
    from msnewsletter.publisher.collected import Collected
    from msnewsletter.publisher.session import Session
    from msnewsletter.settings import Settings
    from msnewsletter.sources.front_matter_form import Form

# The fields of a form for a new summary: all but the cards, which are written into its file.
NEW_FIELDS = (*TEXT_FIELDS, *FRONT_FIELDS)
# What a copy does not take over: what says which summary it is, when readers got it, who checked
# that text, and what became of it.
_NOT_COPIED = frozenset({"key", "published", "reviewed_by", "reviewed_on", "status", "note"})


class TakenKeyError(RefusedError):
    """A key that another summary has already; `key` is it."""

    def __init__(self, place: str, key: str, where: str) -> None:
        remedy = "give the new one another key, or leave it empty; or edit the one that is there"
        super().__init__(place, f"the key {key!r} is already that of {where}", remedy)
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSummary:
    """A summary in a file of its own: the file as editors know it, its key, the reader's remarks.

    `derived`: nobody typed the key.
    """

    place: str
    key: str
    derived: bool = False
    warned: tuple[Note, ...] = ()


def create_summary(home: Home, written: Mapping[str, str], *, at: datetime) -> WrittenSummary:
    """Write a new summary into a new file of the first folder of the sources.

    Args:
        home: the newsletter's home.
        written: the text of each of NEW_FIELDS, as typed; one that is not there is empty. Without
            a key, it follows from the headline.
        at: now, aware.

    Raises:
        SourceError: the text does not read; with its line, and its field.
        TakenKeyError: the key is that of another summary.
        RefusedError: there is a file of the key's name, or no folder to write into.
        OutboxError: it cannot be written.

    Whatever is raised, nothing was written.
    """
    typed = written.get("key", "").strip()
    with looking(home, at=at) as session:
        day = at.astimezone(session.settings.zone).date()
        collected = plan_collect(session)
        language = session.settings.newsletter.effective_words
        keys = [typed] if typed else _derived(written, str(day), session.settings)
        for key in keys:
            text = text_of_form({**written, "key": key}, language=language)
            path = path_of_key(home, session.settings, key)
            place = home.display_path(path)
            summary, warned = _checked(text.encode(), place, "markdown")
            made = WrittenSummary(place=place, key=summary.key, derived=not typed, warned=warned)
            if is_written(home, path, text):
                return made
            owner = _owner(session, collected, summary.key)
            if owner and typed:
                raise TakenKeyError(place, summary.key, owner)
            if not owner:
                try:
                    write_new(home, path, text)
                except TakenFileError:
                    if typed:
                        raise
                else:
                    return made
    raise AssertionError("keys are endless where none was typed")


def copied_fields(summary: Summary) -> dict[str, str]:
    """What a form for a new summary takes over of one that is there, as typed."""
    fields: dict[str, str] = {}
    for name in NEW_FIELDS:
        value = getattr(summary, name)
        if not value or name in _NOT_COPIED:
            continue
        if isinstance(value, tuple):
            value = LIST_FIELDS[name].between.join(map(str, value))
        fields[name] = str(value)
    return fields


def write_again(home: Home, key: str, *, at: datetime) -> WrittenSummary:
    """Write the file of a summary again that is gone: with its key, and the text as readers see it.

    What no issue carried has the text that was last read. So nothing changes for readers.

    Args:
        home: the newsletter's home.
        key: the summary's.
        at: now, aware.

    Raises RefusedError where there is none, where it has a file, and where it was taken down;
    OutboxError where it cannot be written.
    """
    with looking(home, at=at) as session:
        summary = _without_file(session, plan_collect(session), key)
        language = session.settings.newsletter.effective_words
        text = markdown_of(summary, language=language)
        path = free_path_of_key(home, session.settings, key)
    place = home.display_path(path)
    _, warned = _checked(text.encode(), place, "markdown")
    write_new(home, path, text)
    return WrittenSummary(place=place, key=key, warned=warned)


def put_back(home: Home, place: str, written: Form | str) -> WrittenSummary:
    """Write a file that went away while somebody edited it, with what they wrote.

    Args:
        home: the newsletter's home.
        place: the file that it was.
        written: its whole text, or the form of it.

    Raises SourceError where it does not read, or its key is another file's; RefusedError where the
    place is in no folder of the sources, or a file is there again; OutboxError.
    """
    settings = load_settings(home.settings)
    name = Path(place)
    path = summaries_folder(home, settings, into=name.parent) / name.name
    stem = name.stem.lower()
    if name.suffix != ".md" or read_stem(stem) != stem or stem.startswith("."):
        raise RefusedError(place, "is no name of a summary's file", "create a new summary")
    text = (
        written
        if isinstance(written, str)
        else front_matter_form.with_form("", place, "markdown", written)
    )
    summary, warned = _checked(text.encode(), place, "markdown")
    with reading_store(home, settings) as store:
        refuse_taken(home, settings, summary, place, store)
    write_new(home, path, text)
    return WrittenSummary(place=place, key=summary.key, warned=warned)


def _derived(written: Mapping[str, str], day: str, settings: Settings) -> Iterator[str]:
    """Keys for a headline, the first that is free to be taken; it is the name of its file, too."""
    language = written.get("language", "").strip() or settings.newsletter.language
    plain = plain_letters(written.get("headline", ""), language)
    stem = read_stem(slug(plain) or f"summary-{day}")
    yield stem
    yield from (f"{stem}-{number}" for number in count(2))


def text_of_form(written: Mapping[str, str], *, language: str) -> str:
    """The file that the form of a new summary becomes: each of NEW_FIELDS as typed.

    `language` (BCP 47): of its headings.
    """
    fields: dict[str, str | tuple[str, ...]] = {}
    for name in NEW_FIELDS:
        text = written.get(name, "").strip()
        fields[name] = LIST_FIELDS[name].split(text) if name in LIST_FIELDS else text
    return markdown_of_fields(fields, language=language)


def _checked(data: bytes, place: str, format: str) -> tuple[Summary, tuple[Note, ...]]:  # noqa: A002  (the setting's name)
    """The one summary of a file that is to be; raises SourceError with its line."""
    reading = read_bytes(data, location=place, format=format)
    if reading.refused:
        raise reading.refused[0]
    (summary,) = reading.summaries
    return summary, reading.warned


def _owner(session: Session, collected: Collected, key: str) -> str:
    """What has a key already, for the editor; empty: nothing has."""
    read = next((path for summary, path in collected.read if summary.key == key), None)
    known = session.store.known([key]).get(key)
    if known and known.settled:
        return f"a summary that is {known.settled.where}"
    return read or (known.path if known else "")


def _without_file(session: Session, collected: Collected, key: str) -> Summary:
    """The text of a summary whose file is gone; raises RefusedError."""
    store = session.store
    known = store.known([key]).get(key)
    if known is None:
        raise RefusedError(key, "there is no summary with this key", "correct the key")
    read = next((path for summary, path in collected.read if summary.key == key), known.path)
    if read in collected.files:
        raise RefusedError(read, "is there", "edit that file")
    sent, stored = store.sent_summaries([key]).get(key), store.stored([key]).get(key)
    summary = sent.public if sent else stored
    if summary is None:
        raise RefusedError(key, "its text was not kept", "create it as a new summary")
    if summary.status is Status.TAKEN_DOWN:
        raise RefusedError(key, "it was taken down", "end the takedown first")
    return summary
