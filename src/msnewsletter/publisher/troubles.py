"""Troubles: what a person must know of or act on. `status`, `doctor` and notices say the same line.

One function for each kind of trouble, which finds it in a Situation; a new kind is a function in
KINDS. What the clock alone knows (what keeps failing, whether it is alive) is found in clock/.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from msnewsletter.delivery.door_probe import probe_door
from msnewsletter.delivery.smtp import server_of
from msnewsletter.delivery.smtp_probe import probe_smtp
from msnewsletter.disk.atomic import reading_errors
from msnewsletter.errors import (
    DeliveryError,
    NewsletterError,
    OutboxError,
    RecordError,
    RefusedError,
    SettingsError,
    SourceError,
    StoreError,
    TemplateError,
    printable,
)
from msnewsletter.home import issue_name
from msnewsletter.publisher.approval_validity import draft_name
from msnewsletter.publisher.came_back.inbound_ailments import InboundAilment, inbound_ailments
from msnewsletter.publisher.came_back.read_mailboxes import reach_mailboxes
from msnewsletter.publisher.delivering.sending_ailments import SendingAilment, sending_ailments
from msnewsletter.publisher.home_check import examine_home, examine_rights
from msnewsletter.publisher.hub_pings import hub_queue
from msnewsletter.publisher.opening import examine_database
from msnewsletter.publisher.reset_mark import refuse_reset_under_way
from msnewsletter.publisher.site.push_state import UNPUSHED, push_target, read_push_state
from msnewsletter.publisher.source_ailments import Ailment, ailing_sources
from msnewsletter.publisher.subscribing.letters_waiting import LONG, waiting_letters
from msnewsletter.publisher.subscribing.subscriber_health import (
    examine_subscribers,
    open_to_others,
)
from msnewsletter.regular_file import WRITTEN_LIMIT, read_regular
from msnewsletter.schedule.recurrence import RuleError
from msnewsletter.schedule.slots import refuse_ended
from msnewsletter.settings import smtp_password
from msnewsletter.settings_errors import refused_rule
from msnewsletter.text import local_time
from msnewsletter.validators import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.publisher.situation import Situation

    Kind = Callable[[Situation], Iterable["Trouble"]]

# Troubles of one kind that are shown; `check` and `status` have all of them.
SHOWN = 5
# Whoever asks `doctor` waits for the mail server no longer than this.
_PROBE_SECONDS = 10


class Check(StrEnum):
    """What `doctor` has a line for."""

    SETTINGS = "settings"
    HOME = "home"
    SOURCES = "sources"
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

    check: Check
    ok: bool
    says: str


class TroubleName(StrEnum):
    """The kinds of trouble; docs/operations.md lists them."""

    UNREADABLE = "unreadable"  # settings, a folder or a file
    ENDED = "ended"  # the schedule
    UNREAD_SOURCE = "unread source"
    FAILING_SOURCE = "failing source"
    EMPTY_SOURCE = "empty source"
    SPOILT_SOURCE = "spoilt source"
    PARTLY_FAILING_SOURCE = "partly failing source"
    RESET = "reset"  # one was interrupted
    INTERRUPTED = "interrupted"  # an issue
    STUCK = "stuck"  # an interrupted issue that cannot be finished
    BLOCKED = "blocked"
    WAITS = "waits"
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
        return [_trouble_of(error)]


def blocked_by(found: NextIssuePreview) -> tuple[str, ...]:
    """What keeps the next issue from going out, a line each: findings, templates, settings."""
    try:
        if blocking := found.blocked:
            return tuple(printable(str(one)) for one in blocking)
    except NewsletterError as error:
        return (str(error),)
    return (str(found.refusal),) if found.refusal else ()


def blocked_line(name: str, reason: str) -> str:
    """What is said of an issue that is blocked; `name`: see `draft_name`."""
    return f"{name} is blocked: {reason}"


def waiting_line(found: NextIssuePreview, reason: str, *, late: bool) -> str:
    """What is said of an issue that waits for a person; a late one's reason says what to do."""
    verb = "publish --yes" if found.waits_for_a_word else "approve"
    todo = "" if late else f"; run 'msnewsletter {verb}'"
    due = found.schedule.due.publish if found.schedule and found.schedule.due else None
    of_slot = f", for the slot {due.key}," if due else ""
    return f"{draft_name(found.draft)}{of_slot} waits for a person: {reason}{todo}"


