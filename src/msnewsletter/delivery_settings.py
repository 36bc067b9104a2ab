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
from msnewsletter.type_name import TypeName
from msnewsletter.validators import host, mailbox, url

UNSUBSCRIBE_PATH = "unsubscribe/"
IMAP_PASSWORD = "MSNEWSLETTER_IMAP_PASSWORD"  # noqa: S105  (the name of a variable)
METRICS_TOKEN = "MSNEWSLETTER_METRICS_TOKEN"  # noqa: S105  (the name of a variable)
_HOURS = re.compile(r"(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)")
# Not in the class: there `host` is the setting.
_Host = Annotated[str, AfterValidator(host), TypeName("host name")]
_Count = Annotated[int, Field(ge=1, le=100_000_000)] | None


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(required_line(text)))
    except ValueError:
        remedy = "write the address of your proxy, e.g. 10.0.0.5 or 10.0.0.0/24"
        raise BadValueError("it is no network", remedy) from None


class SubscribeSection(Section):
    """`[subscribe]`: pages to sign up, confirm, choose and leave, which `serve` has then.

    They stand beside `mail.unsubscribe_url`, which ends with `/unsubscribe/` then:
    `https://notes.example.org/unsubscribe/` makes `https://notes.example.org/subscribe`. It needs
    `[smtp]`, for the mails that ask to confirm: see [the public door](../guides/door.md).
    """

    consent: Line | None = None
    """The words that people agree to; `{title}` in them is the newsletter's. Left out: the
    program's own.
    """
    privacy: (
        Annotated[str, AfterValidator(partial(url, schemes=("https",))), TypeName("https URL")]
        | None
    ) = None
    """The page that says what is done with addresses; the sign-up page links to it."""
    most_an_hour: Annotated[int, Field(ge=1, le=1_000_000)] = 200
    """Confirmation mails within an hour, in all."""
    most_an_hour_for_a_network: Annotated[int, Field(ge=1, le=1_000_000)] = 10
    """Confirmation mails within an hour that one network asks for."""
    proxies: tuple[Annotated[str, AfterValidator(_network), TypeName("network")], ...] = Field(
        (), strict=False
    )
    """The web servers in front whose `X-Forwarded-For` says who asks."""


class LimitsSection(Section):
    """How many mails go out at most within any second, hour and 24 hours; None: no limit."""

    per_second: _Count = None
    """How many mails go out within any second."""
    per_hour: _Count = None
    """How many mails go out within any hour."""
    per_day: _Count = None
    """How many mails go out within any 24 hours, not from midnight on."""


class DeliverSection(LimitsSection):
    """`[deliver]`: how the program itself sends issues to its subscribers.

    It does so by the server of `[smtp]`.

    Without this section another program takes them from `outbox/new/`.
    """

    automatic: bool = False
    """Whether `run` sends an issue as soon as it is published."""
    workers: bool = False
    """Whether [workers](../guides/postgresql.md#workers-on-several-machines) send what this home
    enqueues; needs `database = "postgresql"`.
    """
    connections: Annotated[int, Field(ge=1, le=100)] = 4
    """Connections to the server at the same time; of each lane of each worker."""
    pipelining: bool = True
    """Send commands without waiting for each answer (RFC 2920), where the server offers it."""
    bounces: Annotated[str, AfterValidator(mailbox), TypeName("address")] | None = None
    """Where mail that cannot be delivered comes back: `bounces@example.org` makes
    `bounces+1a2b…@example.org` (VERP).
    """
    hours: Annotated[str, AfterValidator(required_line), TypeName("span of a day")] | None = None
    """When to send, in the newsletter's zone, such as `"08:00-20:00"`; at no other time."""
    warm_up: bool = False
    """Send little on the first days and more on each, from 200 to 200,000 in the 42 days from the
    first mailing to more than 200: a new sender that sends much is refused.
    """
    domains: dict[str, LimitsSection] = Field(default_factory=dict)
    """The same three limits for addresses of one domain: `[deliver.domains."example.org"]`."""

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
    """`[inbound]`: where bounces, complaints and requests to leave arrive.

    A Maildir, or a mailbox on a server (IMAP); both may be set. See
    [what comes back](../guides/returns.md). An empty section says that your mail server runs
    `msnewsletter inbound --stdin` for each message.
    """

    maildir: Line | None = None
    """A Maildir, relative to the home unless absolute."""
    host: _Host | None = None
    """The IMAP server."""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """Left out: the usual one of `security`, which is 993 or 143."""
    security: Literal["tls", "starttls"] = "tls"
    """How the connection is encrypted."""
    user: Line | None = None
    """The name to log in with; its password is in `MSNEWSLETTER_IMAP_PASSWORD`."""
    folder: Line = "INBOX"
    """The folder to read."""
    every_minutes: Annotated[int, Field(ge=1, le=10_080)] = 15
    """How often `run` looks."""

    @property
    def is_read(self) -> bool:
        """Whether there is a mailbox that is to be read."""
        return self.maildir is not None or self.host is not None
