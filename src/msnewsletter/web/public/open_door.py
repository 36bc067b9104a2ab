"""Opens the door of a home for as long as it is served: its database, its threads, its settings."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import disk_errors, make_folder
from msnewsletter.errors import NewsletterError
from msnewsletter.publisher.subscribing.door_context import door_context, is_published
from msnewsletter.regular_file import written_state
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import open_subscribers, subscribers_at
from msnewsletter.web.public.door_app import PublicDoor
from msnewsletter.web.public.letter_thread import LetterThread
from msnewsletter.web.public.sparing_complaints import SparingComplaints
from msnewsletter.web.public.store_thread import StoreThread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from starlette.types import ASGIApp

    from msnewsletter.home import Home
    from msnewsletter.publisher.subscribing.door_context import DoorContext


@contextmanager
def open_door(
    home: Home,
    site: ASGIApp,
    *,
    now: Callable[[], datetime],
    complain: Callable[[NewsletterError], None],
) -> Iterator[PublicDoor]:
    """The door in front of a site.

    Args:
        home: the newsletter's home; without `[subscribe]` the door only lets people out.
        site: answers what is not the door's.
        now: returns the time, aware.
        complain: called with what is wrong that no request can say.

    Raises SettingsError, StoreError, TemplateError, OutboxError.
    """
    complain = SparingComplaints(complain, now=now)
    location = subscribers_at(home, load_settings(home.settings))
    with disk_errors(home):
        make_folder(home.var)
    with open_subscribers(location) as asked, open_subscribers(location) as sending:
        context = CurrentContext(home, secret=asked.secret(), complain=complain)
        with (
            LetterThread(sending, context=context, now=now, complain=complain) as letters,
            StoreThread(asked, now=now) as store,
        ):
            letters.wake()
            yield PublicDoor(
                home,
                site,
                context=context,
                store=store,
                wake=letters.wake,
                complain=complain,
                now=now,
            )


class CurrentContext:
    """The door's context by the settings as they are; bad ones change nothing.

    Links in mails that were sent have to work, whatever is wrong with a file.
    """

    def __init__(
        self, home: Home, *, secret: bytes, complain: Callable[[NewsletterError], None]
    ) -> None:
        self._home, self._secret, self._complain = home, secret, complain
        # Two threads ask for it.
        self._guard = Lock()
        self._state = self._state_of_now()
        self._context = door_context(home, secret=secret)
        # All of them can be rendered: a template that fails is for who starts the server.
        self._context.pages.rehearse()

    def __call__(self) -> DoorContext:
        """The context of now."""
        with self._guard:
            state = self._state_of_now()
            if state != self._state:
                self._state = state
                self._renew()
            return self._context

    def _state_of_now(self) -> object:
        return written_state(self._home.settings), is_published(self._home)

    def _renew(self) -> None:
        try:
            found = door_context(self._home, secret=self._secret)
            found.pages.rehearse()
            self._context = found
        except NewsletterError as error:
            self._complain(error)
