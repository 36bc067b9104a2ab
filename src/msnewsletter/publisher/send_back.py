"""Send back: a person's decision that the next issue must not go out as it stands; its undoing.

Unlike an approval it is for every newsletter, whatever `review` says: a person said stop.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from msnewsletter.decisions import SentBack
from msnewsletter.errors import RefusedError
from msnewsletter.publisher.collect import collect
from msnewsletter.publisher.preview import preview
from msnewsletter.publisher.publish import recovered
from msnewsletter.publisher.results import SentBackDraft, TakenBack
from msnewsletter.publisher.schedule_state import trigger_by_hand, trigger_of_target
from msnewsletter.publisher.seen_draft import require_seen

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.publisher.seen_draft import SeenDraft
    from msnewsletter.publisher.settling import MachineClock

REASON_LIMIT: Final = 1_000  # characters


def send_back(
    home: Home,
    *,
    reason: str,
    by: str,
    at: datetime,
    seen: SeenDraft | None = None,
    machine: MachineClock | None = None,
) -> SentBackDraft:
    """Record that `by` sends the next issue back: it waits until somebody approves it.

    Args:
        home: the newsletter's home.
        reason: why, in plain text, at most REASON_LIMIT characters.
        by: a name.
        at: now, aware.
        seen: what the person saw: refused when it is another by now.
        machine: the machine's clock, by which files that are being written wait.

    Raises RefusedError where there is no reason, or nothing is new; any NewsletterError.
    """
    reason = required_reason(reason)
    with recovered(home, at=at, machine=machine) as (session, _):
        collected = collect(session)
        trigger = trigger_of_target(session) or trigger_by_hand(session)
        found = preview(session, trigger, collected=collected)
        require_seen(found, seen)
        if not found.has_news:
            raise RefusedError(
                found.trigger.name, "there is nothing new to send back", "wait for new summaries"
            )
        decision = SentBack(
            issue=found.number,
            cutoff=found.issue.cutoff if found.issue else found.trigger.cutoff(at),
            digest=found.content,
            reason=reason,
            by=by,
            at=at,
        )
        session.store.send_back(decision)
        return SentBackDraft(preview=found, decision=decision)


def take_back(
    home: Home,
    *,
    at: datetime,
    name: str | None = None,
    machine: MachineClock | None = None,
) -> TakenBack:
    """Undo the sending back of the next issue: it is as if nobody had said it.

    Args:
        home: the newsletter's home.
        at: now, aware.
        name: of the decision that the person saw, see SentBack.name: refused when it is another.
        machine: the machine's clock, by which files that are being written wait.

    Raises RefusedError where nothing is sent back; any NewsletterError.
    """
    with recovered(home, at=at, machine=machine) as (session, _):
        last = session.store.last_issue()
        number = last.number + 1 if last else 1
        decision = session.store.sent_back(number)
        if decision is None or name not in {None, decision.name}:
            problem = (
                "somebody has sent it back again since you looked at it"
                if decision
                else "it is not sent back, or not any more"
            )
            raise RefusedError(f"issue {number:04d}", problem, "look at it again")
        session.store.take_back(number)
        trigger = trigger_of_target(session) or trigger_by_hand(session)
        return TakenBack(preview=preview(session, trigger), decision=decision)


def required_reason(text: str) -> str:
    """The reason as it is kept: lines without what cannot be seen.

    Raises RefusedError where there is none, or it is too long.
    """
    lines = (" ".join(_seen(line).split()) for line in text.splitlines())
    said = "\n".join(lines).strip()
    if not said:
        raise RefusedError("the reason", "there is none", "say what is to be changed")
    if len(said) > REASON_LIMIT:
        problem = f"it has {len(said):,} characters, and {REASON_LIMIT:,} are the most"
        raise RefusedError("the reason", problem, "say it in fewer words")
    return said


def _seen(line: str) -> str:
    return "".join(char for char in line.expandtabs(1) if unicodedata.category(char)[0] != "C")
