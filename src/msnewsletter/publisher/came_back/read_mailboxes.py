"""Inbound: read what came back, from a pipe, a Maildir or an IMAP server, and handle it."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.inbound.imap import ImapMailbox, imap_messages
from msnewsletter.delivery.inbound.maildir import maildir_messages
from msnewsletter.delivery_settings import IMAP_PASSWORD
from msnewsletter.errors import DeliveryError, NewsletterError, SettingsError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.publisher.came_back.inbound_handler import inbound_handler
from msnewsletter.publisher.came_back.inbound_memory import InboundMemory, keep_inbound_memory
from msnewsletter.publisher.reset_mark import refuse_reset_under_way
from msnewsletter.settings import imap_password, load_settings
from msnewsletter.store.subscribers import open_subscribers, subscribers_at
from msnewsletter.validators import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.delivery.inbound.inbound_mail import InboundMail
    from msnewsletter.delivery_settings import InboundSection
    from msnewsletter.home import Home
    from msnewsletter.publisher.came_back.inbound_decision import InboundOutcome
    from msnewsletter.publisher.came_back.inbound_handler import InboundHandler
    from msnewsletter.settings import Settings

# The ports of IMAP (RFC 8314, section 3.2; RFC 9051, section 2.1).
_PORTS: Final = {"tls": 993, "starttls": 143}
_PATIENCE: Final = 60.0  # seconds that a server may take for an answer
_ASKED: Final = 10.0  # seconds that a server may take when it is merely asked whether it is there


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundReport:
    """What was read.

    Attributes:
        counts: how many messages became what.
        problems: messages that could not be handled, a line each without a full stop; they stay
            where they are, and are read again.
        stopped: it was asked to stop before all was read.
    """

    counts: Mapping[InboundOutcome, int]
    problems: tuple[str, ...] = ()
    stopped: bool = False


def read_one(home: Home, message: bytes, *, now: datetime, envelope_to: str = "") -> InboundOutcome:
    """Handle one message as a mail server hands it over; see InboundHandler.handle.

    Raises NewsletterError where it was not handled and must be handed over again.
    """
    with _opened(home, load_settings(home.settings)) as handler:
        return handler.handle(message, now=now, envelope_to=envelope_to)


def read_maildir(home: Home, folder: Path, *, now: Callable[[], datetime]) -> InboundReport:
    """Handle all that waits in a Maildir; raises NewsletterError where it cannot be read."""
    with _opened(home, load_settings(home.settings)) as handler:
        return _handle_all(handler, maildir_messages(folder), now=now, stopping=lambda: False)


def read_mailboxes(
    home: Home,
    *,
    now: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> InboundReport:
    """Handle all that waits where `[inbound]` says.

    Args:
        home: the newsletter's home.
        now: returns the time, aware.
        stopping: whether to end after the message at hand.

    Raises NewsletterError where there is no mailbox, or it cannot be read; what was handled until
    then stays so.
    """
    settings = load_settings(home.settings)
    section = settings.inbound
    if section is None or not section.is_read:
        problem = "[inbound] names no maildir and no host, so there is nothing to read"
        raise SettingsError(SETTINGS_NAME, problem, "add one, or use --stdin or --maildir")
    with ExitStack() as opened:
        handler = opened.enter_context(_opened(home, settings))
        messages = [
            opened.enter_context(one) for one in _mailboxes(home, settings, timeout=_PATIENCE)
        ]
        report = _handle_all(
            handler,
            (message for mailbox in messages for message in mailbox),
            now=now,
            stopping=stopping,
        )
    if not report.stopped:
        keep_inbound_memory(home, InboundMemory(read=now(), problems=report.problems))
    return report


def reach_mailboxes(home: Home, settings: Settings) -> None:
    """Open what `[inbound]` names, and read nothing; raises NewsletterError where that fails."""
    with ExitStack() as opened:
        for one in _mailboxes(home, settings, timeout=_ASKED):
            opened.enter_context(one)


def mailbox_names(home: Home, settings: Settings) -> tuple[str, ...]:
    """What `[inbound]` names, for people."""
    section, found = settings.inbound, []
    if section is None:
        return ()
    if section.maildir:
        found.append(home.display_path(home.root / section.maildir))
    if section.host:
        found.append(f"{section.host}:{section.port or _PORTS[section.security]}")
    return tuple(found)


def _mailboxes(
    home: Home, settings: Settings, *, timeout: float
) -> Iterator[AbstractContextManager[Iterator[InboundMail]]]:
    section = settings.inbound
    if section is None:
        return
    if section.maildir:
        yield _maildir(home.root / section.maildir)
    if section.host:
        _refuse_sandbox(settings, section.host)
        yield imap_messages(_imap(section, section.host, timeout=timeout))


@contextmanager
def _maildir(folder: Path) -> Iterator[Iterator[InboundMail]]:
    messages = maildir_messages(folder)
    # With the first the folders are looked at, as those of a server are when it is opened.
    first = next(messages, None)
    yield chain([first], messages) if first else iter(())


def _refuse_sandbox(settings: Settings, host: str) -> None:
    # What it marks as handled the real newsletter would never read.
    if settings.newsletter.sandbox and not is_loopback(host):
        problem = f"this home is a sandbox, and does not read the mail at {host}"
        raise SettingsError(SETTINGS_NAME, problem, "take out sandbox = true")


def _imap(section: InboundSection, host: str, *, timeout: float) -> ImapMailbox:
    password = imap_password()
    if section.user is None:
        problem = f"inbound.user is missing: who reads the mail at {host}?"
        raise SettingsError(SETTINGS_NAME, problem, "add it")
    if password is None:
        problem = f"there is no password for {host}"
        raise SettingsError("[inbound]", problem, f"set {IMAP_PASSWORD} in the environment")
    return ImapMailbox(
        host=host,
        port=section.port or _PORTS[section.security],
        starttls=section.security == "starttls",
        user=section.user,
        password=password,
        folder=section.folder,
        timeout=timeout,
    )


@contextmanager
def _opened(home: Home, settings: Settings) -> Iterator[InboundHandler]:
    refuse_reset_under_way(home)
    # Where there are no subscribers yet, a stray mail makes no database for them.
    with open_subscribers(subscribers_at(home, settings), create=False) as store:
        yield inbound_handler(settings, store)


def _handle_all(
    handler: InboundHandler,
    messages: Iterable[InboundMail],
    *,
    now: Callable[[], datetime],
    stopping: Callable[[], bool],
) -> InboundReport:
    """Handle messages, each alone: what is wrong with one costs no other."""
    counts: Counter[InboundOutcome] = Counter()
    problems: list[str] = []
    for mail in messages:
        if mail.problem:
            problems.append(f"{mail.place}: {mail.problem}")
        else:
            try:
                counts[handler.handle(mail.content, now=now())] += 1
                mail.done()
            except DeliveryError as error:
                # Handled, but not marked: it comes again, and changes nothing then.
                problems.append(str(error))
            except NewsletterError:
                raise
            except Exception as error:  # noqa: BLE001  (a bug that one message finds)
                # Its words may hold an address.
                problems.append(f"{mail.place}: a bug ({type(error).__name__}); report it")
        if stopping():
            return InboundReport(counts=counts, problems=tuple(problems), stopped=True)
    return InboundReport(counts=counts, problems=tuple(problems))
