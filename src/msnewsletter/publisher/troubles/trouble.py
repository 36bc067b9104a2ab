"""One trouble, its kind, and the line of `doctor` that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

# Troubles of one kind that are shown; `check` and `status` have all of them.
SHOWN: Final = 5


class Check(StrEnum):
    """What `doctor` has a line for."""

    SETTINGS = "settings"
    HOME = "home"
    SOURCES = "sources"
    TEMPLATES = "templates"
    PLUGINS = "plugins"
    DATABASE = "database"
    SUBSCRIBERS = "subscribers"
    ISSUE = "issue"
    SENT = "sent"
    TIME = "time"
    SITE = "site"
    CLOCK = "clock"
    PUSH = "push"
    HUB = "hub"
    INBOUND = "inbound"
    NOTIFY = "notify"
    DOOR = "door"
    SENDING = "sending"
    MAIL_SERVER = "mail server"


class HealthLine(NamedTuple):
    """One line of a health check: whether all is well, and what is said of it."""

    check: str  # a Check, or what else was looked at
    ok: bool
    says: str


class TroubleName(StrEnum):
    """The kinds of trouble; docs/guides/monitoring.md lists them."""

    UNREADABLE = "unreadable"  # settings, a folder or a file
    ENDED = "ended"  # the schedule
    UNREAD_SOURCE = "unread source"
    FAILING_SOURCE = "failing source"
    EMPTY_SOURCE = "empty source"
    SPOILT_SOURCE = "spoilt source"
    PARTLY_FAILING_SOURCE = "partly failing source"
    MISSING_PLUGIN = "missing plugin"  # a source of a kind that nobody offers
    BROKEN_PLUGIN = "broken plugin"  # it cannot be loaded
    FAILING_CONSUMER = "failing consumer"  # a plugin that could not be notified of an issue
    WAITING_CONSUMER = "waiting consumer"  # a plugin that was not notified yet, for a minute
    RESET = "reset"  # one was interrupted
    INTERRUPTED = "interrupted"  # an issue
    STUCK = "stuck"  # an interrupted issue that cannot be finished
    BLOCKED = "blocked"
    WAITS = "waits"
    UNSAID = "unsaid"  # words of the editor for an issue that went out without them
    SENT_BACK = "sent back"  # by a person: it waits until somebody approves it
    LATE = "late"
    AHEAD = "ahead"  # the last slot
    DOUBT = "doubt"  # the machine's clock cannot be right
    NOT_CORRECTED = "not corrected"
    NO_SITE = "no site"
    NOT_PUSHED = "not pushed"  # the site, for long
    FAILING_PUSH = "failing push"  # the clock's, which pushes the site
    DEAF_HUB = "deaf hub"
    UNREAD_RETURNS = "unread returns"  # nobody reads what comes back
    UNKNOWN_RETURNS = "unknown returns"  # it is read, and no bounce can be known
    STUCK_RETURN = "stuck return"  # a message that cannot be handled
    REFUSED_MAIL = "refused mail"  # many servers refuse our mail
    CLOSED_INBOX = "closed inbox"  # what comes back cannot be fetched
    DEAD_LINKS = "dead links"  # those with which readers leave
    LETTERS = "letters"  # of the door: people wait for a mail that they asked for
    BROKEN = "broken"  # a database
    EXPOSED = "exposed"  # the addresses of subscribers
    FAILING = "failing"  # a step of the clock
    FAILING_INBOUND = "failing inbound"  # the clock's, which reads what came back
    NO_CLOCK = "no clock"
    NOT_NOTIFIED = "not notified"
    NOT_SENDING = "not sending"  # something that a person has to repair or to decide first
    FORGOTTEN = "forgotten"  # a mailing: the subscribers' database is older than the outbox
    RESTORED = "restored"  # this home, and nobody has said yet that it may send
    REFUSED = "refused"  # the mail server refuses all that we send
    NO_CONNECTION = "no connection"  # to the mail server, for long
    UNFIT_SERVER = "unfit server"  # the mail server does not take us
    SHUT_DOOR = "shut door"  # the public door does not answer
    IN_DOUBT = "in doubt"  # deliveries
    FAILED_DELIVERIES = "failed deliveries"  # many of one mailing
    NO_WORKER = "no worker"  # mail waits, and no worker is there to send it
    LOST_WORKER = "lost worker"  # it has fallen silent without an end
    NOT_BELIEVED = "not believed"  # the mail server, which calls very many addresses dead


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One trouble.

    Attributes:
        name: its kind.
        check: the line of `doctor` that it belongs to.
        subject: what has it: a place, an issue, a step; with the kind it names the trouble.
        says: one line: what, where, and what to do.
    """

    name: TroubleName
    check: Check
    subject: str
    says: str
