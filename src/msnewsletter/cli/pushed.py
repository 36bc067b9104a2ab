"""What `status`, `doctor` and `publish` say of the site at its second place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli import output
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from msnewsletter.home import Home
    from msnewsletter.publisher.situation import Situation
    from msnewsletter.settings import Settings


def print_push(situation: Situation) -> None:
    """Print where the site is pushed, when all of it was there last, and what fails."""
    if situation.settings and (says := pushed_line(situation.home, situation.settings)):
        click.echo(f"Push: {says}")


def pushed_line(home: Home, settings: Settings) -> str | None:
    """How the site stands at its second place; None: it has none."""
    from msnewsletter.publisher.site.push_state import push_target, read_push_state

    target, state = push_target(settings), read_push_state(home)
    if target is None:
        return None
    if not state.waits_for(target):
        return f"{target} has all of the site{_since(state.through, settings.zone)}"
    why = f": {state.says}" if state.says else ""
    return f"{target} does not have all of the site yet{why}"


def _since(moment: datetime | None, zone: tzinfo) -> str:
    return f", since {local_time(moment, zone)}" if moment else ""


def complain_unpushed(home: Home) -> None:
    """Say on standard error that the site is not pushed yet, where that is so."""
    from msnewsletter.publisher.site.push_state import site_waits
    from msnewsletter.settings import load_settings

    settings = load_settings(home.settings)
    if site_waits(home, settings) and (says := pushed_line(home, settings)):
        remedy = "'msnewsletter push' tries again, and so does the clock"
        output.complain_all("note", [f"{says}; {remedy}"])


def push_document(situation: Situation) -> dict[str, object] | None:
    """The same for programs; None: there is no second place."""
    from msnewsletter.publisher.site.push_state import push_target, read_push_state

    target = push_target(situation.settings) if situation.settings else None
    if target is None:
        return None
    state = read_push_state(situation.home)
    row = output.row(state, "since", "through", "failing_since")
    return {"url": target, "waits": state.waits_for(target)} | row | {"says": state.says or None}
