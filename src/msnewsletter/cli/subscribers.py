"""`subscribers`: who gets the mail, for the operator."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.address_argument import HELP, addresses_argument, each_address, one_address
from msnewsletter.cli.examples import examples
from msnewsletter.cli.instants import now, zone_of
from msnewsletter.cli.output import complain, count
from msnewsletter.cli.subscriber_import import import_list
from msnewsletter.cli.subscriber_lists import export_list, list_subscribers
from msnewsletter.subscribers.subscriber import (
    SubscribedEdition,
    SubscriberState,
    SuppressionReason,
)

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from msnewsletter.home import Home
    from msnewsletter.publisher.subscribing.by_hand import EnteredSubscriber
    from msnewsletter.publisher.subscribing.dossier import Dossier
    from msnewsletter.settings import Settings
    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.subscribers.address import Address
    from msnewsletter.subscribers.subscriber import Subscriber


_SUPPRESSED_BY = {
    SuppressionReason.BOUNCE: "by a hard bounce",
    SuppressionReason.COMPLAINT: "by a complaint",
    SuppressionReason.HAND: "by hand",
}


@click.group(epilog=examples("subscribers stats"))
def subscribers() -> None:
    """Add, import, export, show, unsubscribe, suppress and forget subscribers.

    Who is on the list is in var/subscribers.db. That somebody is on it says something about their
    health, so no error and no log repeats an address: they name the line, or the subscriber's
    number, which never means anybody else. One that
    is wrong stops no other; the command exits with 1 then.
    """


subscribers.add_command(import_list)
subscribers.add_command(export_list)
subscribers.add_command(list_subscribers)


@subscribers.command(
    epilog=examples(
        "subscribers add -",
        "subscribers add - --confirmed --consent 'Yes, send me the newsletter.'",
        also=HELP,
    )
)
@addresses_argument
@click.option("--confirmed", is_flag=True, help="They have agreed already, e.g. on paper.")
@click.option(
    "--consent",
    metavar="TEXT",
    help="The words that they agreed to; kept with the day. It goes together with --confirmed.",
)
@click.option(
    "--edition",
    type=click.Choice([one.value for one in SubscribedEdition]),
    help="Which mail they get; default: the full one, or as it was.",
)
@click.option("--again", is_flag=True, help="With new consent, also who is suppressed.")
@click.pass_obj
def add(
    home: Home,
    addresses: tuple[str, ...],
    consent: str | None,
    edition: str | None,
    *,
    confirmed: bool,
    again: bool,
) -> None:
    """Add addresses: pending, or confirmed where their owners have agreed already.

    Pending ones get no issue until they confirm. With [subscribe] a mail asks them to, which
    'serve' or 'run' sends: one within 24 hours to an address, and no more than most_an_hour in
    all; who does not confirm within seven days is removed. Without [subscribe], and in a sandbox,
    no mail asks them. Who left comes back with new consent alone.
    """
    from msnewsletter.publisher.subscribing.by_hand import enter
    from msnewsletter.publisher.subscribing.opened import working_subscribers
    from msnewsletter.settings import load_settings

    words = _consent(consent, confirmed=confirmed)
    settings = load_settings(home.settings)
    chosen = SubscribedEdition(edition) if edition else None
    with working_subscribers(home) as store:

        def act(place: str, address: Address) -> bool:
            found = enter(store, address, at=now(), consent=words, edition=chosen, again=again)
            good = _say_entered(place, found, settings.zone)
            if good and found.subscriber.state is SubscriberState.PENDING:
                return _ask_to_confirm(store, settings, place, found.subscriber)
            return good

        each_address(addresses, act)


def _consent(text: str | None, *, confirmed: bool) -> str | None:
    """The words that were agreed to; None: nothing was agreed to yet."""
    if confirmed != (text is not None):
        raise click.UsageError(
            "--confirmed and --consent go together: the words are kept with the day"
        )
    if text is None:
        return None
    if not text.strip():
        raise click.BadParameter("write the words that they agreed to", param_hint="--consent")
    return text.strip()


def _say_entered(place: str, found: EnteredSubscriber, zone: tzinfo) -> bool:
    from msnewsletter.subscribers.entry_by_hand import EntryOutcome

    one = found.subscriber
    since = f"since {_day(one.since, zone)}"
    match found.outcome:
        case EntryOutcome.ADDED if one.state is SubscriberState.PENDING:
            click.echo(f"{place}: added as subscriber {one.id}, pending")
        case EntryOutcome.ADDED:
            click.echo(f"{place}: added as subscriber {one.id}, confirmed, edition {one.edition}")
        case EntryOutcome.CONFIRMED:
            click.echo(f"{place}: subscriber {one.id} is confirmed now, edition {one.edition}")
        case EntryOutcome.ALREADY:
            click.echo(f"{place}: is subscriber {one.id} already, {one.state} {since}")
        case EntryOutcome.LEFT:
            complain(
                f"{place}: subscriber {one.id} left, {since}; "
                "with --confirmed and --consent they are added again"
            )
            return False
        case EntryOutcome.SUPPRESSED:
            complain(
                f"{place}: subscriber {one.id} is suppressed ({one.suppression}), {since}; "
                "with --confirmed, --consent and --again they are added again"
            )
            return False
    return True


def _ask_to_confirm(
    store: SubscriberStore, settings: Settings, place: str, pending: Subscriber
) -> bool:
    """Have the door ask somebody to confirm, if there is one, and say so; False: it may not now."""
    from msnewsletter.publisher.subscribing.by_hand import ask_to_confirm
    from msnewsletter.subscribers.door_rules import KEPT_PENDING, GuardVerdict

    section = settings.subscribe
    if section is None or settings.newsletter.sandbox:
        why = "no mail leaves a sandbox" if section else "there is no [subscribe]"
        click.echo(f"  no mail asks them to confirm, for {why}; until they do, they get no issue")
        return True
    most = section.most_an_hour
    match ask_to_confirm(store, pending, at=now(), most_an_hour=most):
        case GuardVerdict.MAIL:
            click.echo(
                "  a mail asks them to confirm: 'serve' or 'run' sends it; who does not within "
                f"{KEPT_PENDING.days} days is removed"
            )
        case GuardVerdict.QUIET:
            click.echo("  no second mail asks them to confirm within 24 hours")
        case GuardVerdict.TOO_MANY:
            complain(
                f"{place}: subscriber {pending.id} is not asked to confirm now: there were {most} "
                "such mails within the hour (subscribe.most_an_hour); add them again later"
            )
            return False
    return True


@subscribers.command(epilog=examples("subscribers unsubscribe -", also=HELP))
@addresses_argument
@click.pass_obj
def unsubscribe(home: Home, addresses: tuple[str, ...]) -> None:
    """Take addresses off the list; no later list brings them back."""
    from msnewsletter.publisher.subscribing.by_hand import take_off
    from msnewsletter.publisher.subscribing.opened import working_subscribers

    with working_subscribers(home) as store:

        def act(place: str, address: Address) -> bool:
            one = take_off(store, address, at=now())
            if one is None:
                complain(f"{place}: is no subscriber; with 'suppress' it never becomes one")
                return False
            click.echo(f"{place}: subscriber {one.id} is {one.state}")
            return True

        each_address(addresses, act)


@subscribers.command(epilog=examples("subscribers suppress -", also=HELP))
@addresses_argument
@click.pass_obj
def suppress(home: Home, addresses: tuple[str, ...]) -> None:
    """Never mail these addresses, whether they are on the list or not.

    The first reason of a suppression stays: bounce, complaint or hand.
    """
    from msnewsletter.publisher.subscribing.by_hand import suppress as never_mail
    from msnewsletter.publisher.subscribing.opened import working_subscribers

    with working_subscribers(home) as store:

        def act(place: str, address: Address) -> bool:
            one = never_mail(store, address, at=now())
            click.echo(f"{place}: subscriber {one.id} is suppressed ({one.suppression})")
            return True

        each_address(addresses, act)


@subscribers.command(epilog=examples("subscribers forget - --yes", also=HELP))
@addresses_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def forget(home: Home, addresses: tuple[str, ...], *, yes: bool) -> None:
    """Remove all that is known of addresses, but for a keyed hash that keeps them unmailed.

    The hash says nothing without the database's key: by it no list brings them back. What was sent
    to them stays as a number. How many mails went to their domain in which minute is removed with
    the first mail that is sent two days later. Backups and exports that were made before still
    hold them.
    """
    from msnewsletter.publisher.subscribing.by_hand import forget as remove
    from msnewsletter.publisher.subscribing.opened import working_subscribers

    if not yes:
        _ask_to_forget(addresses)
    with working_subscribers(home) as store:

        def act(place: str, address: Address) -> bool:
            was_there = remove(store, address, at=now())
            said = "forgotten" if was_there else "was not on the books; it is kept off them now"
            click.echo(f"{place}: {said}")
            return True

        each_address(addresses, act)
    click.echo("Backups and exports that were made before still hold what was forgotten.")


def _ask_to_forget(addresses: tuple[str, ...]) -> None:
    if "-" in addresses or not sys.stdin.isatty():
        raise click.UsageError("there is no terminal to ask at; --yes forgets without asking")
    click.confirm("Nothing brings it back. Forget?", default=False, abort=True)


@subscribers.command(epilog=examples("subscribers show -", "subscribers show - --json", also=HELP))
@click.argument("address")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: all that is known.")
@click.pass_obj
def show(home: Home, address: str, *, as_json: bool) -> None:
    """Print what is known of one address.

    State and since when, edition, what they agreed to, and how many issues were sent to them;
    --json has each delivery.
    """
    from msnewsletter.publisher.subscribing.dossier import required_dossier
    from msnewsletter.publisher.subscribing.opened import reading_subscribers
    from msnewsletter.serialize import pretty

    with reading_subscribers(home) as store:
        found = required_dossier(store, one_address(address))
    if as_json:
        click.echo(pretty(found.document()), nl=False)
        return
    _print_dossier(found, zone_of(home), now())


def _print_dossier(found: Dossier, zone: tzinfo, at: datetime) -> None:
    one = found.subscriber
    reason = f" ({one.suppression})" if one.suppression else ""
    click.secho(f"Subscriber {one.id}: {one.address.typed}", bold=True)
    click.echo(f"  {one.state}{reason} since {_day(one.since, zone)}")
    click.echo(f"  on the books since {_day(one.created, zone)}")
    click.echo(f"  edition: {one.edition}")
    _print_circumstances(one, zone, at)
    for consent in found.consents:
        click.echo(f"  agreed on {_day(consent.at, zone)} ({consent.way}): “{consent.words}”")
    counts = found.counts()
    sent = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
    click.echo(f"  deliveries: {sent or 'none'}")


def _print_circumstances(one: Subscriber, zone: tzinfo, at: datetime) -> None:
    if one.paused_until and one.paused_until > at:
        click.echo(f"  paused until {_day(one.paused_until, zone)}")
    if one.confirmation_sent:
        click.echo(f"  asked to confirm on {_day(one.confirmation_sent, zone)}")
    if one.soft_bounces:
        click.echo(f"  temporary bounces in a row: {one.soft_bounces}")


@subscribers.command(epilog=examples("subscribers stats"))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def stats(home: Home, *, as_json: bool) -> None:
    """Print how many subscribers there are, by state and edition.

    And who asked for a pause, addresses that were forgotten, who is suppressed by reason (bounce,
    complaint, by hand), and how many confirmed ones have temporary bounces in a row. The JSON has
    for each state the count of each edition; paused, forgotten, suppressed_by and soft_bounces.
    """
    from msnewsletter.publisher.subscribing.opened import reading_subscribers
    from msnewsletter.serialize import pretty

    with reading_subscribers(home) as store:
        counts = store.count_subscribers()
        paused, forgotten = store.count_paused(now()), store.count_forgotten()
        suppressed, soft = store.count_suppressed(), store.count_soft_bounces()
    table = {
        state: {edition: counts.get((state, edition), 0) for edition in SubscribedEdition}
        for state in SubscriberState
    }
    if as_json:
        others: dict[str, object] = {"paused": paused, "forgotten": forgotten}
        others |= {"suppressed_by": suppressed, "soft_bounces": soft}
        click.echo(pretty(dict(table) | others), nl=False)
        return
    for state, editions in table.items():
        parts = ", ".join(f"{number} {edition}" for edition, number in editions.items() if number)
        click.echo(f"{state:<13}{sum(editions.values()):>8}{f'  ({parts})' if parts else ''}")
    if any(suppressed.values()):
        parts = ", ".join(f"{suppressed[one]} {words}" for one, words in _SUPPRESSED_BY.items())
        click.echo(f"Of the suppressed: {parts}.")
    if soft:
        click.echo(f"Temporary bounces are counted of {soft} who are confirmed.")
    gone = count(forgotten, "address", "addresses")
    click.echo(f"Of the confirmed, {paused} asked for a pause; {gone} forgotten.")


def _day(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).date().isoformat()
