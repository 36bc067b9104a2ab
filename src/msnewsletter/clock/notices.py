"""Notices: the texts that editors are notified with, and what names each. Pure.

Every line may come from a file or another program's output: none can act on a terminal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import TYPE_CHECKING

from msnewsletter.home import issue_name
from msnewsletter.issue.edit_lines import edit_lines
from msnewsletter.publisher.approval_validity import draft_name
from msnewsletter.publisher.delivering.mail_way import mail_sentence
from msnewsletter.publisher.delivering.sending_ailments import SendingAilment
from msnewsletter.publisher.delivering.sending_lines import balance_line
from msnewsletter.publisher.source_ailments import Ailment
from msnewsletter.publisher.troubles.issue_lines import blocked_by, blocked_line, waiting_line
from msnewsletter.store import Notification
from msnewsletter.text import local_time, without_controls
from msnewsletter.urls import issue_page_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import tzinfo

    from msnewsletter.clock.heartbeat import FailingStep
    from msnewsletter.decisions import SentBack
    from msnewsletter.errors import RefusedError
    from msnewsletter.model import Held, Issue
    from msnewsletter.publisher.delivering.mail_way import MailWay
    from msnewsletter.publisher.delivering.sending_ailments import AilingSending
    from msnewsletter.publisher.delivering.sending_state import MailingState
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.publisher.source_ailments import AilingSource
    from msnewsletter.schedule.slots import Slot

_ALARM = (
    "Readers still see an old text of these summaries: their files were refused, or an edit was "
    "kept back."
)
# Of entries, of findings, of what is held: an archive that was copied is thousands.
_LINES = 100
_LINE = 1000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What editors are notified of.

    Attributes:
        event: the kind.
        about: with the event, names the notice for ever: a slot, a reason, or both.
        subject: what happened, to which issue, without a topic.
        text: lines, the last one ended.
        slot, issue: its slot's key and its number in four digits; empty where there is none.
    """

    event: Notification
    about: str
    subject: str
    text: str
    slot: str = ""
    issue: str = ""


def digest_of(reason: str) -> str:
    """A reason in 16 hex digits."""
    return sha256(reason.encode(errors="replace")).hexdigest()[:16]


def about_slot(slot: Slot, reason: str) -> str:
    """What names a notice of a slot: with another reason it is another notice."""
    return f"{slot.key} {digest_of(reason)}" if reason else slot.key


def issue_notice(
    preview: NextIssuePreview, slot: Slot | None, event: Notification, *, about: str, reason: str
) -> Notice:
    """The notice of a draft, or of an issue that waits, is late or is blocked."""
    issue = preview.issue
    name = draft_name(preview.draft)
    subject = {
        Notification.DRAFT: f"the draft of {name}" if preview.has_news else "nothing is new so far",
        Notification.BLOCKED: f"{name} is blocked",
        Notification.WAITS: f"{name} waits for a person",
        Notification.LATE: f"{name} is late and waits",
        Notification.ALARM: "a correction does not reach readers",
    }[event]
    return Notice(
        event=event,
        about=about,
        subject=subject,
        text=notification_text(preview, slot, event, reason=reason),
        slot=slot.key if slot else "",
        issue=issue_name(issue.number) if issue else "",
    )


def notification_text(
    preview: NextIssuePreview, slot: Slot | None, event: Notification, *, reason: str = ""
) -> str:
    """The text for the editors: what the issue holds, what is held and why, and what to do."""
    alarms = [f"NOT CORRECTED  {alarm}" for alarm in preview.alarms]
    if event is Notification.ALARM:
        return _text([_ALARM, "", *alarms, *_files(preview)])
    moment = f"{slot.shown:%A, %d %B %Y, %H:%M} ({slot.zone})" if slot else ""
    if not preview.has_news and event is Notification.DRAFT:
        wanted = f" for the slot of {moment}" if moment else ""
        asked = ", and sources are asked once more at the slot" if preview.asked_again else ""
        comes = f"A summary that comes until then makes one{asked}."
        nothing = f"Nothing is new so far{wanted}: as it stands, there will be no issue. {comes}"
        return _text([nothing, *_shown(_held(preview.draft.held)), *alarms, *_files(preview)])
    name = f"Issue {preview.issue.number}" if preview.issue else "Edits of what was sent"
    return _text(
        [
            f"{name}, for {moment}" if moment else name,
            "",
            *_state(preview, moment, event, reason),
            "",
            *(_entries(preview.issue) if preview.issue else ()),
            *_shown(_held(preview.draft.held)),
            *edit_lines(preview.draft.edits),
            *alarms,
            *_checked(preview),
            *_files(preview),
        ]
    )


