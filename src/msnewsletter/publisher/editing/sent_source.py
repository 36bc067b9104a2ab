"""Where the text of a summary that was sent is today: in its file, fetched, or nowhere any more.

What becomes of such a summary is written there; where there is no file, into a new one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.errors import RefusedError, SourceError
from msnewsletter.issue.edits import notice_of
from msnewsletter.model import Status
from msnewsletter.publisher.collect import plan_collect
from msnewsletter.publisher.editing.override import fetched_at
from msnewsletter.publisher.editing.summary import (
    SummarySource,
    read_summary_source,
    source_form,
)
from msnewsletter.publisher.new_file import free_path_of_key, path_of_key
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.tried_file import new_markdown
from msnewsletter.sources import front_matter_form
from msnewsletter.sources.markdown_writer import markdown_of

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.issue.edits import SentSummary
    from msnewsletter.publisher.collected import Collected
    from msnewsletter.publisher.session import Session
    from msnewsletter.sources import SourceFile
    from msnewsletter.sources.front_matter_form import Form


class NeverSentError(RefusedError):
    """No issue has carried the summary: its readers need no correction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentSource:
    """The text of a sent summary, to be changed.

    Attributes:
        sent: what readers know, and what its source has.
        location: the file that a change is written to, as editors know it.
        file: it; new where what was fetched, or what is gone, gets a file of its own.
        text: what it holds, or would hold unchanged.
        version: of the file, or of what was fetched; "": there is neither.
        on_disk: the file as it is; None: a change makes it.
        fetched: the place of what was fetched, which the file would override; "": nothing was.
        by_hand: why the program cannot change it; None: it can.
    """

    sent: SentSummary
    location: str
    file: SourceFile
    text: str
    version: str
    on_disk: SummarySource | None = None
    fetched: str = ""
    by_hand: str | None = None

    @property
    def status(self) -> Status:
        """The status that its source gives it now."""
        return self.sent.source.status

    @property
    def note(self) -> str:
        """The note that its source has; empty while it is live."""
        return notice_of(self.sent.source)[1] or ""

    @property
    def waits(self) -> bool:
        """Whether its source says something of it that readers do not see yet."""
        return notice_of(self.sent.source) != notice_of(self.sent.public)

    def form(self) -> Form | None:
        """The text as a form; None: the program cannot change it."""
        if self.by_hand:
            return None
        return front_matter_form.form_of(self.text, self.location, self.file.format)

    def with_form(self, form: Form) -> str:
        """The text with what a form changes in it."""
        return front_matter_form.with_form(self.text, self.location, self.file.format, form)


def sent_source(home: Home, key: str, *, at: datetime) -> SentSource:
    """Where the text of a sent summary is.

    Args:
        home: the newsletter's home.
        key: the summary's.
        at: now, aware.

    Raises:
        NeverSentError: no issue has carried it.
        RefusedError: nothing has this key, or it was taken down, or there is nowhere to write.
        SourceError: its file cannot be opened.
    """
    with looking(home, at=at) as session:
        collected = plan_collect(session)
        sent = _sent(session, collected, key)
        read = {summary.key: (summary, path) for summary, path in collected.read}
        if key in read:
            sent = replace(sent, source=read[key][0])
        path = read[key][1] if key in read else session.store.known([key])[key].path
        lost = path in collected.read_again and key not in read
        file = collected.files.get(path)
    if file is None:
        return _in_new_file(session, sent)
    if file.is_fetched:
        return _of_fetched(session, sent, file, at=at)
    source = read_summary_source(home, file.location)
    found = _of_file(sent, file, source)
    if lost and source.key:  # a new file would be refused: the key is that one's
        return replace(found, by_hand=f"it holds another summary now, {source.key!r}")
    return found


def _sent(session: Session, collected: Collected, key: str) -> SentSummary:
    sent = session.store.sent_summaries([key]).get(key)
    if sent is None:
        if session.store.known([key]) or key in {summary.key for summary, _ in collected.read}:
            problem = "no issue has carried it, so that no reader has to be told anything"
            raise NeverSentError(key, problem, "edit its text")
        raise RefusedError(key, "no summary has this key", "look for it under Summaries")
    if sent.public.status is Status.TAKEN_DOWN:
        remedy = f"end that first: msnewsletter takedown {key} --lift"
        raise RefusedError(key, "its text was taken down", remedy)
    return sent


def _of_file(sent: SentSummary, file: SourceFile, source: SummarySource) -> SentSource:
    found = SentSource(
        sent=sent,
        location=file.location,
        file=file,
        text=source.text,
        version=source.version,
        on_disk=source,
    )
    why = None
    if source.refused:
        why = f"it does not read: {source.refused[0].problem}"
    elif source.read_only:
        why = source.read_only
    elif source_form(source) is None:
        why = "its fields are not on lines of their own"
    return replace(found, by_hand=why)


def _of_fetched(
    session: Session, sent: SentSummary, file: SourceFile, *, at: datetime
) -> SentSource:
    home = session.home
    try:
        fetched = fetched_at(home, file.location, at=at)
    except SourceError:
        fetched = None
    if fetched is None or fetched.refused or fetched.form is None:
        return _in_new_file(session, sent)
    path = path_of_key(home, session.settings, sent.entry.summary.key)
    new = new_markdown(home, session.settings, path)
    return SentSource(
        sent=sent,
        location=new.location,
        file=new,
        text=fetched.text,
        version=fetched.version,
        fetched=file.location,
    )


def _in_new_file(session: Session, sent: SentSummary) -> SentSource:
    """Its text as readers see it, in a file that is not there yet."""
    home, settings = session.home, session.settings
    path = free_path_of_key(home, settings, sent.entry.summary.key)
    new = new_markdown(home, settings, path)
    text = markdown_of(sent.public, language=settings.newsletter.effective_words)
    return SentSource(sent=sent, location=new.location, file=new, text=text, version="")
