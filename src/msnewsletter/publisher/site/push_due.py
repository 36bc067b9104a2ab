"""Pushes the site where that is due: for the clock, and for a person whose command changed it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import NewsletterError
from msnewsletter.publisher.hub_pings import ping_hub_once
from msnewsletter.publisher.site.push_state import (
    change_push_state,
    push_target,
    read_push_state,
    site_waits,
)
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.publisher.site.push import PushReport

# Seconds that a person who publishes waits for the push at most: an issue takes one or two.
_BY_HAND: Final = 60.0


def push_due(home: Home, *, at: datetime, within: float) -> PushReport | None:
    """Push the site, if it waits for that; None: it does not. What is left, waits on.

    Args:
        home: the newsletter's home.
        at: now, aware.
        within: seconds after which no other file is begun.

    Raises as `push_site` does.
    """
    settings = load_settings(home.settings)
    target = push_target(settings)
    if target is None or not site_waits(home, settings):
        return None
    state = read_push_state(home)
    if not (home.site.is_dir() or state.changed):
        return None  # no issue is out yet
    # Imported when it is needed: at most wakes nothing is due.
    from msnewsletter.publisher.site.push import (  # noqa: PLC0415
        NewerThereError,
        PushOrder,
        push_site,
    )

    try:
        return push_site(home, PushOrder(at=at, within=within, wait=0))
    except NewerThereError:
        if state.changed:
            raise
        # A home that stands by: what is there is newer than its site, and nothing here changed.
        changes = state.changes
        change_push_state(home, lambda one: one.after_push(target, changes=changes, at=at))
        return None


def bring_site_out(home: Home, *, at: datetime) -> None:
    """Push the site that a person's command changed, and tell the hub.

    Whatever fails is left to the clock, and `status` says it. `at`: now, aware.
    """
    with suppress(NewsletterError):
        push_due(home, at=at, within=_BY_HAND)
    ping_hub_once(home, at=at)
