"""`status`: the state of the newsletter, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli import output
from msnewsletter.cli.instants import instant, machine_clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from msnewsletter.clock.heartbeat import FailingStep
    from msnewsletter.home import Home
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview


@click.command()
@click.option("--at", "moment", metavar="INSTANT", help="Act as if it were then (ISO 8601).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def status(home: Home, moment: str | None, *, as_json: bool) -> None:
    """Print what went out last, what would go out now, and why; touches no state."""
    from msnewsletter.publisher.next_issue_preview import next_issue_preview
    from msnewsletter.serialize import pretty

    at = instant(home, moment)
    found = next_issue_preview(home, at=at, by_hand=True, machine=machine_clock())
    # Of another moment the machine's clock says nothing.
    doubt = None if moment else _clock_doubt(home, at)
    if as_json:
        click.echo(pretty(_document(home, found) | {"clock": doubt}), nl=False)
        return
    if doubt:
        click.secho(doubt, bold=True, fg="red")
    _print(home, found)
    output.complain_about(found.collected, found)


def _print(home: Home, found: NextIssuePreview) -> None:
    if found.settings.newsletter.sandbox:
        click.echo("A sandbox: any moment is allowed, and nothing is sent from here.")
    if last := found.last_issue:
        click.echo(
            f"Last issue: {last.number}, {output.contents(last.count, last.corrections)}, "
            f"slot {last.slot} ({last.state})"
        )
    else:
        click.echo("Last issue: none yet")
    _print_slots(home, found)
    output.print_unfinished(found.unfinished)
    click.echo(f"Next issue, if published now: {found.number}")
    output.print_draft(found.draft)
    output.print_waiting(found.waiting_reason)


def _print_slots(home: Home, found: NextIssuePreview) -> None:
    """Print the outcome of the last slot, what waits or fails, and the slots to come."""
    if slot := found.last_slot:
        became = f"issue {slot.issue}" if slot.issue else "nothing was new"
        click.echo(f"Last slot: {slot.slot}, {slot.outcome} ({became})")
        for key in found.coalesced:
            click.echo(f"  with it {key}, coalesced")
    schedule = found.schedule
    if schedule is None:
        click.echo("Next slots: none; there is no [schedule]")
        return
    if schedule.set_back:
        click.secho(
            "The last published slot is in the future. Was this machine's clock set back?",
            bold=True,
        )
    if schedule.due:
        key = schedule.due.publish.key
        if found.due_slot_waits:
            click.secho(f"SLOT {key} WAITS: {found.due_slot_waits}", bold=True, fg="red")
        else:
            click.secho(f"Slot {key} is due: the clock publishes it", bold=True)
    for name, step in _failing_steps(home).items():
        click.secho(
            f"The clock's step {name!r} has failed {output.count(step.failures, 'time', 'times')} "
            f"since {step.since.isoformat()}: {step.reason}",
            bold=True,
            fg="red",
        )
    click.echo("Next slots:" if schedule.upcoming else "Next slots: none; the schedule has ended")
    for upcoming in schedule.upcoming:
        local = upcoming.shown
        click.echo(f"  {local:%a %Y-%m-%d %H:%M} {upcoming.zone} (UTC{local.isoformat()[-6:]})")


def _clock_doubt(home: Home, at: datetime) -> str | None:
    """Why the machine's clock cannot be right; None: it can."""
    from msnewsletter.clock.heartbeat import last_trusted_wake
    from msnewsletter.publisher.clock_signs import machine_clock_doubt

    doubt = machine_clock_doubt(home, at=at, seen=last_trusted_wake(home))
    return str(doubt) if doubt else None


def _failing_steps(home: Home) -> Mapping[str, FailingStep]:
    from msnewsletter.clock.heartbeat import read_heartbeat

    beat = read_heartbeat(home)
    return beat.failing if beat else {}


def _document(home: Home, found: NextIssuePreview) -> dict[str, object]:
    draft, last, slot, schedule = found.draft, found.last_issue, found.last_slot, found.schedule
    corrections, entries = (
        (draft.issue.corrections, draft.issue.entries) if draft.issue else ((), ())
    )
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
        "refused": [str(refused) for refused in found.collected.refused],
        "notes": [str(note) for note in found.notes],
    }
