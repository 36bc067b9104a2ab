"""All kinds of trouble, looked for one after another; a new kind is a function in KINDS.

What the clock alone knows (what keeps failing, whether it is alive) is found in clock/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msnewsletter.disk.atomic import reading_errors
from msnewsletter.errors import NewsletterError
from msnewsletter.publisher.troubles import (
    ailments,
    home_troubles,
    issue_troubles,
    mail_server_troubles,
    plugin_troubles,
    subscriber_troubles,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from msnewsletter.publisher.situation import Situation
    from msnewsletter.publisher.troubles.trouble import Trouble

    Kind = Callable[[Situation], Iterable[Trouble]]

KINDS: Final[tuple[Kind, ...]] = (
    home_troubles.unreadable,
    home_troubles.ended,
    home_troubles.closed,
    home_troubles.reset,
    issue_troubles.interrupted,
    issue_troubles.blocked,
    issue_troubles.waiting,
    issue_troubles.sent_back,
    issue_troubles.unsaid,
    issue_troubles.ahead,
    issue_troubles.not_corrected,
    issue_troubles.no_site,
    ailments.of_sources,
    plugin_troubles.missing_kinds,
    plugin_troubles.waiting_consumers,
    issue_troubles.not_pushed,
    issue_troubles.deaf_hub,
    subscriber_troubles.exposed_subscribers,
    subscriber_troubles.unread_subscribers,
    subscriber_troubles.dead_links,
    subscriber_troubles.late_letters,
    ailments.of_inbound,
    ailments.of_sending,
)

THOROUGH: Final[tuple[Kind, ...]] = (
    home_troubles.unreadable_home,
    home_troubles.unreadable_origins,
    plugin_troubles.broken_plugins,
    home_troubles.broken_database,
    subscriber_troubles.broken_subscribers,
    mail_server_troubles.closed_inbox,
    mail_server_troubles.unfit_server,
    subscriber_troubles.shut_door,
)


def troubles(situation: Situation, *, thorough: bool) -> tuple[Trouble, ...]:
    """All that is wrong, each once, but for what the clock knows.

    `thorough`: the database examines itself too, which takes as long as it is large.
    """
    kinds = (*KINDS, *THOROUGH) if thorough else KINDS
    found = [one for kind in kinds for one in _found(kind, situation)]
    # What cannot be read may be met by several.
    return tuple({(one.name, one.subject): one for one in reversed(found)}.values())[::-1]


def _found(kind: Kind, situation: Situation) -> list[Trouble]:
    try:
        with reading_errors(situation.home):
            return list(kind(situation))
    except NewsletterError as error:
        return [home_troubles.trouble_of(error)]
