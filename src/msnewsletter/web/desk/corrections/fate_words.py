"""The words for what can become of a summary that was sent, and for what happens next. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msnewsletter.model import Status
from msnewsletter.web.desk.desk_words import weekday_and_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.issue.edits import SentSummary
    from msnewsletter.publisher.clock_state import ClockState
    from msnewsletter.publisher.editing.fate import FatePreview
    from msnewsletter.publisher.editing.sent_source import SentSource


class Kind(NamedTuple):
    """A choice of the form: what it is called, and what it means."""

    status: Status
    label: str
    hint: str


# By what addresses say after `as=`.
KINDS: Mapping[str, Kind] = {
    "corrected": Kind(
        Status.CORRECTED, "Corrected", "We were wrong. The text stays, with the note above it."
    ),
    "concern": Kind(
        Status.CONCERN,
        "Expression of concern",
        "A journal doubts the study. The text stays, with a warning above it.",
    ),
    "withdrawn": Kind(
        Status.WITHDRAWN, "Withdrawn", "We take our text back. A notice takes its place."
    ),
    "retracted": Kind(
        Status.RETRACTED, "Retracted", "The study was taken back. A notice takes the text’s place."
    ),
    "live": Kind(
        Status.LIVE,
        "Valid",
        "Nothing is wrong with it any more. The text is back, without a notice.",
    ),
}
AS: Mapping[Status, str] = {kind.status: name for name, kind in KINDS.items()}

# After these a notice stands in place of the text; there is no text any more to be corrected.
_TAKEN_BACK = (Status.WITHDRAWN, Status.RETRACTED)


def offered_fates(status: Status) -> tuple[tuple[str, str], ...]:
    """What an editor may do with a sent summary of this status: words of a link, and its `as`."""
    if status is Status.TAKEN_DOWN:
        return ()  # the command `takedown` alone begins and ends one
    if status in _TAKEN_BACK:
        return (("Lift…", "live"),)
    lift = (("Lift…", "live"),) if status is Status.CONCERN else ()
    return (("Correct…", "corrected"), ("Withdraw…", "withdrawn"), *lift)


def left_at_source(said_as: str, sent: SentSummary) -> str:
    """What is left to do at the summary's own page elsewhere, before its address; empty: nothing.

    `said_as`: what it becomes, one of `KINDS`.
    """
    status = KINDS[said_as].status if said_as in KINDS else Status.LIVE
    if sent.public.url is None:
        return ""
    if status.takes_back:
        return (
            "Its page at the source still has the text, and no notice: nothing here changes that. "
            "Have the text taken away there, too:"
        )
    if status is Status.CORRECTED:
        return "Its page at the source may still say what was wrong. Have it corrected there, too:"
    return ""


def what_happens(shown: FatePreview, source: SentSource, *, clock: ClockState) -> tuple[str, ...]:
    """What saving the form leads to, by the rules of publishing, in sentences.

    `clock`: what it does; where none is at work, no moment is promised.
    """
    next_issue = _next_issue(shown, clock)
    edit = shown.edit
    if edit is not None and not edit.is_accepted:
        return (f"Readers get nothing of it: {edit.kept_back}.",)
    said: list[str] = []
    if shown.correction:
        said.append(f"The next mail says it: {next_issue}.")
        said.append("Its page and the feeds follow as soon as that mail is out.")
        said.append("Until then you can take it back here, and nothing is announced.")
    elif edit is not None:
        said.append("No mail says it: readers of the mail know nothing else.")
        said.append(f"Its page and the feeds change with the next issue: {next_issue}.")
    else:
        said.append("Nothing changes for readers: this is what they read today.")
        if source.waits:
            said.append("What waited is taken back: it was not announced, and will not be.")
    if edit is not None and edit.kept_back:
        said.append(f"Not all of it goes out: {edit.kept_back}.")
    return tuple(said)


def _next_issue(shown: FatePreview, clock: ClockState) -> str:
    """The next issue, and what it waits for."""
    preview = shown.issue
    target = preview.schedule.target if preview.schedule else None
    when, but = "whenever somebody publishes it", ""
    if target and clock.is_at_work:
        when = f"on {weekday_and_time(target.shown)}"
    elif target:
        but = "; no clock is at work that publishes it at its slot"
    approved = preview.settings.newsletter.review == "required"
    if approved:
        when += ", once somebody has approved it"
    return f"issue {preview.number}, {when}{but}"
