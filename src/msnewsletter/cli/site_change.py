"""A change of the site's frame as commands show it: what waits, and what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from msnewsletter.cli import output
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from msnewsletter.publisher.site.site_state import SiteState


def print_site_state(state: SiteState) -> None:
    """Print what of the site's frame waits, what was changed last, and where redirects lie."""
    if state.waits:
        click.secho("The site shows other settings than newsletter.toml has:", bold=True)
        _print_settings(state.waiting)
        click.echo("  The next issue's publishing makes all pages anew, and so does, at once and")
        click.echo("  without an issue, 'msnewsletter publish --site'.")
    if last := state.last:
        done = local_time(last.done, ZoneInfo(last.after.zone)) if last.done else ""
        pages = output.count(last.pages, "page", "pages")
        issues = output.count(last.issues, "issue", "issues")
        click.echo(f"The site was made anew on {done}: {pages} of {issues}, and all feeds")
        _print_settings(last.settings)
    for folder in state.news:
        click.echo(f"  redirects for the old address: {folder}")


def _print_settings(settings: tuple[tuple[str, str, str], ...]) -> None:
    for name, before, after in settings:
        click.echo(f"  {name}: {before or 'none'} → {after or 'none'}")


def site_document(state: SiteState) -> dict[str, object]:
    """The same for `--json`."""
    last = state.last
    return {
        "waits": state.waits,
        "waiting": _rows(state.waiting),
        "last": last
        and output.row(last, "begun", "done", "issues", "pages")
        | {"settings": _rows(last.settings)},
        "redirects": list(state.redirects),
    }


def _rows(settings: tuple[tuple[str, str, str], ...]) -> list[dict[str, str]]:
    return [{"setting": name, "before": before, "after": after} for name, before, after in settings]
