"""`status`: the state of the newsletter, for people and for programs."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from msnewsletter.cli import output
from msnewsletter.cli.instants import instant, machine_clock
from msnewsletter.cli.pushed import print_push, push_document
from msnewsletter.cli.site_change import print_site_state, site_document
from msnewsletter.disk.outbox import waiting_folders
from msnewsletter.text import local_time, without_controls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    from msnewsletter.clock.heartbeat import FailingStep
    from msnewsletter.home import Home
    from msnewsletter.model import Approval
    from msnewsletter.publisher.fetched_files import SourceSince
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.publisher.situation import Situation
    from msnewsletter.publisher.source_reports import SourceReport
    from msnewsletter.publisher.troubles import Trouble

_FOLDERS = 10  # of the outbox that are named
_REMARKS = 5  # of a source that are shown


@click.command()
@click.option("--at", "moment", metavar="INSTANT", help="Act as if it were then (ISO 8601).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def status(home: Home, moment: str | None, *, as_json: bool) -> None:
    """Print what went out last, what would go out now, and why; touches no state."""
    from msnewsletter.clock.clock_troubles import all_troubles
    from msnewsletter.publisher.site.site_state import site_state
    from msnewsletter.publisher.situation import gather
    from msnewsletter.publisher.troubles import TroubleName
    from msnewsletter.serialize import pretty

    situation = gather(
        home, at=instant(home, moment), machine=machine_clock(), is_now=moment is None
    )
    troubles = all_troubles(situation, thorough=False)
    if not as_json:
        _print_troubles(troubles)
        if situation.preview is None:
            _print_without_preview(situation)
    found, site = situation.required_preview(), site_state(home, at=situation.at)
    if as_json:
        document = _document(situation, found, troubles) | {"site": site_document(site)}
        click.echo(pretty(document), nl=False)
        return
    output.print_origin(home)
    _print(situation, found, blocked=any(one.name is TroubleName.BLOCKED for one in troubles))
    print_site_state(site)
    output.complain_about(found.collected, found)


def _print_troubles(troubles: Sequence[Trouble]) -> None:
    """Print what a person must know or do, in the words of `doctor` and of notices."""
    for one in troubles:
        click.secho(f"{one.check.upper()}: {one.says}", bold=True, fg="red")


def _print_without_preview(situation: Situation) -> None:
    """Print what is known where nobody can say what the next issue would be."""
    if situation.settings is None:
        return
    _print_outbox(situation)
    _print_sources(situation, {})
    print_push(situation)
    _print_hub(situation)
    _print_retractions(situation)


def _print(situation: Situation, found: NextIssuePreview, *, blocked: bool) -> None:
    if found.settings.newsletter.sandbox:
        click.echo("A sandbox: any moment is allowed, and no mail and no ping leaves it.")
    if last := found.last_issue:
        click.echo(
            f"Last issue: {last.number}, {output.contents(last.count, last.corrections)}, "
            f"slot {last.slot} ({last.state})"
        )
        if situation.approval:
            click.echo(f"  {_approved(situation.approval, situation.zone)}")
    else:
        click.echo("Last issue: none yet")
    _print_outbox(situation)
    _print_slots(found, blocked=blocked)
    output.print_unfinished(found.unfinished)
    would = "it is BLOCKED" if blocked else "if published now"
    click.echo(f"Next issue, {would}: {found.number}")
    if approval := found.reviewed.approval:
        since = "it was sent back since" if found.reviewed.sent_back else "it has changed since"
        valid = "" if found.reviewed.approval_valid else f", and {since}"
        click.echo(f"  {_approved(approval, situation.zone)}{valid}")
    output.print_draft(found.draft, found.collected.fetched)
    output.print_waiting(found.waiting_reason)
    _print_sources(situation, _counts(found))
    print_push(situation)
    _print_hub(situation)
    _print_sending(situation)
    _print_subscribers(situation)
    _print_letters(situation)
    _print_inbound(situation)
    _print_retractions(situation)


def _print_subscribers(situation: Situation) -> None:
    """Print how many get mail, and how many have not confirmed yet, if there is anybody."""
    counts = _subscribers(situation)
    if counts:
        paused = _paused(situation)
        but = f" ({paused} of them asked for a pause)" if paused else ""
        confirmed, pending = counts["confirmed"], counts["pending"]
        click.echo(f"Subscribers: {confirmed} confirmed{but}, {pending} pending")


def _paused(situation: Situation) -> int:
    from msnewsletter.errors import StoreError
    from msnewsletter.publisher.subscribing.subscriber_health import paused_count

    try:
        return paused_count(situation.home, at=situation.at)
    except StoreError:  # a trouble, and said as such
        return 0


def _subscribers(situation: Situation) -> Mapping[str, int] | None:
    """How many there are in each state; None: no database of them, or none that can be read."""
    from msnewsletter.errors import StoreError
    from msnewsletter.publisher.subscribing.subscriber_health import subscriber_counts

    if situation.settings is None:
        return None
    try:
        counts = subscriber_counts(situation.home, situation.settings)
    except StoreError:  # a trouble, and said as such
        return None
    return {state.value: number for state, number in counts.items()} if counts else None


def _print_retractions(situation: Situation) -> None:
    """Print when summaries were last compared with notices of retractions, if they ever were."""
    from msnewsletter.publisher.retraction_check import last_check

    check = last_check(situation.home)
    if check is None:
        return
    click.echo(f"Retractions: {check.standing()}")
    if reminder := check.reminder(situation.at):
        output.complain_all("note", [reminder])


def _print_sources(situation: Situation, counts: Mapping[str, SourceSince]) -> None:
    """Print how each fetched source does, and how many of its summaries are taken."""
    for one in situation.sources:
        click.echo(f"Source {one.name} ({one.kind}) {one.read_sentence(situation.zone)}")
        if one.health is None:
            continue
        if count := counts.get(one.name):
            older = f", {count.older} older than its since" if count.older else ""
            out = f", {count.left_out} left out by its settings" if count.left_out else ""
            problems = f", {count.problems} with a problem" if count.problems else ""
            has_come = one.health.succeeded or one.health.came
            came = f"{one.health.came} came last; " if has_come else ""
            click.echo(f"  {came}{count.known} known{older}{out}{problems}")
        if one.stale_since and not one.health.failing_since:
            click.echo("  not looked at since, though it was to be: is the clock at work?")
        for remark in one.health.remarks[:_REMARKS]:
            click.echo(f"  {without_controls(remark)}")


def _print_inbound(situation: Situation) -> None:
    """Print when what came back was last read, and what came back of the last issue."""
    from msnewsletter.cli.mailings import inbound_line

    if situation.settings and situation.settings.inbound:
        says = inbound_line(situation.home, situation.settings, zone=situation.zone)
        click.echo(f"Inbound: {says}")


def _print_sending(situation: Situation) -> None:
    """Print how each mailing stands, what waits and what limits; troubles stand at the top."""
    from msnewsletter.publisher.delivering.sending_lines import sending_lines

    if situation.sending:
        for line in sending_lines(situation.sending, situation.zone):
            click.echo(f"Sending: {line}")


def _print_hub(situation: Situation) -> None:
    """Print what the WebSub hub answered last, and how many feeds it has to be told of."""
    from msnewsletter.publisher.hub_pings import hub_queue

    queue = hub_queue(situation.home)
    if queue is None:
        return
    said = "nothing was told it yet"
    if last := queue.last:
        said = f"{last.says}, on {local_time(last.at, situation.zone)}"
    click.echo(f"Hub {queue.hub}: {said}")
    if queue.feeds:
        click.secho(f"  {output.count(len(queue.feeds), 'feed', 'feeds')} to tell it of", bold=True)
    if queue.given_up:
        lost = output.count(queue.given_up, "feed", "feeds")
        click.secho(f"  {lost} given up after a day: feed readers find them later", bold=True)


def _print_letters(situation: Situation) -> None:
    """Print how many mails of the door wait; why, is among the troubles or follows."""
    from msnewsletter.errors import StoreError
    from msnewsletter.publisher.subscribing.letters_waiting import waiting_letters

    settings, waiting = situation.settings, None
    with suppress(StoreError):  # which is among the troubles
        waiting = waiting_letters(situation.home, settings) if settings else None
    if waiting is None or waiting.since is None:
        return
    mails = output.count(waiting.count, "mail", "mails")
    since = local_time(waiting.since, situation.zone)
    click.echo(f"Sign-up: {mails} to send, the oldest since {since}")
    if waiting.fault:
        click.secho(f"  {waiting.failing} failed: {without_controls(waiting.fault)}", bold=True)


def _approved(approval: Approval, zone: tzinfo) -> str:
    of_slot = f" for the slot {approval.slot}" if approval.slot else ""
    return f"approved by {approval.by} on {local_time(approval.at, zone)}{of_slot}"


def _print_outbox(situation: Situation) -> None:
    """Print the folders that no sender has taken."""
    folders = waiting_folders(situation.home)
    for name, since in folders[:_FOLDERS]:
        place = situation.home.display_path(situation.home.outbox / "new" / name)
        when = local_time(since, situation.zone)
        click.echo(f"  not taken yet: {place}/, since {when}")
    if more := len(folders[_FOLDERS:]):
        click.echo(f"  and {more} more")


def _print_slots(found: NextIssuePreview, *, blocked: bool) -> None:
    """Print the outcome of the last slot, and the slots to come."""
    if slot := found.last_slot:
        became = f"issue {slot.issue}" if slot.issue else "nothing was new"
        click.echo(f"Last slot: {slot.slot}, {slot.outcome} ({became})")
        for key in found.coalesced:
            click.echo(f"  with it {key}, coalesced")
    schedule = found.schedule
    if schedule is None:
        click.echo("Next slots: none; there is no [schedule]")
        return
    if schedule.due:
        key = schedule.due.publish.key
        todo = "it waits" if found.due_slot_waits else "the clock publishes it"
        todo = "it is blocked" if blocked else todo
        click.secho(f"Slot {key} is due: {todo}", bold=True)
    click.echo("Next slots:" if schedule.upcoming else "Next slots: none; the schedule has ended")
    for upcoming in schedule.upcoming:
        # Of two hours with one name, at the end of summer time, the offset says which.
        offset = upcoming.shown.isoformat()[-6:]
        click.echo(f"  {local_time(upcoming.shown, ZoneInfo(upcoming.zone))}, UTC{offset}")


def _failing_steps(home: Home) -> Mapping[str, FailingStep]:
    from msnewsletter.clock.heartbeat import read_heartbeat

    beat = read_heartbeat(home)
    return beat.failing if beat else {}


def _counts(found: NextIssuePreview) -> Mapping[str, SourceSince]:
    """What is taken of each source that was ever looked at, by its name."""
    return {one.source: one for one in found.collected.since}


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
        "limits": output.rows(state.paced, "by", "until", "most"),
        "last_run": memory and output.row(memory, *of_memory),
    }


def _approval_row(approval: Approval, *, valid: bool) -> dict[str, object]:
    return output.row(approval, "issue", "slot", "by", "at") | {"valid": valid}


def _document(
    situation: Situation, found: NextIssuePreview, troubles: Sequence[Trouble]
) -> dict[str, object]:
    from msnewsletter.publisher.troubles import TroubleName, blocked_by

    home, approval, of_last = situation.home, found.reviewed.approval, situation.approval
    draft, last, slot, schedule = found.draft, found.last_issue, found.last_slot, found.schedule
    corrections, entries = (
        (draft.issue.corrections, draft.issue.entries) if draft.issue else ((), ())
    )
    counts = _counts(found)
    return {
        "last_issue": last
        and output.row(last, "number", "slot", "cutoff", "state", "corrections", entries="count"),
        "last_slot": slot
        and output.row(slot, "slot", "instant", "outcome", "issue")
        | {"coalesced": found.coalesced},
        "schedule": schedule
        and {
            "due": schedule.due and schedule.due.publish.key,
            "late": schedule.late,
            "waits": found.due_slot_waits,
            "next": output.rows(schedule.upcoming, slot="key", instant="shown"),
            "failing": {name: step.reason for name, step in _failing_steps(home).items()},
        },
        "troubles": output.rows(troubles, "name", "check", "says"),
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
        "subscribers": _subscribers(situation),
        "unfinished": found.unfinished,
        "next_number": found.number,
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
        "alarms": [str(alarm) for alarm in found.alarms],
        "baseline": [{"key": summary.key, "reason": why} for summary, why in draft.baseline],
        "refused": [str(refused) for refused in found.collected.refused_in_full],
        "notes": [str(note) for note in found.notes],
    }
