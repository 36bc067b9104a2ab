"""How fast mail may go out: the windows of the settings, the warm-up, and the hours of a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.send_journal import boot_id
from msnewsletter.delivery.send_plan import SendPlan
from msnewsletter.delivery.windows import SendWindow, SendWindows
from msnewsletter.subscribers.shared_limits import SharedLimits, SharedWindow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo
    from pathlib import Path

    from msnewsletter.delivery.smtp import Server
    from msnewsletter.delivery_settings import DeliverSection, LimitsSection

_DAY: Final = timedelta(days=1)
# The curve that Ghost ships (TryGhost/Ghost#25864): from so many a day to so many within so long.
_WARM_FIRST, _WARM_LAST, _WARM_DAYS = 200, 200_000, 42
# It begins with the first mailing to more than so many: one to oneself makes nobody known.
WARM_UP_FROM: Final = _WARM_FIRST


def send_plan(section: DeliverSection, server: Server, journals: Path) -> SendPlan:
    """How to send by the settings, with journals in this folder."""
    return SendPlan(
        server=server,
        journals=journals,
        boot=boot_id(),
        connections=section.connections,
        pipelining=section.pipelining,
    )


def warm_up_limit(began: datetime | None, now: datetime) -> int | None:
    """How many mails a new sender may send within 24 hours; None: it is warm.

    Args:
        began: when the first mailing to more than WARM_UP_FROM was enqueued, aware; None: there was
            none.
        now: aware.
    """
    days = (now - began) // _DAY if began else 0
    if days >= _WARM_DAYS:
        return None
    growth: float = (_WARM_LAST / _WARM_FIRST) ** (1 / (_WARM_DAYS - 1))
    return int(_WARM_FIRST * growth ** max(days, 0) + 0.5)


def may_send_at(section: DeliverSection, now: datetime, zone: tzinfo) -> bool:
    """Whether mail may go out at that time of the day in the newsletter's zone; `now` is aware."""
    hours = section.sending_hours
    if hours is None:
        return True
    begin, end = hours
    time = now.astimezone(zone).time()
    return begin <= time < end if begin < end else time >= begin or time < end


def send_windows(
    section: DeliverSection,
    *,
    sent: Iterable[tuple[datetime, str, int]],
    warm_up: int | None,
    now: datetime,
    clock: float,
) -> SendWindows:
    """The windows in force, with what was sent within the last day.

    Args:
        section: the settings.
        sent: minute (aware), domain and number of what was sent, in order of time.
        warm_up: the most within 24 hours because the sender is new; None: no such limit.
        now: aware.
        clock: the same moment by the clock that the windows are asked by, in seconds.
    """
    server = _windows(section)
    if warm_up is not None:
        server.append(SendWindow(count=warm_up, seconds=_DAY.total_seconds()))
    windows = SendWindows(
        server=server,
        domains={domain: _windows(limits) for domain, limits in section.domains.items()},
    )
    for minute, domain, number in sent:
        ended = min(minute + timedelta(minutes=1), now)
        windows.restore(domain, clock - (now - ended).total_seconds(), number)
    return windows


def shared_limits(section: DeliverSection, *, warm_up: int | None) -> SharedLimits | None:
    """The windows in force for workers together; None: there are none. Arguments as before."""
    server = [_shared(window) for window in _windows(section)]
    if warm_up is not None:
        server.append(SharedWindow(count=warm_up, length=_DAY))
    domains = {
        domain: [_shared(window) for window in _windows(limits)]
        for domain, limits in section.domains.items()
    }
    limited = server or any(domains.values())
    return SharedLimits(server=server, domains=domains) if limited else None


def _shared(window: SendWindow) -> SharedWindow:
    return SharedWindow(count=window.count, length=timedelta(seconds=window.seconds))


def _windows(limits: LimitsSection) -> list[SendWindow]:
    spans = {1: limits.per_second, 3_600: limits.per_hour, 86_400: limits.per_day}
    return [SendWindow(count=count, seconds=span) for span, count in spans.items() if count]
