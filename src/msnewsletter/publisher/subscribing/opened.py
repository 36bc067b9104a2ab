"""Opens the subscribers of a home, for work or for reading only."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import disk_errors, make_folder
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import open_subscribers, subscribers_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.home import Home
    from msnewsletter.store.subscribers import SubscriberStore


@contextmanager
def working_subscribers(home: Home) -> Iterator[SubscriberStore]:
    """The subscribers of a home, to be changed; made where there are none yet."""
    location = subscribers_at(home, load_settings(home.settings))
    with disk_errors(home):
        make_folder(home.var)
    with open_subscribers(location) as store:
        yield store


@contextmanager
def reading_subscribers(home: Home) -> Iterator[SubscriberStore]:
    """The subscribers of a home, to be read: nothing is made."""
    location = subscribers_at(home, load_settings(home.settings))
    with open_subscribers(location, create=False) as store:
        yield store
