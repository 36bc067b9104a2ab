"""`reset`: start over, with all that was published archived beside the home."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.examples import examples
from msnewsletter.cli.instants import now
from msnewsletter.cli.output import complain, count

if TYPE_CHECKING:
    from msnewsletter.home import Home


@click.command(epilog=examples("reset # say what would be done", "reset --yes"))
@click.option("--yes", is_flag=True, help="Do it: without it, only what would be done is said.")
@click.pass_obj
def reset(home: Home, *, yes: bool) -> None:
    """Start over: archive what was published beside the home; keep settings and summaries.

    Issues, outbox, site and database move to a folder beside the home,
    HOME.before-reset-2026-11-27 (the next of that day ends with -2). Settings, templates,
    glossary, summaries, issues/next.md and subscribers stay.
    """
    from msnewsletter.publisher.reset import planned_reset
    from msnewsletter.publisher.reset import reset as start_over

    plan = planned_reset(home, at=now())
    issues = count(plan.issues, "issue", "issues") if plan.issues else "No issue was published"
    if not yes:
        moved = f"{issues}, outbox" if plan.issues else f"{issues}; outbox"
        click.echo(f"{moved}, site and database would move to {plan.archive};")
        click.echo("newsletter.toml, templates, glossary and summaries would stay.")
        if plan.subscribers:
            click.echo("Subscribers would stay, too.")
        if plan.issues:
            click.echo("Readers who got an issue keep it, and may get its summaries once more.")
        complain("reset: nothing was done; to start over, run 'msnewsletter reset --yes'")
        sys.exit(1)
    done = start_over(home, at=now())
    archived = f"{issues} archived" if plan.issues else f"{issues}; what was there is archived"
    click.secho(f"This home starts over with issue 1. {archived}:", bold=True)
    click.echo(f"  {done.archive}")
    if done.subscribers:
        click.echo("Subscribers stayed. What was sent to them under the old numbers is forgotten.")
    if not plan.issues:
        return
    click.echo("Readers who got an issue keep it, and get its summaries once more.")
    click.echo(
        "If anybody could read the feeds or the site, set a new id in newsletter.toml before"
    )
    click.echo("you publish: under the old one, feed readers take what comes for what they have.")