# What a person can do about an issue that was sent back.
SENT_BACK_REMEDY = (
    "look at it, then run 'msnewsletter approve', or 'msnewsletter approve --take-back'"
)

# ── one function for each kind ───────────────────────────────────────────────────────────────────


def _unreadable(situation: Situation) -> Iterator[Trouble]:
    """Why there is no preview at all."""
    if situation.refused:
        yield _trouble_of(situation.refused)


def _ended(situation: Situation) -> Iterator[Trouble]:
    """A schedule that names no slot any more."""
    settings, path = situation.settings, situation.home.settings
    if settings is None or settings.rule is None:
        return
    try:
        refuse_ended(settings.rule, situation.at)
    except RuleError as error:
        refused = refused_rule(error, read_regular(path, limit=WRITTEN_LIMIT).decode("utf-8-sig"))
        yield Trouble(
            name=TroubleName.ENDED,
            check=Check.SETTINGS,
            subject=refused.place,
            says=str(refused),
        )


def _closed(situation: Situation) -> Iterator[Trouble]:
    """A folder or file that cannot be used."""
    examine_rights(situation.home, user=os.geteuid())
    yield from ()


def _reset(situation: Situation) -> Iterator[Trouble]:
    """A reset that a crash stopped: until it is done nothing is published."""
    try:
        refuse_reset_under_way(situation.home)
    except RefusedError as error:
        yield Trouble(
            name=TroubleName.RESET, check=Check.HOME, subject=error.place, says=str(error)
        )


def _interrupted(situation: Situation) -> Iterator[Trouble]:
    """Issues that a crash left unfinished."""
    found = situation.preview
    why = found.recovery_failure if found else None
    for number in found.unfinished if found else ():
        name = issue_name(number)
        says = (
            f"issue {name} was interrupted, and finishing it would fail: {why}"
            if why
            else f"issue {name} was interrupted, or is being published now; "
            "the next publish finishes it"
        )
        yield Trouble(
            name=TroubleName.INTERRUPTED,
            check=Check.ISSUE,
            subject=issue_name(number),
            says=says,
        )


def _blocked(situation: Situation) -> Iterator[Trouble]:
    """What stops the next issue."""
    found = situation.preview
    if found is None:
        return
    name = draft_name(found.draft)
    lines = [blocked_line(name, reason) for reason in blocked_by(found)]
    for says in _first(lines, "run 'msnewsletter check'"):
        yield Trouble(name=TroubleName.BLOCKED, check=Check.ISSUE, subject=says, says=says)


def _waiting(situation: Situation) -> Iterator[Trouble]:
    """An issue that is due and waits for a person."""
    found = situation.preview
    if found and (reason := found.due_slot_waits) and not found.reviewed.sent_back:
        late = found.schedule is not None and found.schedule.late
        says = waiting_line(found, reason, late=late)
        kind = TroubleName.LATE if late else TroubleName.WAITS
        name = draft_name(found.draft)
        yield Trouble(name=kind, check=Check.ISSUE, subject=name, says=says)


def _sent_back(situation: Situation) -> Iterator[Trouble]:
    """An issue that a person has sent back, due or not."""
    found = situation.preview
    if found and found.has_news and found.reviewed.sent_back:
        name = draft_name(found.draft)
        says = f"{name} waits: {found.reviewed.waiting_reason}; {SENT_BACK_REMEDY}"
        yield Trouble(
            name=TroubleName.SENT_BACK, check=Check.ISSUE, subject=name, says=printable(says)
        )


