"""`templates`: a home's own templates: copied, compared with the program's, and tried."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.instants import machine_clock, now
from msnewsletter.cli.output import complain, count

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.publisher.own_templates.copy_templates import CopiedTemplate
    from msnewsletter.publisher.own_templates.template_diffs import TemplateDiff


@click.group()
def templates() -> None:
    """Copy the program's templates to change them, compare them, and try them."""


@templates.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "every", is_flag=True, help="Copy all of them.")
@click.option(
    "--force", is_flag=True, help="Replace edited ones too; each is kept beside, as a .bak file."
)
@click.option(
    "--mine",
    is_flag=True,
    help="Keep the home's own, and let it count as made from the program's of now.",
)
@click.pass_obj
def copy(home: Home, names: tuple[str, ...], *, every: bool, force: bool, mine: bool) -> None:
    """Copy packaged templates to the home's templates/, where they count once they are changed."""
    from importlib.metadata import version

    from msnewsletter.publisher.own_templates.copy_templates import CopyOutcome, copy_templates

    if bool(names) == every:
        raise click.UsageError("Name templates, or give --all: 'templates copy site/base.html.j2'.")
    if force and mine:
        raise click.UsageError("--force replaces yours, and --mine keeps it: give one of them.")
    done = copy_templates(home, names, version=version("msnewsletter"), forced=force, mine=mine)
    for one in done:
        _print_copied(one)
    kept = [one for one in done if one.outcome is CopyOutcome.KEPT]
    if kept:
        what = count(len(kept), "template was", "templates were")
        complain(f"templates: {what} edited here, so nothing was copied over; see KEPT above")
        sys.exit(1)


def _print_copied(one: CopiedTemplate) -> None:
    from msnewsletter.publisher.own_templates.copy_templates import CopyOutcome
    from msnewsletter.publisher.own_templates.template_origins import TemplateState

    unknown = one.state is TemplateState.UNKNOWN
    why = "what it was copied from is not known, and it differs" if unknown else "it was edited"
    says = {
        CopyOutcome.COPIED: "copied",
        CopyOutcome.UPDATED: "brought up to date; it had not been edited",
        CopyOutcome.REPLACED: f"replaced; yours is templates/{one.beside} now",
        CopyOutcome.SAME: "is the program's of now already",
        CopyOutcome.NOTED: "stays as it is, and counts as made from the program's of now",
        CopyOutcome.KEPT: f"KEPT: {why}; see 'templates diff {one.name}', then --force or --mine",
    }
    click.echo(f"templates/{one.name}: {says[one.outcome]}")


@templates.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.pass_obj
def diff(home: Home, names: tuple[str, ...]) -> None:
    """Compare the home's templates with the program's of now, and of when they were copied."""
    from msnewsletter.publisher.own_templates.template_diffs import template_diffs

    found = template_diffs(home, names)
    for one in found:
        _print_diff(one)
    if not found:
        click.echo("No template of the home differs from the program's.")


def _print_diff(one: TemplateDiff) -> None:
    click.secho(one.says, bold=True)
    for line in one.lines:
        colour = {"+": "green", "-": "red"}.get(line[:1])
        click.secho(line, fg=colour) if colour else click.echo(line)


@templates.command()
@click.pass_obj
def check(home: Home) -> None:
    """Render every view with the home's templates, and name what is wrong; touches no state.

    Exits with 1 if anything is.
    """
    from msnewsletter.publisher.own_templates.template_check import check_templates

    found = check_templates(home, at=now(), machine=machine_clock())
    if not found.own:
        click.echo("The home has no template of its own: the program's are in force.")
    for note in found.notes:
        complain(f"note: {note}")
    for one in found.problems:
        click.echo(str(one))
    own = count(len(found.own), "template", "templates")
    views = f"{count(found.views, 'view', 'views')} of {' and '.join(found.issues)}"
    wrong = count(len(found.problems), "problem", "problems") if found.problems else "no problem"
    click.secho(f"{own} of the home's own, {views}: {wrong}.", bold=True)
    if found.problems:
        sys.exit(1)
