"""Settings of the public door, of delivery, and of what comes back by mail."""

from __future__ import annotations

import ipaddress
import re
from datetime import time
from functools import partial
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from msnewsletter.errors import BadValueError
from msnewsletter.settings_section import Line, Section
from msnewsletter.text import required_line
from msnewsletter.validators import host, mailbox, url

UNSUBSCRIBE_PATH = "unsubscribe/"
IMAP_PASSWORD = "MSNEWSLETTER_IMAP_PASSWORD"  # noqa: S105  (the name of a variable)
METRICS_TOKEN = "MSNEWSLETTER_METRICS_TOKEN"  # noqa: S105  (the name of a variable)
_HOURS = re.compile(r"(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)")
# Not in the class: there `host` is the setting.
_Host = Annotated[str, AfterValidator(host)]
_COUNT = Annotated[int, Field(ge=1, le=100_000_000)] | None


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(required_line(text)))
    except ValueError:
        remedy = "write the address of your proxy, e.g. 10.0.0.5 or 10.0.0.0/24"
        raise BadValueError("it is no network", remedy) from None


class SubscribeSection(Section):
    """`[subscribe]`: the sign-up pages, which stand beside `mail.unsubscribe_url`."""

    # What people agree to; with {title}, the newsletter's. None: the program's own words.
    consent: Line | None = None
    # The page that says what is done with addresses.
    privacy: Annotated[str, AfterValidator(partial(url, schemes=("https",)))] | None = None
    # Confirmation mails, so that nobody is bombed with them: in all, and for one network.
    most_an_hour: Annotated[int, Field(ge=1, le=1_000_000)] = 200
    most_an_hour_for_a_network: Annotated[int, Field(ge=1, le=1_000_000)] = 10
    # Whose X-Forwarded-For says who asks.
    proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = Field((), strict=False)


class LimitsSection(Section):
    """How many mails go out at most within any second, hour and 24 hours; None: no limit."""

    per_second: _COUNT = None
    per_hour: _COUNT = None
    per_day: _COUNT = None


class DeliverSection(LimitsSection):
    """`[deliver]`: how the program itself sends issues, by the server of `[smtp]`."""

    # Whether `run` sends an issue as soon as it is published.
    automatic: bool = False
    # Whether `msnewsletter worker`, on any number of machines, sends what this home enqueues.
    workers: bool = False
    # To the server, at the same time; of each lane of each worker.
    connections: Annotated[int, Field(ge=1, le=100)] = 4
    # RFC 2920, where the server offers it.
    pipelining: bool = True
    # Where bounces come back; a hashed number is added before the @ (VERP), after a +.
    bounces: Annotated[str, AfterValidator(mailbox)] | None = None
    # In the newsletter's zone; outside of them nothing is sent.
    hours: Annotated[str, AfterValidator(required_line)] | None = None
    # Little on the first days, more on each: a new sender that sends much is refused.
    warm_up: bool = False
    # By the domain of the subscriber's address.
    domains: dict[str, LimitsSection] = Field(default_factory=dict)

    @field_validator("hours")
    @classmethod
    def _hours(cls, text: str | None) -> str | None:
        if text is not None:
            _between(text)
        return text

    @field_validator("domains")
    @classmethod
    def _domains(cls, domains: dict[str, LimitsSection]) -> dict[str, LimitsSection]:
        return {host(name).lower(): limits for name, limits in domains.items()}

    @property
    def sending_hours(self) -> tuple[time, time] | None:
        """From when to when to send, in the newsletter's zone; None: at any time.

        The first may be later than the second: over midnight.
        """
        return _between(self.hours) if self.hours else None


def _between(text: str) -> tuple[time, time]:
    found = _HOURS.fullmatch(text.strip())
    hours = [int(part) for part in found.groups()] if found else [0] * 4
    try:
        begin, end = time(hours[0], hours[1]), time(hours[2], hours[3])
    except ValueError:
        begin = end = time()
    if begin == end:
        raise BadValueError("it is not a span of a day", 'write it as "08:00-20:00"')
    return begin, end


class InboundSection(Section):
    """`[inbound]`: where bounces, complaints and letters to the list arrive; either, or none.

    None: the mail server hands each message over (`msnewsletter inbound --stdin`).
    """

    # A Maildir, relative to the home.
    maildir: Line | None = None
    # A mailbox on a server; its password is in the environment alone.
    host: _Host | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Literal["tls", "starttls"] = "tls"
    user: Line | None = None
    folder: Line = "INBOX"
    # How often `run` looks.
    every_minutes: Annotated[int, Field(ge=1, le=10_080)] = 15

    @property
    def is_read(self) -> bool:
        """Whether there is a mailbox that is to be read."""
        return self.maildir is not None or self.host is not None
