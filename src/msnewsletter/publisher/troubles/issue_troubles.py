"""Troubles of issues: what keeps the next one back, and what readers do not get of earlier ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.errors import printable
from msnewsletter.home import issue_name
from msnewsletter.publisher.approval_validity import draft_name
from msnewsletter.publisher.hub_pings import hub_queue
from msnewsletter.publisher.site.push_state import UNPUSHED, push_target, read_push_state
from msnewsletter.publisher.troubles.issue_lines import (
    SENT_BACK_REMEDY,
    blocked_by,
    blocked_line,
    waiting_line,
)
from msnewsletter.publisher.troubles.trouble import SHOWN, Check, Trouble, TroubleName
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.publisher.situation import Situation


def interrupted(situation: Situation) -> Iterator[Trouble]:
    """Issues that a crash left unfinished."""
    found = situation.preview
    why = found.recovery_failure if found else None
    for number in found.unfinished if found else ():
        name = issue_name(number)
        says = (
            f"issue {name} was interrupted, and finishing it would fail: {why}"
            if why
            else f"issue {name} was interrupted, or is being published now; "
            "the next publish finishes it"
        )
        yield Trouble(
            name=TroubleName.INTERRUPTED,
            check=Check.ISSUE,
            subject=issue_name(number),
            says=says,
        )


def blocked(situation: Situation) -> Iterator[Trouble]:
    """What stops the next issue."""
    found = situation.preview
    if found is None:
        return
    name = draft_name(found.draft)
    lines = [blocked_line(name, reason) for reason in blocked_by(found)]
    for says in _first(lines, "run 'msnewsletter check'"):
        yield Trouble(name=TroubleName.BLOCKED, check=Check.ISSUE, subject=says, says=says)


def waiting(situation: Situation) -> Iterator[Trouble]:
    """An issue that is due and waits for a person."""
    found = situation.preview
    if found and (reason := found.due_slot_waits) and not found.reviewed.sent_back:
        late = found.schedule is not None and found.schedule.late
        says = waiting_line(found, reason, late=late)
        kind = TroubleName.LATE if late else TroubleName.WAITS
        name = draft_name(found.draft)
        yield Trouble(name=kind, check=Check.ISSUE, subject=name, says=says)


def sent_back(situation: Situation) -> Iterator[Trouble]:
    """An issue that a person has sent back, due or not."""
    found = situation.preview
    if found and found.has_news and found.reviewed.sent_back:
        name = draft_name(found.draft)
        says = f"{name} waits: {found.reviewed.waiting_reason}; {SENT_BACK_REMEDY}"
        yield Trouble(
            name=TroubleName.SENT_BACK, check=Check.ISSUE, subject=name, says=printable(says)
        )


def ahead(situation: Situation) -> Iterator[Trouble]:
    """A last slot that lies ahead: until then nothing can go out."""
    found = situation.preview
    # In a sandbox any moment is allowed.
    last = found.last_slot if found and not found.settings.newsletter.sandbox else None
    if last and last.instant > situation.at:
        what = f"issue {issue_name(last.issue)}" if last.issue else f"the slot {last.slot}"
        when = local_time(last.instant, situation.zone)
        says = (
            f"{what} lies ahead of now, at {when}: nothing goes out until then; "
            "set this machine's clock, or, if it is right, run 'msnewsletter resolve --clock'"
        )
        yield Trouble(name=TroubleName.AHEAD, check=Check.TIME, subject=last.slot, says=says)


def unsaid(situation: Situation) -> Iterator[Trouble]:
    """Words of the editor for an issue that went out without them."""
    if situation.preview and (note := situation.preview.unsaid):
        yield Trouble(
            name=TroubleName.UNSAID, check=Check.ISSUE, subject=note.place, says=str(note)
        )


def not_corrected(situation: Situation) -> Iterator[Trouble]:
    """What readers do not get though the file of a sent summary says it."""
    found = situation.preview
    lines = (
        [f"{one}; correct it where it comes from, then publish" for one in found.alarms]
        if found
        else []
    )
    for says in map(printable, _first(lines, "run 'msnewsletter status'")):
        yield Trouble(name=TroubleName.NOT_CORRECTED, check=Check.SENT, subject=says, says=says)


def no_site(situation: Situation) -> Iterator[Trouble]:
    """A site that is missing though issues are out."""
    found, home = situation.preview, situation.home
    # The second of two machines on one database has none until it publishes.
    if found is None or found.settings.newsletter.database == "postgresql":
        return
    last = found.last_issue
    if last and last.number not in found.unfinished and not (home.site / "index.html").is_file():
        says = (
            f"{home.display_path(home.site)}/ is missing, though {_issues(last.number)} out; "
            "run 'msnewsletter publish': it is made again"
        )
        place = home.display_path(home.site)
        yield Trouble(name=TroubleName.NO_SITE, check=Check.SITE, subject=place, says=says)


def not_pushed(situation: Situation) -> Iterator[Trouble]:
    """A site that was to be pushed, and is not, for longer than a push takes."""
    settings = situation.settings
    target = push_target(settings) if settings else None
    state = read_push_state(situation.home)
    since = state.since or state.failing_since
    if target is None or since is None or situation.at - since < UNPUSHED:
        return
    why = state.says or "nobody pushes it; start 'msnewsletter run', or run 'msnewsletter push'"
    when = local_time(since, situation.zone)
    says = f"the site has not been pushed since {when}: {why}"
    yield Trouble(
        name=TroubleName.NOT_PUSHED, check=Check.PUSH, subject=target, says=printable(says)
    )


def deaf_hub(situation: Situation) -> Iterator[Trouble]:
    """A hub that has taken no ping for long; a short failure is the clock's alone."""
    if situation.settings is None:
        return
    queue = hub_queue(situation.home)
    if queue and queue.last and queue.fails_for_long(situation.at):
        since = local_time(queue.failing_since or queue.last.at, situation.zone)
        says = (
            f"{queue.hub}: it has taken no ping since {since}; it says: {queue.last.says}; "
            "correct newsletter.hub, or remove it"
        )
        yield Trouble(
            name=TroubleName.DEAF_HUB, check=Check.HUB, subject=queue.hub, says=printable(says)
        )


def _first(lines: list[str], remedy: str) -> Iterator[str]:
    yield from lines[:SHOWN]
    if more := len(lines[SHOWN:]):
        yield f"and {more} more; {remedy}"


def _issues(number: int) -> str:
    return "issue 1 is" if number == 1 else f"{number} issues are"
