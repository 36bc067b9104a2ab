"""Edits of summaries after they were sent: what readers may see of them, and what they are told.

Pure. An edit is inspected like a new summary: what would hold that one keeps the old text public. A
notice (withdrawn, retracted, expression of concern) is never kept back because of its text.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING

from msnewsletter.issue.holds import Hindrance, hindrance_in_text
from msnewsletter.issue.unfinished import residue_in
from msnewsletter.list_fields import LIST_FIELDS
from msnewsletter.model import Correction, HoldReason, Status

if TYPE_CHECKING:
    from datetime import date, datetime

    from msnewsletter.model import Entry, Summary


@dataclass(frozen=True, kw_only=True)
class SentSummary:
    """A summary that an issue carried, as all know it now.

    Attributes:
        issue, carried: the issue's number, and its cutoff, aware UTC.
        entry: as it was sent.
        public: as readers may see it now.
        source: as its source has it.
        announced: the last correction that an issue announced; None: none did.
    """

    issue: int
    carried: datetime
    entry: Entry
    public: Summary
    source: Summary
    announced: Correction | None = None

    @property
    def known_headline(self) -> str:
        """The headline that mail readers know."""
        if self.announced is None:
            return self.entry.summary.headline
        return self.announced.new_headline or self.announced.headline or self.entry.summary.headline

    @property
    def known_notice(self) -> tuple[Status, str | None]:
        """The status and note that mail readers know."""
        if self.announced is None:
            return notice_of(self.entry.summary)
        return self.announced.status, self.announced.note

    @property
    def text_is_as_sent(self) -> bool:
        """Whether the source has, word for word, the text that was sent, and readers no other.

        False as well where an announced correction changed it, and the source changed it back.
        """
        sent = _text_of(self.entry.summary)
        told = self.announced.after if self.announced else None
        return _text_of(self.source) == sent and (told is None or _text_of(told) == sent)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field whose text an edit changes; empty: it had none, or has none now."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class PostSendEdit:
    """What becomes of an edit.

    Attributes:
        sent: the summary before it.
        public: what readers may see once the next issue is out; the same as before where all of
            the edit is kept back.
        kept_back: why not all of it is public, for the editor; None: all of it is.
        words: those in its file that are at fault; empty: none are.
    """

    sent: SentSummary
    public: Summary
    kept_back: str | None = None
    words: str = ""

    @property
    def key(self) -> str:
        """The summary's key."""
        return self.sent.entry.summary.key

    @property
    def is_accepted(self) -> bool:
        """Whether readers will see anything of it."""
        return content_of(self.public) != content_of(self.sent.public)

    @property
    def matters(self) -> bool:
        """Whether anything becomes of it: behind a notice another text is nothing."""
        return self.is_accepted or self.kept_back is not None

    @property
    def changes_notice(self) -> bool:
        """Whether it is more than another wording: feeds show it as an update."""
        return notice_of(self.public) != notice_of(self.sent.public)

    @cached_property
    def changes(self) -> tuple[FieldChange, ...]:
        """What the source has changed against what readers see, field by field."""
        before, after = content_of(self.sent.public), content_of(self.sent.source)
        pairs = (
            (each.name, *(_shown(each.name, getattr(text, each.name)) for text in (before, after)))
            for each in fields(before)
        )
        return tuple(
            FieldChange(field=name, before=old, after=new) for name, old, new in pairs if old != new
        )

    @property
    def effect(self) -> str:
        """What becomes of it, for the editor."""
        if not self.is_accepted:
            return f"kept back: {self.kept_back}"
        effect = f"goes to site and feeds with the next publishing, and {self._announcement_effect}"
        return f"{effect}; not all of it: {self.kept_back}" if self.kept_back else effect

    @property
    def _announcement_effect(self) -> str:
        if self.correction:
            return "the issue announces it"
        how = "make it a correction ('status: corrected' and a note)"
        if self.public.status is not Status.LIVE:
            how = "change its note as well"
        return f"mails nobody; if readers should know, {how}"

    @cached_property
    def correction(self) -> Correction | None:
        """What readers of earlier issues are told of it; None: nothing."""
        return correction_of(self.sent, self.public) if self.is_accepted else None

    @property
    def corrects_nothing(self) -> bool:
        """Whether readers would be told of a correction, and no word of the text is another."""
        told = self.correction is not None and self.correction.status is Status.CORRECTED
        return told and self.sent.text_is_as_sent