def _ahead(situation: Situation) -> Iterator[Trouble]:
    """A last slot that lies ahead: until then nothing can go out."""
    found = situation.preview
    # In a sandbox any moment is allowed.
    last = found.last_slot if found and not found.settings.newsletter.sandbox else None
    if last and last.instant > situation.at:
        what = f"issue {issue_name(last.issue)}" if last.issue else f"the slot {last.slot}"
        when = local_time(last.instant, situation.zone)
        says = (
            f"{what} lies ahead of now, at {when}: nothing goes out until then; "
            "set this machine's clock, or, if it is right, run 'msnewsletter resolve --clock'"
        )
        yield Trouble(name=TroubleName.AHEAD, check=Check.TIME, subject=last.slot, says=says)


def _not_corrected(situation: Situation) -> Iterator[Trouble]:
    """What readers do not get though the file of a sent summary says it."""
    found = situation.preview
    lines = (
        [f"{one}; correct it where it comes from, then publish" for one in found.alarms]
        if found
        else []
    )
    for says in map(printable, _first(lines, "run 'msnewsletter status'")):
        yield Trouble(name=TroubleName.NOT_CORRECTED, check=Check.SENT, subject=says, says=says)


def _no_site(situation: Situation) -> Iterator[Trouble]:
    """A site that is missing though issues are out."""
    found, home = situation.preview, situation.home
    # The second of two machines on one database has none until it publishes.
    if found is None or found.settings.newsletter.database == "postgresql":
        return
    last = found.last_issue
    if last and last.number not in found.unfinished and not (home.site / "index.html").is_file():
        says = (
            f"{home.display_path(home.site)}/ is missing, though {_issues(last.number)} out; "
            "run 'msnewsletter publish': it is made again"
        )
        place = home.display_path(home.site)
        yield Trouble(name=TroubleName.NO_SITE, check=Check.SITE, subject=place, says=says)


_OF_SOURCES = {
    Ailment.UNREAD: TroubleName.UNREAD_SOURCE,
    Ailment.FAILING: TroubleName.FAILING_SOURCE,
    Ailment.EMPTY: TroubleName.EMPTY_SOURCE,
    Ailment.SPOILT: TroubleName.SPOILT_SOURCE,
    Ailment.PARTLY: TroubleName.PARTLY_FAILING_SOURCE,
}


def _ailing_sources(situation: Situation) -> Iterator[Trouble]:
    """Sources that fail for long, were never read, are empty, or are read wrongly of late."""
    if situation.settings is None:
        return
    last = situation.preview.last_slot if situation.preview else None
    for one in ailing_sources(
        situation.home,
        situation.settings,
        at=situation.at,
        last_slot=last.instant if last else None,
    ):
        yield Trouble(
            name=_OF_SOURCES[one.has],
            check=Check.SOURCES,
            subject=one.name,
            says=printable(one.says),
        )


def _not_pushed(situation: Situation) -> Iterator[Trouble]:
    """A site that was to be pushed, and is not, for longer than a push takes."""
    settings = situation.settings
    target = push_target(settings) if settings else None
    state = read_push_state(situation.home)
    since = state.since or state.failing_since
    if target is None or since is None or situation.at - since < UNPUSHED:
        return
    why = state.says or "nobody pushes it; start 'msnewsletter run', or run 'msnewsletter push'"
    when = local_time(since, situation.zone)
    says = f"the site is not pushed since {when}: {why}"
    yield Trouble(
        name=TroubleName.NOT_PUSHED, check=Check.PUSH, subject=target, says=printable(says)
    )


def _deaf_hub(situation: Situation) -> Iterator[Trouble]:
    """A hub that has taken no ping for long; a short failure is the clock's alone."""
    if situation.settings is None:
        return
    queue = hub_queue(situation.home)
    if queue and queue.last and queue.fails_for_long(situation.at):
        since = local_time(queue.failing_since or queue.last.at, situation.zone)
        says = (
            f"{queue.hub}: it has taken no ping since {since}; it says: {queue.last.says}; "
            "correct newsletter.hub, or remove it"
        )
        yield Trouble(
            name=TroubleName.DEAF_HUB, check=Check.HUB, subject=queue.hub, says=printable(says)
        )


