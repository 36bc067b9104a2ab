"""What several verbs say in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from msnewsletter.compose import Draft
    from msnewsletter.model import Held, Issue


def print_draft(draft: Draft) -> None:
    """What would go out or went out, what waits, and why."""
    if draft.issue:
        _print_issue(draft.issue)
    else:
        click.secho("NOTHING NEW: no issue.", bold=True)
    print_held(draft.held)
    if draft.baseline:
        older = count(len(draft.baseline), "summary", "summaries")
        click.echo(f"  {older} older than the newsletter's start: never mailed")


def print_held(held: Iterable[Held]) -> None:
    """What waits, and why; a line each."""
    for one in held:
        click.echo(f"  held  {one.summary.key}: {one.reason}")


def _print_issue(issue: Issue) -> None:
    click.echo(f"Issue {issue.number}: {count(len(issue.entries), 'summary', 'summaries')}")
    for entry in issue.entries:
        click.echo(f"  {entry.position:>4}  {entry.summary.headline}")
        click.echo(f"        {entry.why}")


def complain(error: object) -> None:
    """One line on stderr: what, where, remedy."""
    click.echo(f"msnewsletter: {error}", err=True)


def complain_all(what: str, things: Iterable[object]) -> None:
    """One line on stderr for each."""
    for thing in things:
        click.echo(f"{what}: {thing}", err=True)


def count(number: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else many}"
