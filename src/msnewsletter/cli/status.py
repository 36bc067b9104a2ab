"""`status`: how things stand, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli.instants import instant
from msnewsletter.cli.output import complain_all, contents, count, print_draft, print_unfinished

if TYPE_CHECKING:
    from msnewsletter.clock.heartbeat import FailingStep
    from msnewsletter.home import Home
    from msnewsletter.publisher.preview import NextIssuePreview


@click.command()
@click.option("--at", "moment", metavar="INSTANT", help="Act as if it were then (ISO 8601).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def status(home: Home, moment: str | None, *, as_json: bool) -> None:
    """Say what went out last, and what would go out now, and why; touches no state."""
    from msnewsletter.publisher.preview import next_issue_preview
    from msnewsletter.serialize import pretty

    found = next_issue_preview(home, at=instant(home, moment), by_hand=True)
    if as_json:
        click.echo(pretty(_document(home, found)), nl=False)
        return
    _print(home, found)
    complain_all("refused", found.collected.refused)
    complain_all("note", found.notes)


def _print(home: Home, found: NextIssuePreview) -> None:
    if last := found.last_issue:
        click.echo(
            f"Last issue: {last.number}, {contents(last.count, last.corrections)}, "
            f"slot {last.slot} ({last.state})"
        )
    else:
        click.echo("Last issue: none yet")
    _print_slots(home, found)
    print_unfinished(found.unfinished)
    click.echo(f"Next issue, if published now: {found.number}")
    print_draft(found.draft)


def _print_slots(home: Home, found: NextIssuePreview) -> None:
    """What became of the last slot, what waits or fails, and which come next."""
    if slot := found.last_slot:
        became = f"issue {slot.issue}" if slot.issue else "nothing was new"
        click.echo(f"Last slot: {slot.slot}, {slot.outcome} ({became})")
        for key in found.coalesced:
            click.echo(f"  with it {key}, coalesced")
    schedule = found.schedule
    if schedule is None:
        click.echo("Next slots: none; there is no [schedule]")
        return
    if schedule.behind:
        click.secho("THE LAST SLOT LIES AHEAD: was this machine's clock set back?", bold=True)
    if schedule.due:
        key = schedule.due.publish.key
        if found.due_slot_waits:
            click.secho(f"SLOT {key} WAITS: {found.due_slot_waits}", bold=True, fg="red")
        else:
            click.secho(f"Slot {key} is due: the clock publishes it", bold=True)
    for name, trouble in _troubles(home):
        click.secho(
            f"THE CLOCK FAILS TO {name.upper()} since {trouble.since.isoformat()}, "
            f"{count(trouble.failures, 'time', 'times')}: {trouble.reason}",
            bold=True,
            fg="red",
        )
    click.echo("Next slots:" if schedule.upcoming else "Next slots: none; the schedule has ended")
    for upcoming in schedule.upcoming:
        shown = upcoming.shown
        offset = shown.isoformat()[-6:]
        click.echo(f"  {shown:%a %Y-%m-%d %H:%M} {upcoming.zone} (UTC{offset})")


def _troubles(home: Home) -> list[tuple[str, FailingStep]]:
    from msnewsletter.clock.heartbeat import read_heartbeat

    beat = read_heartbeat(home)
    return list(beat.troubles.items()) if beat else []


def _document(home: Home, found: NextIssuePreview) -> dict[str, object]:
    draft, last, slot = found.draft, found.last_issue, found.last_slot
    return {
        "last_issue": last
        and {
            "number": last.number,
            "slot": last.slot,
            "cutoff": last.cutoff.isoformat(),
            "state": last.state,
            "entries": last.count,
            "corrections": last.corrections,
        },
        "last_slot": slot
        and {
            "slot": slot.slot,
            "instant": slot.instant.isoformat(),
            "outcome": slot.outcome,
            "issue": slot.issue,
            "coalesced": list(found.coalesced),
        },
        "schedule": found.schedule
        and {
            "due": found.schedule.due and found.schedule.due.publish.key,
            "late": found.schedule.late,
            "waits": found.due_slot_waits,
            "next": [
                {"slot": upcoming.key, "instant": upcoming.shown.isoformat()}
                for upcoming in found.schedule.upcoming
            ],
            "failing": {name: trouble.reason for name, trouble in _troubles(home)},
        },
        "unfinished": list(found.unfinished),
        "next_number": found.number,
        "corrections": [
            {
                "key": one.key,
                "headline": one.headline,
                "issue": one.issue,
                "status": one.status,
                "note": one.note,
                "why": one.why,
            }
            for one in (draft.issue.corrections if draft.issue else ())
        ],
        "pending": [
            {
                "key": entry.summary.key,
                "headline": entry.summary.headline,
                "dated": entry.dated.isoformat(),
                "late": entry.late,
                "why": entry.why,
                "location": entry.summary.location,
            }
            for entry in (draft.issue.entries if draft.issue else ())
        ],
        "held": [
            {
                "key": held.summary.key,
                "headline": held.summary.headline,
                "because": held.because,
                "reason": held.reason,
                "location": held.summary.location,
            }
            for held in draft.held
        ],
        "baseline": [{"key": summary.key, "reason": why} for summary, why in draft.baseline],
        "refused": [str(refused) for refused in found.collected.refused],
        "notes": [str(note) for note in found.notes],
    }
