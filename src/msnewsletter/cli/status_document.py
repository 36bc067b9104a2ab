"""What `status --json` prints; docs/schemas/ describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.cli import output
from msnewsletter.cli.pushed import push_document
from msnewsletter.cli.status_figures import source_counts, subscribers_by_state
from msnewsletter.disk.outbox import waiting_folders
from msnewsletter.text import without_controls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from msnewsletter.clock.heartbeat import FailingStep
    from msnewsletter.decisions import Approval
    from msnewsletter.home import Home
    from msnewsletter.issue.compose import Draft
    from msnewsletter.publisher.delivering.seen_workers import SeenWorkers
    from msnewsletter.publisher.fetched_files import SourceSince
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.publisher.situation import Situation
    from msnewsletter.publisher.source_reports import SourceReport
    from msnewsletter.publisher.troubles.trouble import Trouble


def status_document(
    situation: Situation, found: NextIssuePreview, troubles: Sequence[Trouble]
) -> dict[str, object]:
    """The state of the newsletter as `status --json` prints it, but for the site's."""
    from msnewsletter.clock.clock_troubles import clock_of
    from msnewsletter.publisher.troubles.issue_lines import blocked_by
    from msnewsletter.publisher.troubles.trouble import TroubleName

    home, approval, of_last = situation.home, found.reviewed.approval, situation.approval
    draft, last, slot = found.draft, found.last_issue, found.last_slot
    counts = source_counts(found)
    return {
        "last_issue": last
        and output.row(last, "number", "slot", "cutoff", "state", "corrections", entries="count"),
        "last_slot": slot
        and output.row(slot, "slot", "instant", "outcome", "issue")
        | {"coalesced": found.coalesced},
        "schedule": _schedule(home, found),
        "troubles": output.rows(troubles, "name", "check", "says"),
        "clock_state": output.row(clock_of(situation), "kind", "seen"),
        "clock": next((one.says for one in troubles if one.name is TroubleName.DOUBT), None),
        "blocked": blocked_by(found),
        "approval": approval and _approval_row(approval, valid=found.reviewed.approval_valid),
        "sent_back": output.sent_back_row(found.reviewed),
        "last_approval": of_last and _approval_row(of_last, valid=True),
        "outbox": [
            {"folder": name, "since": since.isoformat()} for name, since in waiting_folders(home)
        ],
        "sources": [_source(one, counts.get(one.name)) for one in situation.sources],
        "push": push_document(situation),
        "hub": _hub(home),
        "inbound": _inbound(situation),
        "sending": _sending(situation),
        "retractions": _retractions(home),
        "subscribers": subscribers_by_state(situation),
        "unfinished": found.unfinished,
        "next_number": found.number,
        **_draft(draft),
        "alarms": [str(alarm) for alarm in found.alarms],
        "baseline": [{"key": summary.key, "reason": why} for summary, why in draft.baseline],
        "refused": [str(refused) for refused in found.collected.refused_in_full],
        "notes": [str(note) for note in found.notes],
    }


def _schedule(home: Home, found: NextIssuePreview) -> dict[str, object] | None:
    schedule = found.schedule
    if schedule is None:
        return None
    return {
        "due": schedule.due and schedule.due.publish.key,
        "late": schedule.late,
        "waits": found.due_slot_waits,
        "next": output.rows(schedule.upcoming, slot="key", instant="shown"),
        "failing": {name: step.reason for name, step in _failing_steps(home).items()},
    }


def _draft(draft: Draft) -> dict[str, object]:
    corrections, entries = (
        (draft.issue.corrections, draft.issue.entries) if draft.issue else ((), ())
    )
    return {
        "corrections": output.rows(
            corrections, "key", "headline", "issue", "status", "note", "why"
        ),
        "pending": output.rows(
            entries, "summary.key", "summary.headline", "dated", "late", "why", "summary.location"
        ),
        "held": output.rows(
            draft.held, "summary.key", "summary.headline", "because", "reason", "summary.location"
        ),
        "edits": output.edit_rows(draft),
    }


