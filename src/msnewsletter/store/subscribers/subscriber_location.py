"""Where the subscribers' database is: beside the newsletter's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msnewsletter.store.location import DatabaseLocation, location_of
from msnewsletter.store.subscribers.subscriber_tables import SUBSCRIBERS

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.settings import Settings


def subscribers_at(home: Home, settings: Settings) -> DatabaseLocation:
    """The subscribers' database of a home; raises SettingsError as `location_of` does."""
    beside = location_of(home, settings)
    if beside.url is not None:
        return subscribers_beside(beside)
    return replace(
        beside,
        tables=SUBSCRIBERS,
        path=home.subscribers,
        shown=home.display_path(home.subscribers),
    )


def subscribers_beside(newsletter: DatabaseLocation) -> DatabaseLocation:
    """The subscribers' tables in the newsletter's PostgreSQL database."""
    return replace(newsletter, tables=SUBSCRIBERS, shown=f"{newsletter.shown} (subscribers)")
