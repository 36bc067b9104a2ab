"""`doctor`: health checks for a monitor: a line each, exit code 1 when one of them fails."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.examples import examples
from msnewsletter.cli.health_report import health_line, print_health
from msnewsletter.cli.instants import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from msnewsletter.home import Home
    from msnewsletter.publisher.situation import Situation
    from msnewsletter.publisher.troubles.trouble import Check, HealthLine


# Where the settings or something else cannot be read, no more than this is known of the home.
_RIGHTS = "its own folders and files can be read and written"


@click.command(epilog=examples("doctor", "doctor --received received.eml"))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--all", "everything", is_flag=True, help="Say of each check that is well what it found, too."
)
@click.option(
    "--received",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=(
        "Compare a mail that was received, saved as .eml, with what was sent, and do no "
        "more: pictures and links that a provider added or changed, text, headers, and "
        "whether the DKIM signature is valid and covers both List-Unsubscribe headers."
    ),
)
@click.option(
    "--dkim-key",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="With --received: the TXT record of the DKIM key, instead of asking the name server.",
)
@click.option(
    "--dns",
    is_flag=True,
    help=(
        "Print the DNS records for SPF, DKIM, DMARC and MX, to be completed and pasted; "
        "no name server is asked."
    ),
)
@click.option(
    "--clock",
    is_flag=True,
    help=(
        "Say whether 'run' is at work here, by its heartbeat, and no more; exit 1 when "
        "it is not: for a container's health check."
    ),
)
@click.pass_obj
def doctor(
    home: Home,
    *,
    as_json: bool,
    everything: bool,
    received: Path | None,
    dkim_key: Path | None,
    dns: bool,
    clock: bool,
) -> None:
    """Check settings, folders, database, issue, site, clock and more; exit 1 if one is wrong.

    A line for each check, or one for each trouble that it finds: databases, what was sent, time,
    notices, push, hub, door, sending and what comes back, too.
    """
    from msnewsletter.publisher.situation import gather
    from msnewsletter.serialize import pretty

    if dns + clock + bool(received) > 1:
        raise click.UsageError("--dns, --clock and --received go alone.")
    if dns:
        _print_records(home)
        return
    if dkim_key and not received:
        raise click.UsageError("--dkim-key goes with --received.")
    if as_json and received:
        raise click.UsageError("--received is for people: leave out --json.")
    situation = None if received or clock else gather(home, at=now())
    if situation:
        found = [*examine(situation, thorough=True)]
    else:
        found = [*_received(home, received, dkim_key)] if received else [_clock(home)]
    if as_json:
        click.echo(pretty([one._asdict() for one in found]), nl=False)
    elif situation:
        print_health(situation, found, everything=everything)
    else:
        for one in found:
            click.echo(health_line(one))
    if not all(one.ok for one in found):
        sys.exit(1)


def _clock(home: Home) -> HealthLine:
    """Whether the clock is at work, by its heartbeat alone: whatever else is wrong."""
    from msnewsletter.cli.instants import zone_of
    from msnewsletter.clock.heartbeat import clock_state
    from msnewsletter.publisher.troubles.trouble import Check, HealthLine

    state = clock_state(home, at=now())
    return HealthLine(Check.CLOCK, ok=state.is_at_work, says=f"it {state.says(zone_of(home))}")


def _print_records(home: Home) -> None:
    """Print what a zone file needs for mail of this newsletter; asks no name server."""
    from msnewsletter.delivery.dns_records import wanted_records
    from msnewsletter.settings import load_settings

    settings = load_settings(home.settings)
    for one in wanted_records(
        sender=settings.mail.from_address,
        bounces=settings.deliver.bounces if settings.deliver else None,
        postmaster=settings.mail.reply_to or settings.mail.from_address,
        server=settings.smtp.host if settings.smtp else "MAIL-SERVER",
    ):
        click.echo(f"; {one.why}")
        click.echo(one.line)
    click.echo("; A server of your own also needs a PTR record: its address has to name the host")
    click.echo("; with which it introduces itself, and that host has to have the address.")


def _received(home: Home, path: Path, key: Path | None) -> Iterator[HealthLine]:
    """The same for a mail that was received."""
    from msnewsletter.publisher.delivering.received_check import check_received
    from msnewsletter.publisher.troubles.trouble import HealthLine

    for one in check_received(home, path, key=key):
        yield HealthLine("received", ok=one.ok, says=one.says)


def examine(situation: Situation, *, thorough: bool) -> Iterator[HealthLine]:
    """A line for each check, or one for each of its troubles.

    `thorough`: databases examine themselves, and other hosts are asked.
    """
    from msnewsletter.clock.clock_troubles import all_troubles
    from msnewsletter.errors import NewsletterError
    from msnewsletter.publisher.troubles.trouble import Check, HealthLine

    found = all_troubles(situation, thorough=thorough)
    for check in Check:
        if check is Check.MAIL_SERVER and not thorough:
            continue
        # Of one file, what cannot be read and what is broken may say the same.
        wrong = [*dict.fromkeys(one.says for one in found if one.check is check)]
        if not wrong and (unknown := _unknown(check, situation)):
            wrong = [unknown]
        yield from (HealthLine(check, ok=False, says=says) for says in wrong)
        if wrong:
            continue
        try:
            yield HealthLine(check, ok=True, says=_fine(check, situation))
        except NewsletterError as error:  # found by who looked more closely than the troubles
            yield HealthLine(check, ok=False, says=str(error))


def _unknown(check: Check, situation: Situation) -> str | None:
    """Why a check cannot say anything; None: it can."""
    from msnewsletter.publisher.troubles.trouble import Check

    if check is Check.SOURCES and any(one.closed for one in situation.sources):
        return _sources(situation)
    if situation.refused is None or check is Check.HOME:
        return None
    if situation.settings is None or check in {Check.ISSUE, Check.SENT, Check.SITE}:
        return str(situation.refused)
    return None


def _fine(check: Check, situation: Situation) -> str:
    """What is said of a check that finds nothing wrong."""
    from msnewsletter.clock.clock_troubles import clock_sentence
    from msnewsletter.clock.notify_settings import notify_settings
    from msnewsletter.errors import StoreError
    from msnewsletter.publisher.home_check import examine_home
    from msnewsletter.publisher.opening import examine_database
    from msnewsletter.publisher.own_templates.template_origins import templates_line
    from msnewsletter.publisher.troubles.plugin_troubles import plugins_line
    from msnewsletter.publisher.troubles.trouble import Check

    home, preview = situation.home, situation.preview
    notified = notify_settings(home)
    sentences: dict[Check, Callable[[], str]] = {
        Check.SETTINGS: lambda: "newsletter.toml is valid",
        Check.HOME: lambda: _RIGHTS if situation.refused else examine_home(home, user=os.geteuid()),
        Check.SOURCES: lambda: _sources(situation),
        Check.PLUGINS: plugins_line,
        Check.TEMPLATES: lambda: templates_line(home),
        Check.DATABASE: lambda: examine_database(home),
        Check.SUBSCRIBERS: lambda: _subscribers(situation),
        Check.ISSUE: lambda: "nothing waits for a person",
        Check.SENT: lambda: "; ".join((_sent(situation), *_compared(situation))),
        Check.TIME: lambda: "this machine's clock can be right",
        Check.SITE: lambda: (
            "it is there" if preview and preview.last_issue else "no issue is out yet"
        ),
        Check.CLOCK: lambda: clock_sentence(situation),
        Check.PUSH: lambda: _push(situation),
        Check.HUB: lambda: _hub(home),
        Check.INBOUND: lambda: _inbound(situation),
        Check.NOTIFY: lambda: (
            f"editors are notified {notified.way}" if notified.any else "nobody is notified"
        ),
        Check.DOOR: lambda: _door(situation),
        Check.SENDING: lambda: _sending(situation),
        Check.MAIL_SERVER: lambda: _mail_server(situation),
    }
    try:
        return sentences[check]()
    except StoreError:
        # A database that cannot be read is a trouble, and said as such.
        return "nothing can be told of it while the database cannot be read"


def _sources(situation: Situation) -> str:
    from msnewsletter.errors import printable
    from msnewsletter.publisher.source_reports import left_sources

    settings, zone = situation.settings, situation.zone
    said = [f"the source {one.name} {one.read_sentence(zone)}" for one in situation.sources]
    if settings and (left := left_sources(situation.home, settings)):
        names = ", ".join(f"var/sources/{name}" for name in left)
        names = printable(names)
        said.append(f"no source in newsletter.toml has the name of {names}: that is not read")
    return "; ".join(said) or "they are folders, so none has to be fetched"


def _subscribers(situation: Situation) -> str:
    from msnewsletter.publisher.subscribing.subscriber_health import subscriber_counts

    settings = situation.settings
    counts = subscriber_counts(situation.home, settings) if settings else None
    if counts is None:
        return "there are none yet"
    return ", ".join(f"{number} {state}" for state, number in counts.items())


def _sending(situation: Situation) -> str:
    from msnewsletter.publisher.delivering.sending_lines import sending_lines

    state = situation.sending
    if state is None:
        return "there is no [deliver]: another program sends what is in outbox/new/"
    return "; ".join(sending_lines(state, situation.zone)) or "nothing was sent yet"


def _mail_server(situation: Situation) -> str:
    from msnewsletter.errors import DeliveryError
    from msnewsletter.publisher.troubles.mail_server_troubles import probe_mail_server

    try:
        said = probe_mail_server(situation)
    except DeliveryError as error:  # it took us a moment ago
        return str(error)
    settings = situation.settings
    if said is None or settings is None:
        return "none is needed: nothing is sent from here"
    hints = []
    if settings.deliver and settings.deliver.bounces is None:
        hints.append("without deliver.bounces nobody learns of dead addresses")
    if settings.deliver and settings.subscribe is None:
        hints.append(f"without [subscribe], {settings.door} only lets readers leave")
    return "; ".join((said, *hints))


def _sent(situation: Situation) -> str:
    """What readers get of what was sent; and what of it waits for the next issue."""
    from msnewsletter.render.sentences import counted

    says, preview = "readers get what the files of sent summaries say", situation.preview
    if preview is None:
        return says
    corrections = len(preview.issue.corrections) if preview.issue else 0
    edits = sum(one.is_accepted and not one.correction for one in preview.draft.edits)
    found = ((corrections, "correction"), (edits, "edited text"))
    waiting = " and ".join(counted(number, noun) for number, noun in found if number)
    if not waiting:
        return says
    verb = "waits" if corrections + edits == 1 else "wait"
    return f"{says} once issue {preview.number} is out: until then {waiting} {verb} for it"


def _compared(situation: Situation) -> Iterator[str]:
    """When summaries were last compared with notices of retractions, if they ever were."""
    from msnewsletter.publisher.retraction_check import last_check

    if check := last_check(situation.home):
        yield check.reminder(situation.at) or f"summaries were {check.standing()}"


def _door(situation: Situation) -> str:
    from msnewsletter.publisher.subscribing.letters_waiting import waiting_letters

    settings = situation.settings
    waiting = waiting_letters(situation.home, settings) if settings else None
    if settings is None or waiting is None:
        return "there is no [subscribe], so nobody can sign up; 'serve' answers links to leave"
    return f"people can sign up at {settings.door}subscribe; {waiting.count} wait for a mail"


def _push(situation: Situation) -> str:
    from msnewsletter.cli.pushed import pushed_line

    says = pushed_line(situation.home, situation.settings) if situation.settings else None
    return says or "there is no site.push, so the site stays here"


def _hub(home: Home) -> str:
    from msnewsletter.publisher.hub_pings import hub_queue

    queue = hub_queue(home)
    if queue is None:
        return "there is no hub, so none has to be told"
    return f"{queue.hub} takes pings" if queue.last else f"{queue.hub} was not told of a feed yet"


def _inbound(situation: Situation) -> str:
    from msnewsletter.cli.mailings import inbound_line

    settings = situation.settings
    if settings is None or settings.inbound is None:
        return "there is no [inbound], so nothing that comes back is read"
    return inbound_line(situation.home, settings, zone=situation.zone)
