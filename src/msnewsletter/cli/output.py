"""What several verbs say in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from msnewsletter.issue.compose import Draft
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


def print_unfinished(numbers: Iterable[int]) -> None:
    """Issues that a crash left."""
    for number in numbers:
        click.echo(f"Issue {number} was interrupted; the next publish finishes it.")


def print_held(held: Iterable[Held]) -> None:
    """What waits, and why; a line each."""
    for one in held:
        click.echo(f"  held  {one.summary.key}: {one.reason}")


def _print_issue(issue: Issue) -> None:
    held = contents(len(issue.entries), len(issue.corrections))
    click.echo(f"Issue {issue.number}: {held}")
    for one in issue.corrections:
        click.echo(f"  {one.status}, first of all: {one.headline}")
        click.echo(f"        {one.why}")
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


def contents(summaries: int, corrections: int) -> str:
    """What an issue holds: `3 summaries, 1 correction`."""
    held = [count(summaries, "summary", "summaries")] if summaries or not corrections else []
    if corrections:
        held.append(count(corrections, "correction", "corrections"))
    return ", ".join(held)


def count(number: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else many}"
