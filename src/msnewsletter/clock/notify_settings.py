"""How editors are notified, and which of them have a notice already: `var/notify.json`.

The file keeps the last settings that were good: that newsletter.toml cannot be read is one of the
things that editors must hear of.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msnewsletter.disk.atomic import write_atomically
from msnewsletter.disk.state_file import read_state
from msnewsletter.errors import SettingsError
from msnewsletter.mail_settings import SmtpSection  # noqa: TC001  (read by from_document)
from msnewsletter.serialize import pretty, to_document
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from msnewsletter.home import Home

_NAME = "notify.json"
# Notices of which only some editors have got the mail.
_PARTLY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings:
    """How editors are notified: by a command, by mail, or not at all.

    Attributes:
        command: its words. environment: variables of ours that it gets, beside the usual ones.
        addresses: of the editors, in ASCII.
        smtp: the server that takes the mail.
        from_name, from_address: the sender of the mail.
        title: the newsletter's. zone: its time zone, by its IANA name.
    """

    command: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    smtp: SmtpSection | None = None
    from_name: str = ""
    from_address: str = ""
    title: str = ""
    zone: str = "UTC"

    @property
    def way(self) -> str:
        """How, in words."""
        count = len(self.addresses)
        mail = f"by mail to {count} {'address' if count == 1 else 'addresses'}"
        return "by the command of schedule.notify" if self.command else mail

    @property
    def any(self) -> bool:
        """Whether anybody is notified."""
        return bool(self.command or self.addresses)

    @property
    def time_zone(self) -> ZoneInfo:
        """The newsletter's zone."""
        return ZoneInfo(self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """The file: the last good settings, and by notice the digests of addresses that have it."""

    settings: NotifySettings = field(default_factory=NotifySettings)
    partly: dict[str, tuple[str, ...]] = field(default_factory=dict)


def notify_settings(home: Home) -> NotifySettings:
    """How editors are notified: by the settings in force, or else by the last good ones."""
    try:
        return _in_force(home)
    except SettingsError:
        return _read(home).settings


def keep_notify_settings(home: Home) -> None:
    """Keep the settings in force for when they cannot be read; raises SettingsError, OutboxError.

    A home in which nobody is notified, and never was, gets no file.
    """
    found, kept = _in_force(home), _read(home)
    if kept.settings.any or found.any:
        _write(home, replace(kept, settings=found if found.any else NotifySettings()))


def partly_notified(home: Home, notice: str) -> tuple[str, ...]:
    """The digests of the addresses that have got this notice."""
    return _read(home).partly.get(notice, ())


def note_partly_notified(home: Home, notice: str, digests: tuple[str, ...]) -> None:
    """Record which addresses have got this notice; none: it is done. Raises OutboxError."""
    kept = _read(home)
    others = {name: one for name, one in kept.partly.items() if name != notice}
    partly = others | ({notice: digests} if digests else {})
    _write(home, replace(kept, partly=dict([*partly.items()][-_PARTLY:])))


def _in_force(home: Home) -> NotifySettings:
    settings = load_settings(home.settings)
    schedule = settings.schedule
    if schedule is None or schedule.notify is None:
        return NotifySettings()
    # From a sandbox no mail is sent; the editors' own command runs.
    addresses = () if settings.newsletter.sandbox else schedule.notified_by_mail
    return NotifySettings(
        command=schedule.notifying,
        environment=schedule.notify_environment,
        addresses=addresses,
        smtp=settings.smtp,
        from_name=settings.mail.from_name,
        from_address=settings.mail.from_address,
        title=settings.newsletter.title,
        zone=settings.newsletter.zone,
    )


def _read(home: Home) -> _Kept:
    return read_state(home, home.var / _NAME, _Kept) or _Kept()


def _write(home: Home, kept: _Kept) -> None:
    write_atomically(home, home.var / _NAME, pretty(to_document(kept)))
