"""Fetching as commands do it: a line a source, and no source that fails stops anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli.instants import now
from msnewsletter.cli.output import complain_all, count
from msnewsletter.cli.progress_bar import progress_bar
from msnewsletter.text import did_you_mean, local_time, without_controls

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import tzinfo

    from msnewsletter.home import Home
    from msnewsletter.publisher.source_look import LookResult
    from msnewsletter.settings import Settings
    from msnewsletter.source_settings import FetchedSource
    from msnewsletter.sources.fetch.finds import NotAsked

# So long does a command wait for another process that fetches; then it goes on with what is there.
_WAIT_SECONDS = 5.0

no_fetch = click.option("--no-fetch", is_flag=True, help="Take what was fetched; ask no source.")


def fetch_first(
    home: Home, *, names: Collection[str] = (), forced: bool, again: bool = False
) -> bool:
    """Fetch what is due, or all (`forced`), and print a line a source; raises SettingsError.

    Whether a source was read, or none had to be: False where each that was asked failed.
    `again`: as in `fetch`.
    """
    from msnewsletter.settings import load_settings

    settings = load_settings(home.settings)
    for name in names:
        fetched_source(settings, name)
    if not settings.fetched:
        if again:
            said = (
                "no source is fetched, so --again asks for nothing; files are read as they change"
            )
            complain_all("note", [said])
        return True
    from msnewsletter.errors import BusyError
    from msnewsletter.publisher.fetch import fetch

    try:
        with progress_bar("Fetching") as progress:
            found = fetch(
                home,
                now=now,
                names=names,
                forced=forced,
                ask_fresh=True,
                again=again,
                wait=_WAIT_SECONDS,
                progress=progress,
            )
    except BusyError as error:
        said = f"{error.place}: {error.problem}; this goes on with what is there already"
        complain_all("note", [said])
        return True
    for one in found:
        _print(one, settings.zone, not_asked=one.not_asked if forced else None)
    asked = [one for one in found if not one.rests_until]
    return not asked or not all(one.failure for one in asked)


def fetched_source(settings: Settings, name: str) -> FetchedSource:
    """The source that is fetched and has this name; raises BadParameter of `--source`."""
    known = {source.name: source for source in settings.fetched}
    if name not in known:
        hint = did_you_mean(name, known, otherwise="see [[sources]] in newsletter.toml")
        raise click.BadParameter(
            f"no source that is fetched has the name {name!r}; {hint}", param_hint="--source"
        )
    return known[name]


def _print(one: LookResult, zone: tzinfo, *, not_asked: NotAsked | None) -> None:
    source = f"Source {one.source}"
    if one.failure:
        click.echo(f"{source}: failed: {one.failure}", err=True)
    elif one.rests_until:
        until = local_time(one.rests_until, zone)
        click.echo(f"{source}: not asked; its server wants no request before {until}")
    else:
        came = count(one.came, "new or changed summary", "new or changed summaries")
        waits = _not_asked_words(not_asked, zone) if not_asked else ""
        click.echo(f"{source}: {came}{_with_problems(one.problems)}{waits}")
    complain_all("note", [f"{one.source}: {without_controls(says)}" for says in one.remarks])


def _with_problems(problems: int) -> str:
    return f", {problems} with a problem" if problems else ""


def _not_asked_words(not_asked: NotAsked, zone: tzinfo) -> str:
    """How many known pages were not asked for, and when they will be; `zone`: for people."""
    many = not_asked.pages > 1
    pages = count(not_asked.pages, "known page", "known pages")
    if not_asked.next_due <= now():
        waits = f"{pages} {'wait' if many else 'waits'} for the next look"
    else:
        asked = f"{'are' if many else 'is'} asked again"
        waits = f"{pages} {asked} from {local_time(not_asked.next_due, zone)} on"
    return f"; {waits}; --again asks now"


def print_last_read(home: Home) -> None:
    """Print when each source was last read, on standard error: who looks asks none."""
    from msnewsletter.publisher.source_reports import source_reports
    from msnewsletter.settings import load_settings

    settings = load_settings(home.settings)
    if settings.fetched:
        said = [
            f"the source {one.name} {one.read_sentence(settings.zone)}"
            for one in source_reports(home, settings, at=now())
        ]
        complain_all("note", said)