def sent_back_notice(preview: NextIssuePreview, decision: SentBack) -> Notice:
    """The notice of an issue that a person sent back; `decision.at` is in the newsletter's zone."""
    issue, name = preview.issue, draft_name(preview.draft)
    target = preview.schedule.target if preview.schedule else None
    when = local_time(decision.at, decision.at.tzinfo or UTC)
    todo = (
        "It waits until somebody approves it with 'msnewsletter approve', or takes this back with "
        "'msnewsletter approve --take-back'."
    )
    return Notice(
        event=Notification.SENT_BACK,
        about=decision.name,
        subject=f"{name} was sent back",
        text=_text(
            [
                f"{decision.by} sent {name} back on {when}:",
                "",
                *decision.reason.splitlines(),
                "",
                todo,
                *(["", *_entries(issue)] if issue else ()),
            ]
        ),
        slot=target.key if target else "",
        issue=issue_name(issue.number) if issue else "",
    )


def failed_notice(names: Sequence[str], step: FailingStep, zone: tzinfo) -> Notice:
    """The notice of steps of the clock that keep failing for one reason."""
    return Notice(
        event=Notification.FAILED,
        about=digest_of(step.reason),
        subject="the clock keeps failing",
        text=_text(
            [
                *(failing_line(name, step, zone) for name in names),
                "",
                "It is tried again until it works. 'msnewsletter doctor' says when it does.",
            ]
        ),
    )


def clock_notice(doubt: RefusedError, about: str) -> Notice:
    """The notice of a machine's clock that cannot be right; `about`: what names that doubt."""
    return Notice(
        event=Notification.CLOCK,
        about=about,
        subject="the machine's clock cannot be right",
        text=_text([f"NOTHING GOES OUT: {doubt}."]),
    )


def source_notice(source: AilingSource) -> Notice:
    """The notice of a source that is for a person."""
    subject = {
        Ailment.UNREAD: "a source was never read",
        Ailment.FAILING: "a source fails",
        Ailment.EMPTY: "a source names no summaries",
        Ailment.SPOILT: "summaries of a source have problems",
        Ailment.PARTLY: "a source fails partly",
    }[source.has]
    return Notice(
        event=Notification.SOURCE,
        about=source.about,
        subject=subject,
        text=_text(
            [
                f"{source.says}.",
                "",
                "What it said before stays, and all else goes on. 'msnewsletter status' says more.",
            ]
        ),
    )


# What each step of the clock does, in the words of who reads of its failure.
_DOING = {
    "lock": "read its settings and take its place",
    "look": "see what is due",
    "fetch": "fetch from the sources",
    "publish": "publish",
    "collect": "collect",
    "notify": "notify editors",
    "push": "push the site",
    "hub": "tell the hub of the feeds",
    "outbox": "notify plugins of released issues",
    "deliver": "send issues",
    "letters": "send the mails that people asked for when they signed up",
    "inbound": "read what came back",
    "standby": "keep the records of what the other machine released",
    "heartbeat": "write its heartbeat",
}


def failing_line(name: str, step: FailingStep, zone: tzinfo) -> str:
    """What is said of a step that fails."""
    since = local_time(step.since, zone)
    doing = _DOING.get(name, f"do its step '{name}'")  # of an older version
    return f"the clock has failed to {doing} since {since}: {step.reason}"


def published_notice(
    issue: Issue, slot: str, folder: str, held: Sequence[Held], *, way: MailWay
) -> Notice:
    """The notice of an issue that is out.

    Args:
        issue: as it is frozen.
        slot: its name.
        folder: where its mail lies; empty: not there any more.
        held: what waits.
        way: who sends it, or that it was sent.
    """
    name = issue_name(issue.number)
    there = mail_sentence(issue.number, folder, way)
    when = local_time(issue.cutoff, issue.masthead.time_zone)
    return Notice(
        event=Notification.PUBLISHED,
        about=slot,
        subject=f"issue {name} is published",
        text=_text(
            [
                f"Issue {issue.number} is published, as of {when}. {there}.",
                f"It has {_contents(issue)}: {issue.masthead.site}{issue_page_name(issue.number)}",
                "",
                *_entries(issue),
                *_shown(_held(held)),
            ]
        ),
        slot=slot,
        issue=name,
    )