def _exposed_subscribers(situation: Situation) -> Iterator[Trouble]:
    """Subscribers whose file others may open."""
    if error := open_to_others(situation.home):
        yield Trouble(
            name=TroubleName.EXPOSED,
            check=Check.SUBSCRIBERS,
            subject=error.place,
            says=str(error),
        )


def _unread_subscribers(situation: Situation) -> Iterator[Trouble]:
    """Subscribers that cannot be read."""
    yield from _of_subscribers(situation, thorough=False)


def _broken_subscribers(situation: Situation) -> Iterator[Trouble]:
    """The same, when their database examines itself."""
    yield from _of_subscribers(situation, thorough=True)


def _of_subscribers(situation: Situation, *, thorough: bool) -> Iterator[Trouble]:
    settings = situation.settings
    if settings is None:
        return
    # One server has both databases: that it cannot be reached is said once.
    if settings.newsletter.database == "postgresql" and situation.refused:
        return
    try:
        examine_subscribers(situation.home, settings, thorough=thorough)
    except StoreError as error:
        yield Trouble(
            name=TroubleName.BROKEN,
            check=Check.SUBSCRIBERS,
            subject=error.place,
            says=str(error),
        )


def _dead_links(situation: Situation) -> Iterator[Trouble]:
    """Mails that we send, with a door that only lets out: whose link is cut gets no new one."""
    settings = situation.settings
    if settings and settings.deliver and settings.subscribe is None:
        yield Trouble(
            name=TroubleName.DEAD_LINKS,
            check=Check.DOOR,
            subject="[subscribe]",
            says="there is [deliver], and no [subscribe]: readers can leave by a mail's own link "
            "alone, while 'msnewsletter serve' runs, and choose nothing; add [subscribe]",
        )


def _late_letters(situation: Situation) -> Iterator[Trouble]:
    """Mails of the door that people have waited for, for long."""
    settings = situation.settings
    if settings is None:
        return
    try:
        waiting = waiting_letters(situation.home, settings)
    except StoreError:  # said of the subscribers
        return
    if waiting is None or waiting.since is None or situation.at - waiting.since < LONG:
        return
    since = local_time(waiting.since, situation.zone)
    if settings.newsletter.sandbox:
        why = "no mail leaves a sandbox; remove sandbox from [newsletter]"
    elif waiting.fault:
        why = f"{waiting.fault}; check [smtp]"
    else:
        why = "nobody sends them; start 'msnewsletter serve'"
    says = f"{_letters(waiting.count)} for people who signed up since {since}: {why}"
    yield Trouble(
        name=TroubleName.LETTERS, check=Check.DOOR, subject="letters", says=printable(says)
    )


def _letters(count: int) -> str:
    return "1 mail waits" if count == 1 else f"{count} mails wait"


_OF_INBOUND = {
    InboundAilment.UNREAD: TroubleName.UNREAD_RETURNS,
    InboundAilment.UNKNOWN: TroubleName.UNKNOWN_RETURNS,
    InboundAilment.STUCK: TroubleName.STUCK_RETURN,
    InboundAilment.REFUSED: TroubleName.REFUSED_MAIL,
}


def _ailing_inbound(situation: Situation) -> Iterator[Trouble]:
    """Mail that comes back and is not read, or says that ours is refused."""
    if situation.settings is None:
        return
    try:
        found = list(inbound_ailments(situation.home, situation.settings))
    except StoreError:  # said of the subscribers
        return
    for one in found[:SHOWN]:
        yield Trouble(
            name=_OF_INBOUND[one.has],
            check=Check.INBOUND,
            subject=one.subject,
            says=printable(one.says),
        )


