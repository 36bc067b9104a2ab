"""What becomes of a summary that was sent: its status and note, tried and saved in its file.

Corrected, doubted, withdrawn, retracted, or valid again. The next issue says it, like any edit:
what is shown before it is saved comes from the functions that publishing calls.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.errors import RefusedError, StaleError
from msnewsletter.model import Status
from msnewsletter.publisher.editing.override import override_with_form
from msnewsletter.publisher.editing.sent_edit import edit_in, preview_as_saved
from msnewsletter.publisher.editing.sent_source import sent_source
from msnewsletter.publisher.editing.summary import save_summary_form, says
from msnewsletter.publisher.key_ownership import refuse_taken
from msnewsletter.publisher.new_file import write_new
from msnewsletter.publisher.opening import reading_store
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.tried_file import TriedFile
from msnewsletter.render.site.verify import ParsedEntry, read_feed
from msnewsletter.settings import load_settings
from msnewsletter.sources import parse_file
from msnewsletter.sources.front_matter_form import with_status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.issue.edits import PostSendEdit
    from msnewsletter.model import Correction
    from msnewsletter.publisher.editing.sent_source import SentSource
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.sources.front_matter_form import Form

_FEED = urls.MAIN + urls.FEED_NAMES[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenFate:
    """What becomes of it: `live` lifts whatever was said before, and has no note."""

    status: Status
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class FatePreview:
    """What readers would read, were a fate saved.

    Attributes:
        issue: the next issue, with what became of sent summaries and nothing new.
        edit: what becomes of the change; None: readers see nothing else than they do.
        correction: what the issue says of the summary; None: nothing.
        mail: the HTML of that issue; empty where there is none.
        files: what publishing would write to the site, by path.
        entry: the summary in the feed of new summaries; None: that does not change.
        path: its page below the site.
    """

    issue: NextIssuePreview
    edit: PostSendEdit | None
    correction: Correction | None
    mail: bytes
    files: Mapping[str, bytes]
    entry: ParsedEntry | None
    path: str

    @property
    def page(self) -> bytes | None:
        """Its page; None: that does not change."""
        return self.files.get(self.path)


def preview_fate(home: Home, source: SentSource, fate: ChosenFate, *, at: datetime) -> FatePreview:
    """What readers would read, were this saved; nothing is.

    Args:
        home: the newsletter's home.
        source: where its text is.
        fate: what becomes of it.
        at: now, aware.

    Raises what saving it would, and any NewsletterError that publishing would.
    """
    key = source.sent.entry.summary.key
    data = _changed(source, fate).encode()
    with looking(home, at=at) as session:
        issue = preview_as_saved(session, TriedFile(file=source.file, data=data))
        edit = edit_in(issue, key)
        if edit and edit.sent.source.status is not fate.status:
            raise _still_says(source, edit.sent.source.status)
        # Rendered here: whatever fails, fails here.
        mail, files = issue.files.get("digest.html", b""), issue.site()
    entry = source.sent.entry
    return FatePreview(
        issue=issue,
        edit=edit,
        correction=_correction_in(issue, key),
        mail=mail,
        files=files,
        entry=_in_feed(files, entry.id),
        path=urls.summary_page_name(key, entry.id),
    )


def _correction_in(issue: NextIssuePreview, key: str) -> Correction | None:
    if issue.issue is None:
        return None
    return next((one for one in issue.issue.corrections if one.key == key), None)


def _in_feed(files: Mapping[str, bytes], id_: str) -> ParsedEntry | None:
    if _FEED not in files:
        return None
    return next((one for one in read_feed(_FEED, files[_FEED]) if one.id == id_), None)


def save_fate(home: Home, key: str, fate: ChosenFate, *, version: str, at: datetime) -> str:
    """Write what becomes of a sent summary into its file, and nothing else; returns the file.

    Where it has none, because it is fetched or its source is gone, a file of its own is written.

    Args:
        home: the newsletter's home.
        key: the summary's.
        fate: its status and note from now on.
        version: of the text that the editor saw; see `SentSource`.
        at: now, aware.

    Raises:
        StaleError: the text is not the one that the editor saw. It carries the present one.
        SourceError: it would not read so: a correction needs a note.
        RefusedError: it was never sent, or was taken down, or its file is only shown.
        OutboxError: it cannot be written.

    Whatever is raised, nothing was written. The next issue says it.
    """
    source = sent_source(home, key, at=at)
    if source.version != version:
        if source.on_disk and says(source.on_disk, _form(source, fate)):
            return source.location  # a button that is pressed twice
        raise StaleError(source.location, text=source.text, version=source.version)
    text, form = _changed(source, fate), _form(source, fate)
    if source.on_disk:
        return save_summary_form(home, source.location, form, version=version).location
    if source.fetched:
        return override_with_form(home, source.fetched, form, version=version, at=at)
    return _write_new(home, source, text)


def _write_new(home: Home, source: SentSource, text: str) -> str:
    """Write a file for what has none any more."""
    settings = load_settings(home.settings)
    (summary,) = parse_file(source.file, text.encode()).summaries
    with reading_store(home, settings) as store:
        refuse_taken(home, settings, summary, source.location, store)
    return write_new(home, Path(source.file.address), text)


def _form(source: SentSource, fate: ChosenFate) -> Form:
    """The text's form with the fate in it; raises RefusedError where a person must write it."""
    form = source.form()
    if form is None:
        why = source.by_hand or "its fields are not on lines of their own"
        raise RefusedError(source.location, why, "write its status and note there yourself")
    return with_status(form, fate.status, None if fate.status is Status.LIVE else fate.note)


def _changed(source: SentSource, fate: ChosenFate) -> str:
    """The text with the fate in it; raises where it would not say that, and nothing else."""
    text = source.with_form(_form(source, fate))
    reading = parse_file(source.file, text.encode())
    if reading.refused:
        raise reading.refused[0]
    (summary,) = reading.summaries
    if summary.status is not fate.status:
        raise _still_says(source, summary.status)
    return text


def _still_says(source: SentSource, status: Status) -> RefusedError:
    problem = f"would still be read as {status}: its headline or its file's name begins with that"
    return RefusedError(source.location, problem, "take that away there first")
