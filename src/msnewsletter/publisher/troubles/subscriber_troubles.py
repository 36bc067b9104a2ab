"""Troubles of the subscribers' database and of the door by which they come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.delivery.door_probe import probe_door
from msnewsletter.errors import DeliveryError, StoreError, printable
from msnewsletter.publisher.subscribing.letters_waiting import LONG, waiting_letters
from msnewsletter.publisher.subscribing.subscriber_health import (
    examine_subscribers,
    open_to_others,
)
from msnewsletter.publisher.troubles.trouble import Check, Trouble, TroubleName
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.publisher.situation import Situation


def exposed_subscribers(situation: Situation) -> Iterator[Trouble]:
    """Subscribers whose file others may open."""
    if error := open_to_others(situation.home):
        yield Trouble(
            name=TroubleName.EXPOSED,
            check=Check.SUBSCRIBERS,
            subject=error.place,
            says=str(error),
        )


def unread_subscribers(situation: Situation) -> Iterator[Trouble]:
    """Subscribers that cannot be read."""
    yield from _of_subscribers(situation, thorough=False)


def broken_subscribers(situation: Situation) -> Iterator[Trouble]:
    """The same, when their database examines itself."""
    yield from _of_subscribers(situation, thorough=True)


def _of_subscribers(situation: Situation, *, thorough: bool) -> Iterator[Trouble]:
    settings = situation.settings
    if settings is None:
        return
    # One server has both databases: that it cannot be reached is said once.
    if settings.newsletter.database == "postgresql" and situation.refused:
        return
    try:
        examine_subscribers(situation.home, settings, thorough=thorough)
    except StoreError as error:
        yield Trouble(
            name=TroubleName.BROKEN,
            check=Check.SUBSCRIBERS,
            subject=error.place,
            says=str(error),
        )


def dead_links(situation: Situation) -> Iterator[Trouble]:
    """Mails that we send, with a door that only lets out: whose link is cut gets no new one."""
    settings = situation.settings
    if settings and settings.deliver and settings.subscribe is None:
        yield Trouble(
            name=TroubleName.DEAD_LINKS,
            check=Check.DOOR,
            subject="[subscribe]",
            says="there is [deliver], and no [subscribe]: readers can leave by a mail's own link "
            "alone, while 'msnewsletter serve' runs, and choose nothing; add [subscribe]",
        )


def late_letters(situation: Situation) -> Iterator[Trouble]:
    """Mails of the door that people have waited for, for long."""
    settings = situation.settings
    if settings is None:
        return
    try:
        waiting = waiting_letters(situation.home, settings)
    except StoreError:  # said of the subscribers
        return
    if waiting is None or waiting.since is None or situation.at - waiting.since < LONG:
        return
    since = local_time(waiting.since, situation.zone)
    if settings.newsletter.sandbox:
        why = "no mail leaves a sandbox; remove sandbox from [newsletter]"
    elif waiting.fault:
        why = f"{waiting.fault}; check [smtp]"
    else:
        why = "nobody sends them; start 'msnewsletter serve'"
    says = f"{_letters(waiting.count)} for people who signed up since {since}: {why}"
    yield Trouble(
        name=TroubleName.LETTERS, check=Check.DOOR, subject="letters", says=printable(says)
    )


def _letters(count: int) -> str:
    return "1 mail waits" if count == 1 else f"{count} mails wait"


def shut_door(situation: Situation) -> Iterator[Trouble]:
    """A public door that does not answer at the address that mails name."""
    settings = situation.settings
    if settings is None or settings.subscribe is None or settings.newsletter.sandbox:
        return
    try:
        probe_door(settings.door)
    except DeliveryError as error:
        yield Trouble(
            name=TroubleName.SHUT_DOOR, check=Check.DOOR, subject=error.place, says=str(error)
        )
