"""What becomes of an issue's mail when it is published now: who gets it, from when, how fast.

Gathered for who looks; touches no state, and asks no server. Its sentences are in forecast_lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from msnewsletter.errors import NewsletterError
from msnewsletter.publisher.delivering.sending_pace import (
    WARM_UP_FROM,
    may_send_at,
    warm_up_limit,
)
from msnewsletter.publisher.restore import undecided_restore
from msnewsletter.store.subscribers import open_subscribers, subscribers_at
from msnewsletter.validators import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.delivery_settings import DeliverSection
    from msnewsletter.home import Home
    from msnewsletter.settings import Settings
    from msnewsletter.subscribers.subscriber import SubscribedEdition

_DAY = timedelta(days=1)


class MailFate(StrEnum):
    """What becomes of the mail."""

    ELSEWHERE = "elsewhere"  # another program takes it from the outbox
    BY_HAND = "by hand"  # a person runs `deliver`
    AT_ONCE = "at once"  # `run` sends it at its next wake
    KEPT_IN = "kept in"  # no mail leaves a sandbox
    UNDECIDED = "undecided"  # the home was restored, and nobody has let it send


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseForecast:
    """What becomes of an issue's mail.

    Attributes:
        fate: who sends it, if anybody.
        readers: how many get it, by edition; empty where our own sender does not send.
        begins: when `deliver.hours` lets the first go, aware, in the newsletter's zone; None: they
            let it go at any moment.
        most_a_day: how many may go within 24 hours, if that is fewer; None: all.
        warming_up: that limit is the warm-up's.
        most_an_hour: how many may go within an hour, if that is fewer; None: all.
        fault: why the readers are not known; None: they are.
    """

    fate: MailFate
    readers: Mapping[SubscribedEdition, int] = field(default_factory=dict)
    begins: datetime | None = None
    most_a_day: int | None = None
    warming_up: bool = False
    most_an_hour: int | None = None
    fault: NewsletterError | None = None

    @property
    def total(self) -> int:
        """How many get it."""
        return sum(self.readers.values())


def release_forecast(home: Home, settings: Settings, *, at: datetime) -> ReleaseForecast:
    """What becomes of the mail of an issue that is published at `at` (aware: now).

    Raises nothing of ours.
    """
    section = settings.deliver
    if section is None:
        return ReleaseForecast(fate=MailFate.ELSEWHERE)
    fate = MailFate.AT_ONCE if section.automatic else MailFate.BY_HAND
    smtp = settings.smtp
    if settings.newsletter.sandbox and not (smtp and is_loopback(smtp.host)):
        fate = MailFate.KEPT_IN
    try:
        if undecided_restore(home):
            fate = MailFate.UNDECIDED
        with open_subscribers(subscribers_at(home, settings), create=False) as store:
            readers = store.count_readers(at)
            began = store.first_mailing_above(WARM_UP_FROM)
    except NewsletterError as error:
        return ReleaseForecast(fate=fate, fault=error)
    warm_up = warm_up_limit(began, at) if section.warm_up else None
    total, day, hour = sum(readers.values()), section.per_day, section.per_hour
    most_a_day = min((one for one in (day, warm_up) if one and one < total), default=None)
    return ReleaseForecast(
        fate=fate,
        readers=readers,
        begins=_begins(section, at.astimezone(settings.zone)),
        most_a_day=most_a_day,
        warming_up=most_a_day is not None and most_a_day == warm_up,
        most_an_hour=hour if hour and hour < min(total, most_a_day or total) else None,
    )


def _begins(section: DeliverSection, local: datetime) -> datetime | None:
    """When mail may go first; `local` is now, in the newsletter's zone. None: now."""
    zone = local.tzinfo
    assert zone is not None  # noqa: S101  (it was given one)
    if section.sending_hours is None or may_send_at(section, local, zone):
        return None
    first = section.sending_hours[0]
    today = datetime.combine(local.date(), first, tzinfo=zone)
    return today if today > local else datetime.combine(local.date() + _DAY, first, tzinfo=zone)
