"""The words for what can become of a summary that was sent, and for what happens next. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msnewsletter.model import Status
from msnewsletter.web.desk.desk_words import weekday_and_time

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def what_happens(shown: FatePreview, source: SentSource) -> tuple[str, ...]:
    """What saving the form leads to, by the rules of publishing, in sentences."""
    edit = shown.edit
    if edit is not None and not edit.is_accepted:
        return (f"Readers get nothing of it: {edit.kept_back}.",)
    said: list[str] = []
    if shown.correction:
        said.append(f"The next mail says it: {_next_issue(shown)}.")
        said.append("Its page and the feeds follow as soon as that mail is out.")
        said.append("Until then you can take it back here, and nothing is announced.")
    elif edit is not None:
        said.append("No mail says it: readers of the mail know nothing else.")
        said.append(f"Its page and the feeds change with the next issue: {_next_issue(shown)}.")
    else:
        said.append("Nothing changes for readers: this is what they read today.")
        if source.waits:
            said.append("What waited is taken back: it was not announced, and will not be.")
    if edit is not None and edit.kept_back:
        said.append(f"Not all of it goes out: {edit.kept_back}.")
    return tuple(said)


def _next_issue(shown: FatePreview) -> str:
    """The next issue, and what it waits for."""
    preview = shown.issue
    target = preview.schedule.target if preview.schedule else None
    when = "whenever somebody publishes it"
    if target:
        when = f"on {weekday_and_time(target.shown)}"
    approved = preview.settings.newsletter.review == "required"
    return f"issue {preview.number}, {when}{', once somebody has approved it' if approved else ''}"
