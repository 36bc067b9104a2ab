"""The ailments of sources, of sending and of what comes back, each as a trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msnewsletter.errors import StoreError, printable
from msnewsletter.publisher.came_back.inbound_ailments import InboundAilment, inbound_ailments
from msnewsletter.publisher.delivering.sending_ailments import SendingAilment, sending_ailments
from msnewsletter.publisher.source_ailments import Ailment, ailing_sources
from msnewsletter.publisher.troubles.trouble import SHOWN, Check, Trouble, TroubleName

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from enum import StrEnum

    from msnewsletter.publisher.came_back.inbound_ailments import AilingInbound
    from msnewsletter.publisher.delivering.sending_ailments import AilingSending
    from msnewsletter.publisher.situation import Situation
    from msnewsletter.publisher.source_ailments import AilingSource

    Ailing = AilingSource | AilingInbound | AilingSending

# By the check too: "refused" may be the mails that we sent, or those that came back.
TROUBLE_OF: Final[Mapping[tuple[Check, StrEnum], TroubleName]] = {
    (Check.SOURCES, Ailment.UNREAD): TroubleName.UNREAD_SOURCE,
    (Check.SOURCES, Ailment.FAILING): TroubleName.FAILING_SOURCE,
    (Check.SOURCES, Ailment.EMPTY): TroubleName.EMPTY_SOURCE,
    (Check.SOURCES, Ailment.SPOILT): TroubleName.SPOILT_SOURCE,
    (Check.SOURCES, Ailment.PARTLY): TroubleName.PARTLY_FAILING_SOURCE,
    (Check.INBOUND, InboundAilment.UNREAD): TroubleName.UNREAD_RETURNS,
    (Check.INBOUND, InboundAilment.UNKNOWN): TroubleName.UNKNOWN_RETURNS,
    (Check.INBOUND, InboundAilment.STUCK): TroubleName.STUCK_RETURN,
    (Check.INBOUND, InboundAilment.REFUSED): TroubleName.REFUSED_MAIL,
    (Check.SENDING, SendingAilment.FAULT): TroubleName.UNREADABLE,
    (Check.SENDING, SendingAilment.BLOCKED): TroubleName.NOT_SENDING,
    (Check.SENDING, SendingAilment.FORGOTTEN): TroubleName.FORGOTTEN,
    (Check.SENDING, SendingAilment.RESTORED): TroubleName.RESTORED,
    (Check.SENDING, SendingAilment.REFUSED): TroubleName.REFUSED,
    (Check.SENDING, SendingAilment.NO_CONNECTION): TroubleName.NO_CONNECTION,
    (Check.SENDING, SendingAilment.IN_DOUBT): TroubleName.IN_DOUBT,
    (Check.SENDING, SendingAilment.FAILED): TroubleName.FAILED_DELIVERIES,
    (Check.SENDING, SendingAilment.NO_WORKER): TroubleName.NO_WORKER,
    (Check.SENDING, SendingAilment.LOST_WORKER): TroubleName.LOST_WORKER,
    (Check.SENDING, SendingAilment.UNBELIEVED): TroubleName.NOT_BELIEVED,
}


def of_sources(situation: Situation) -> Iterator[Trouble]:
    """Sources that fail for long, were never read, are empty, or are read wrongly of late."""
    if situation.settings is None:
        return
    last = situation.preview.last_slot if situation.preview else None
    ailing = ailing_sources(
        situation.home,
        situation.settings,
        at=situation.at,
        last_slot=last.instant if last else None,
    )
    yield from _troubles(Check.SOURCES, ailing)


def of_inbound(situation: Situation) -> Iterator[Trouble]:
    """Mail that comes back and is not read, or says that ours is refused."""
    if situation.settings is None:
        return
    try:
        ailing = list(inbound_ailments(situation.home, situation.settings))
    except StoreError:  # said of the subscribers
        return
    yield from _troubles(Check.INBOUND, ailing[:SHOWN])


def of_sending(situation: Situation) -> Iterator[Trouble]:
    """What hinders sending, or has to be decided."""
    if situation.sending is None:
        return
    ailing = sending_ailments(situation.sending, at=situation.at, zone=situation.zone)
    yield from _troubles(Check.SENDING, ailing)


def _troubles(check: Check, ailing: Iterable[Ailing]) -> Iterator[Trouble]:
    for one in ailing:
        yield Trouble(
            name=TROUBLE_OF[check, one.has],
            check=check,
            subject=one.subject,
            says=printable(one.says),
        )