def decide(
    sent: SentSummary,
    *,
    today: date,
    other_study: str | None = None,
    unfit: Hindrance | None = None,
) -> PostSendEdit:
    """What becomes of the source's text.

    Args:
        sent: the summary before it.
        today: in the newsletter's zone.
        other_study: why it seems to be about another study that was sent; None: it does not.
        unfit: why it cannot be published; None: it can.
    """
    before, after = sent.public, sent.source
    in_note = _in_note(after) or (unfit if after.status.takes_back else None)
    in_text = hindrance_in_text(after, today=today) or unfit
    if other_study:
        in_text = Hindrance(HoldReason.SAME_STUDY, other_study)
    note = None if in_note else after.note
    if after.status.takes_back:
        # Behind the notice no text shows: what the source has there now is nobody's business.
        public, hindrance = replace(before, status=after.status, note=note), in_note
    elif in_text and after.status is Status.CONCERN and not before.status.takes_back:
        # The doubt about the study counts, whatever became of our text.
        public, hindrance = replace(before, status=after.status, note=note), in_text
    else:
        public, hindrance = (before, in_text) if in_text else (after, None)
    if hindrance is None:
        return PostSendEdit(sent=sent, public=public)
    return PostSendEdit(sent=sent, public=public, kept_back=hindrance.reason, words=hindrance.words)


def correction_of(sent: SentSummary, public: Summary) -> Correction | None:
    """What readers who know the summary otherwise are told; None: they know this already."""
    now, known = notice_of(public), sent.known_notice
    lifted = public.status is Status.LIVE and known[0] not in {Status.LIVE, Status.CORRECTED}
    if now == known or (public.status is Status.LIVE and not lifted):
        return None
    entry = sent.entry
    return Correction(
        key=entry.summary.key,
        id=entry.id,
        issue=sent.issue,
        headline=_headline(sent, public),
        status=public.status,
        note=now[1],
        carried=sent.carried,
        after=None if public.status.takes_back else replace(public, location="", first_seen=None),
        language=public.language,
    )


def _headline(sent: SentSummary, public: Summary) -> str:
    """The headline that a correction quotes: never one from before a takedown."""
    if public.status is Status.TAKEN_DOWN:
        return ""
    if sent.known_notice[0] is Status.TAKEN_DOWN:
        return public.headline
    return sent.known_headline


def taken_down(sent: Summary, note: str | None) -> Summary:
    """What is left of a summary that was taken down: its key and dates, and the notice."""
    return type(sent)(
        key=sent.key,
        headline="",
        published=sent.published,
        first_seen=sent.first_seen,
        status=Status.TAKEN_DOWN,
        note=note,
    )


def as_announced(before: Summary, correction: Correction) -> Summary:
    """The public text after a correction that a record holds, without asking any source."""
    if correction.status is Status.TAKEN_DOWN:
        return taken_down(before, correction.note)
    if correction.after:
        return correction.after
    return replace(before, status=correction.status, note=correction.note)


def content_of(summary: Summary) -> Summary:
    """The summary without where and when it was read: what follows from that is no edit."""
    return replace(summary, location="", first_seen=None, changed_on=None)


def _text_of(summary: Summary) -> Summary:
    """The summary without what can change while its text is the same: notice, check, cards."""
    return replace(
        content_of(summary),
        status=Status.LIVE,
        note=None,
        related=(),
        reviewed_by=None,
        reviewed_on=None,
    )


def notice_of(summary: Summary) -> tuple[Status, str | None]:
    """The notice that is shown before the summary's text; none while it is live."""
    return summary.status, summary.note if summary.status is not Status.LIVE else None


def _in_note(summary: Summary) -> Hindrance | None:
    found = residue_in(summary.note or "")
    if found is None:
        return None
    reason = f"its note is not finished: {found}; {found.remedy}"
    return Hindrance(HoldReason.UNFINISHED, reason, found.words)


def _shown(name: str, value: object) -> str:
    """A field's value as an editor writes it."""
    if value is None:
        return ""
    if not isinstance(value, tuple):
        return str(value)
    between = LIST_FIELDS[name].between if name in LIST_FIELDS else ", "
    return between.join(map(str, value))