def _contents(issue: Issue) -> str:
    counts = {"summary": len(issue.entries), "correction": len(issue.corrections)}
    plural = {"summary": "summaries", "correction": "corrections"}
    said = [f"{n} {one if n == 1 else plural[one]}" for one, n in counts.items() if n]
    return " and ".join(said)


def sending_notice(ailing: AilingSending) -> Notice:
    """The notice of something that hinders sending, or has to be decided."""
    subject = {
        SendingAilment.FAULT: "an issue in the outbox cannot be read",
        SendingAilment.FORGOTTEN: "the subscribers' database is older than the outbox",
        SendingAilment.BLOCKED: "sending has stopped",
        SendingAilment.REFUSED: "the mail server refuses our mail",
        SendingAilment.NO_CONNECTION: "the mail server cannot be reached",
        SendingAilment.IN_DOUBT: "deliveries are in doubt",
        SendingAilment.FAILED: "many deliveries failed",
        SendingAilment.NO_WORKER: "mail waits, and no worker sends it",
        SendingAilment.LOST_WORKER: "a worker has fallen silent",
        SendingAilment.UNBELIEVED: "the mail server calls very many addresses dead",
    }[ailing.has]
    return Notice(
        event=Notification.SENDING,
        about=about_sending(ailing),
        subject=subject,
        text=_text([f"{ailing.says}.", "", "'msnewsletter status' says how mailings stand."]),
    )


def about_sending(ailing: AilingSending) -> str:
    """What names such a notice."""
    return f"{ailing.has} {digest_of(ailing.about)}"


def delivered_notice(mailing: MailingState, zone: tzinfo) -> Notice:
    """The notice of a mailing of which nothing is left to do."""
    name, balance = issue_name(mailing.issue), mailing.balance
    begun = local_time(mailing.created, zone)
    whom = f"{balance.enqueued:,} subscriber{'' if balance.enqueued == 1 else 's'}"
    line = f"Issue {mailing.issue} to {whom}, begun {begun}: {balance_line(balance)}."
    return Notice(
        event=Notification.DELIVERED,
        about=about_delivered(mailing),
        subject=f"issue {name} is delivered",
        text=_text([line]),
        issue=name,
    )


def about_delivered(mailing: MailingState) -> str:
    """What names such a notice; after a reset another issue has the same number."""
    return f"{mailing.issue} {mailing.created.isoformat()}"


def _state(
    preview: NextIssuePreview, moment: str, event: Notification, reason: str
) -> Iterator[str]:
    """What is the matter with the issue, and what to do."""
    name = draft_name(preview.draft)
    match event:
        case Notification.BLOCKED:
            yield from _shown(blocked_line(name, one) for one in blocked_by(preview) or (reason,))
        case Notification.WAITS | Notification.LATE:
            late = event is Notification.LATE
            yield waiting_line(preview, reason or preview.waiting_reason or "", late=late)
        case _:
            yield "This is the current draft; it changes with the summaries."
            yield from (blocked_line(name, one) for one in blocked_by(preview))
            if preview.reviewed.waits:
                until = f" until {moment}" if moment else ""
                yield f"It waits for approval ({preview.waiting_reason})."
                yield f"Look at it, and approve it{until} with 'msnewsletter approve'."
            elif approval := preview.reviewed.approval:
                yield f"It is approved by {approval.by}."


def _entries(issue: Issue) -> Iterator[str]:
    for one in issue.corrections:
        yield f"{one.news}, of issue {one.issue}: {one.headline or one.key}"
    yield from _shown(f"{entry.position:>4}. {entry.summary.headline}" for entry in issue.entries)


def _held(held: Iterable[Held]) -> Iterator[str]:
    return (f"held  {one}" for one in held)


def _checked(preview: NextIssuePreview) -> Iterator[str]:
    """What the checks warn of; what blocks stands at the top."""
    if not blocked_by(preview):
        yield from _shown(f"finding  {one}" for one in preview.findings)


def _files(preview: NextIssuePreview) -> Iterator[str]:
    yield from _shown(f"refused  {one}" for one in preview.collected.refused)
    yield from _shown(f"note  {one}" for one in preview.notes)


def _shown(lines: Iterable[str]) -> Iterator[str]:
    every = list(lines)
    yield from every[:_LINES]
    if more := len(every[_LINES:]):
        yield f"… and {more} more: see 'msnewsletter status'"


def _text(lines: Iterable[str]) -> str:
    shown = (without_controls(line)[:_LINE].rstrip() for line in lines)
    return "\n".join(shown) + "\n"
