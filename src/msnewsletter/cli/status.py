"""`status`: the state of the newsletter, for people and for programs."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from msnewsletter.cli import output
from msnewsletter.cli.examples import examples
from msnewsletter.cli.instants import instant, machine_clock
from msnewsletter.cli.pushed import print_push
from msnewsletter.cli.site_change import print_site_state, site_document
from msnewsletter.cli.status_document import status_document
from msnewsletter.cli.status_figures import (
    paused_subscribers,
    source_counts,
    subscribers_by_state,
)
from msnewsletter.disk.outbox import waiting_folders
from msnewsletter.text import local_time, without_controls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    from msnewsletter.decisions import Approval
    from msnewsletter.home import Home
    from msnewsletter.publisher.fetched_files import SourceSince
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.publisher.situation import Situation
    from msnewsletter.publisher.troubles.trouble import Trouble

_FOLDERS = 10  # of the outbox that are named
_REMARKS = 5  # of a source that are shown


@click.command(epilog=examples("status", "status --json"))
@click.option("--at", "moment", metavar="INSTANT", help="Act as if it were then (ISO 8601).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def status(home: Home, moment: str | None, *, as_json: bool) -> None:
    """Print what went out last, what would go out now, and why; touches no state.

    It says what needs a person, what went out last and who approved it, what waits in outbox/new/,
    the next slots, what would go out now or what blocks it, what is held, and why. Of summaries
    that were fetched it names the key, which pins, holds and overrides need.
    """
    from msnewsletter.clock.clock_troubles import all_troubles
    from msnewsletter.publisher.site.site_state import site_state
    from msnewsletter.publisher.situation import gather
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
        document = status_document(situation, found, troubles) | {"site": site_document(site)}
        click.echo(pretty(document), nl=False)
        return
    output.print_origin(home)
    _print(situation, found, troubles)
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


def _print(situation: Situation, found: NextIssuePreview, troubles: Sequence[Trouble]) -> None:
    from msnewsletter.publisher.troubles.trouble import TroubleName

    blocked = any(one.name is TroubleName.BLOCKED for one in troubles)
    if found.settings.newsletter.sandbox:
        click.echo("A sandbox: any moment is allowed, and no mail and no ping leaves this machine.")
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
    _print_slots(situation, found, blocked=blocked)
    _print_clock(situation, troubles)
    output.print_unfinished(found.unfinished)
    would = "it is BLOCKED" if blocked else "if published now"
    click.echo(f"Next issue, {would}: {found.number}")
    words = found.earlier_words
    if words and not words.unsaid:
        click.echo(
            f"  issues/next.md is for issue {words.issue}, which is out: "
            f"write 'issue: {found.number}' in it for the next"
        )
    if approval := found.reviewed.approval:
        since = "it was sent back since" if found.reviewed.sent_back else "it has changed since"
        valid = "" if found.reviewed.approval_valid else f", and {since}"
        click.echo(f"  {_approved(approval, situation.zone)}{valid}")
    output.print_draft(found.draft, found.collected.fetched)
    output.print_waiting(found.waiting_reason)
    _print_sources(situation, source_counts(found))
    print_push(situation)
    _print_hub(situation)
    _print_sending(situation)
    _print_subscribers(situation)
    _print_letters(situation)
    _print_inbound(situation)
    _print_retractions(situation)
    _print_plugins()


def _print_plugins() -> None:
    """Print which plugins are installed, if any is."""
    from msnewsletter.plugins import all_plugins

    if found := all_plugins():
        click.echo(f"Plugins: {', '.join(one.label for one in found)}")


def _print_subscribers(situation: Situation) -> None:
    """Print how many get mail, and how many have not confirmed yet, if there is anybody."""
    counts = subscribers_by_state(situation)
    if counts:
        paused = paused_subscribers(situation)
        but = f" ({paused} of them asked for a pause)" if paused else ""
        confirmed, pending = counts["confirmed"], counts["pending"]
        click.echo(f"Subscribers: {confirmed} confirmed{but}, {pending} pending")


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


def _print_clock(situation: Situation, troubles: Sequence[Trouble]) -> None:
    """Print whether the slots are anybody's work, where no trouble has said it: `doctor`'s words.

    None need run: somebody may publish by hand, or by cron.
    """
    from msnewsletter.clock.clock_troubles import clock_sentence
    from msnewsletter.publisher.troubles.trouble import Check

    if situation.settings is None or situation.settings.schedule is None:
        return
    if not any(one.check is Check.CLOCK for one in troubles):
        click.echo(f"Clock: {clock_sentence(situation)}")


def _print_slots(situation: Situation, found: NextIssuePreview, *, blocked: bool) -> None:
    """Print the outcome of the last slot, and the slots to come."""
    from msnewsletter.clock.clock_troubles import clock_of

    clock = clock_of(situation)
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
        todo = "the clock publishes it" if clock.is_at_work else "no clock is at work to publish it"
        todo = "it waits" if found.due_slot_waits else todo
        todo = "it is blocked" if blocked else todo
        click.secho(f"Slot {key} is due: {todo}", bold=True)
    click.echo("Next slots:" if schedule.upcoming else "Next slots: none; the schedule has ended")
    for upcoming in schedule.upcoming:
        # Of two hours with one name, at the end of summer time, the offset says which.
        offset = upcoming.shown.isoformat()[-6:]
        click.echo(f"  {local_time(upcoming.shown, ZoneInfo(upcoming.zone))}, UTC{offset}")
    if asked := found.asked_again:
        when = f"at {local_time(asked.shown, ZoneInfo(asked.zone))}, before the issue"
        if not clock.is_at_work:
            when = "before the issue, by 'msnewsletter publish'"
        new = "waits for an approval" if found.needs_approval else "goes out with it"
        click.echo(f"Sources are asked once more {when}: what is new {new}.")