_OF_SENDING = {
    SendingAilment.FAULT: TroubleName.UNREADABLE,
    SendingAilment.BLOCKED: TroubleName.NOT_SENDING,
    SendingAilment.FORGOTTEN: TroubleName.FORGOTTEN,
    SendingAilment.RESTORED: TroubleName.RESTORED,
    SendingAilment.REFUSED: TroubleName.REFUSED,
    SendingAilment.NO_CONNECTION: TroubleName.NO_CONNECTION,
    SendingAilment.IN_DOUBT: TroubleName.IN_DOUBT,
    SendingAilment.FAILED: TroubleName.FAILED_DELIVERIES,
    SendingAilment.UNBELIEVED: TroubleName.NOT_BELIEVED,
}


def _ailing_sending(situation: Situation) -> Iterator[Trouble]:
    """What hinders sending, or has to be decided."""
    if situation.sending is None:
        return
    for one in sending_ailments(situation.sending, at=situation.at, zone=situation.zone):
        yield Trouble(
            name=_OF_SENDING[one.has],
            check=Check.SENDING,
            subject=one.subject,
            says=printable(one.says),
        )


def _closed_inbox(situation: Situation) -> Iterator[Trouble]:
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


def _unfit_server(situation: Situation) -> Iterator[Trouble]:
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


def _shut_door(situation: Situation) -> Iterator[Trouble]:
    """A public door that does not answer at the address that mails name."""
    settings = situation.settings
    if settings is None or settings.subscribe is None or settings.newsletter.sandbox:
        return
    try:
        probe_door(settings.door)
    except DeliveryError as error:
        yield Trouble(
            name=TroubleName.SHUT_DOOR, check=Check.DOOR, subject=error.place, says=str(error)
        )


def _unreadable_home(situation: Situation) -> Iterator[Trouble]:
    """A template, a source or a file of the site that cannot be read."""
    if situation.refused is not None:
        return
    try:
        examine_home(situation.home, user=os.geteuid())
    except SourceError as error:
        # It stops no issue: without the glossary one goes out all the same.
        yield Trouble(
            name=TroubleName.UNREADABLE, check=Check.HOME, subject=error.place, says=str(error)
        )


def _broken_database(situation: Situation) -> Iterator[Trouble]:
    """A database that says of itself that it is broken."""
    if situation.settings is None:
        return
    try:
        examine_database(situation.home)
    except NewsletterError as error:
        yield Trouble(
            name=TroubleName.BROKEN, check=Check.DATABASE, subject=error.place, says=str(error)
        )


KINDS: tuple[Kind, ...] = (
    _unreadable,
    _ended,
    _closed,
    _reset,
    _interrupted,
    _blocked,
    _waiting,
    _sent_back,
    _ahead,
    _not_corrected,
    _no_site,
    _ailing_sources,
    _not_pushed,
    _deaf_hub,
    _exposed_subscribers,
    _unread_subscribers,
    _dead_links,
    _late_letters,
    _ailing_inbound,
    _ailing_sending,
)
THOROUGH: tuple[Kind, ...] = (
    _unreadable_home,
    _broken_database,
    _broken_subscribers,
    _closed_inbox,
    _unfit_server,
    _shut_door,
)


def _trouble_of(error: NewsletterError) -> Trouble:
    match error:
        case TemplateError():
            says = blocked_line("the next issue", str(error))
            return Trouble(name=TroubleName.BLOCKED, check=Check.ISSUE, subject=says, says=says)
        case SettingsError():
            check = Check.SETTINGS
        case StoreError() | RecordError():
            check = Check.DATABASE
        case OutboxError():
            check = Check.HOME
        case _:
            check = Check.ISSUE
    return Trouble(name=TroubleName.UNREADABLE, check=check, subject=error.place, says=str(error))


def _first(lines: list[str], remedy: str) -> Iterator[str]:
    yield from lines[:SHOWN]
    if more := len(lines[SHOWN:]):
        yield f"and {more} more; {remedy}"


def _issues(number: int) -> str:
    return "issue 1 is" if number == 1 else f"{number} issues are"
