"""Troubles of the servers that mail goes to and comes back from; each is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.smtp import server_of
from msnewsletter.delivery.smtp_probe import probe_smtp
from msnewsletter.errors import DeliveryError, SettingsError, printable
from msnewsletter.publisher.came_back.read_mailboxes import reach_mailboxes
from msnewsletter.publisher.troubles.trouble import Check, Trouble, TroubleName
from msnewsletter.settings import smtp_password
from msnewsletter.validators import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.publisher.situation import Situation

# Whoever asks `doctor` waits for the mail server no longer than this.
_PROBE_SECONDS: Final = 10


def closed_inbox(situation: Situation) -> Iterator[Trouble]:
    """A Maildir or a mail server that cannot be read."""
    settings = situation.settings
    if settings is None or settings.inbound is None:
        return
    try:
        reach_mailboxes(situation.home, settings)
    except (DeliveryError, SettingsError) as error:
        says = f"what comes back cannot be fetched: {error}"
        yield Trouble(
            name=TroubleName.CLOSED_INBOX, check=Check.INBOUND, subject=error.place, says=says
        )


def unfit_server(situation: Situation) -> Iterator[Trouble]:
    """A mail server that does not take us; nothing is sent."""
    try:
        probe_mail_server(situation)
    except DeliveryError as error:
        yield Trouble(
            name=TroubleName.UNFIT_SERVER,
            check=Check.MAIL_SERVER,
            subject=error.place,
            says=printable(str(error)),
        )


def probe_mail_server(situation: Situation) -> str | None:
    """What is said of a mail server that takes us; None: none is asked.

    None sends from a sandbox, so it is not asked either. Raises DeliveryError.
    """
    settings = situation.settings
    smtp = settings.smtp if settings else None
    if settings is None or smtp is None or not (settings.deliver or settings.subscribe):
        return None
    if settings.newsletter.sandbox and not is_loopback(smtp.host):
        return None
    server = server_of(smtp, password=smtp_password())
    return probe_smtp(replace(server, timeout=min(server.timeout, _PROBE_SECONDS)))