def _source(report: SourceReport, counts: SourceSince | None) -> dict[str, object]:
    health = report.health
    of_counts = ("known", "taken", "older", "left_out", "problems")
    row = output.row(report, "name", "kind", "stale_since")
    row |= output.row(counts, *of_counts) if counts else dict.fromkeys(of_counts, 0)
    since = ("failing_since", "empty_since", "partial_since")
    of_health = ("begun", "succeeded", *since, "reason", "not_before", "came")
    found = output.row(health, *of_health) if health else dict.fromkeys(of_health)
    remarks = [without_controls(one) for one in health.remarks] if health else []
    return row | found | {"remarks": remarks}


def _retractions(home: Home) -> dict[str, object] | None:
    from msnewsletter.publisher.retraction_check import last_check

    check = last_check(home)
    if check is None:
        return None
    return output.row(check, "at", "file", "left") | {
        "date": str(check.file_date),
        "newest": check.newest and str(check.newest),
    }


def _hub(home: Home) -> dict[str, object] | None:
    from msnewsletter.publisher.hub_pings import hub_queue

    queue = hub_queue(home)
    if queue is None:
        return None
    return {
        "url": queue.hub,
        "waiting": list(queue.feeds),
        "last": queue.last and output.row(queue.last, "at", "feed", "accepted", "says"),
        "failing_since": queue.failing_since and queue.failing_since.isoformat(),
        "given_up": queue.given_up,
    }


def _inbound(situation: Situation) -> dict[str, object] | None:
    from msnewsletter.publisher.came_back.inbound_ailments import last_returns
    from msnewsletter.publisher.came_back.inbound_memory import read_inbound_memory

    settings = situation.settings
    if settings is None or settings.inbound is None:
        return None
    memory = read_inbound_memory(situation.home)
    returns = last_returns(situation.home, settings) if settings.deliver else None
    return {
        "read": memory and memory.read.isoformat(),
        "problems": list(memory.problems) if memory else [],
        "issue": returns and returns.issue,
        "bounces": [
            {"kind": kind.value, "code": code, "count": number}
            for (kind, code), number in (returns.counts.items() if returns else ())
        ],
    }


def _sending(situation: Situation) -> dict[str, object] | None:
    from msnewsletter.subscribers.delivery_state import DeliveryState

    state = situation.sending
    if state is None:
        return None
    memory = state.memory
    of_memory = ("at", "trouble", "reason", "since", "not_before")
    restored = None
    if state.restored:
        made, brought = state.restored
        restored = {"at": made.isoformat(), "issues": brought}
    of_mailing = ("issue", "created", "finished", "due", "unbelieved")
    return output.row(state, "on", "automatic", "waiting", "too_old", "forgotten") | {
        "restored": restored,
        "mailings": [
            output.row(one, *of_mailing, enqueued="balance.enqueued")
            | {"deliveries": {name: one.balance[name] for name in DeliveryState}}
            for one in state.mailings
        ],
        "workers": _workers(state.workers),
        "limits": output.rows(state.paced, "by", "until", "most"),
        "last_run": memory and output.row(memory, *of_memory),
    }


def _workers(seen: SeenWorkers | None) -> dict[str, object] | None:
    if seen is None:
        return None
    return {
        "at_work": len(seen.at_work),
        "last_seen": seen.last_seen and seen.last_seen.isoformat(),
        "lost": [one.machine for one in seen.lost],
    }


def _approval_row(approval: Approval, *, valid: bool) -> dict[str, object]:
    return output.row(approval, "issue", "slot", "by", "at") | {"valid": valid}


def _failing_steps(home: Home) -> Mapping[str, FailingStep]:
    from msnewsletter.clock.heartbeat import read_heartbeat

    beat = read_heartbeat(home)
    return beat.failing if beat else {}
