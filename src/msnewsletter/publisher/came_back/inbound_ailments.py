"""What is wrong with how mail comes back, or with our mail as those who sent it back say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msnewsletter.home import issue_name
from msnewsletter.publisher.came_back.inbound_memory import read_inbound_memory
from msnewsletter.store.subscribers import open_subscribers, subscribers_at
from msnewsletter.subscribers.bounces import BounceKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings

# One in so many mails of an issue: fewer are the quirks of single servers.
_ONE_IN: Final = 100
_CODES: Final = 3  # that are named


class InboundAilment(StrEnum):
    """What can be wrong."""

    UNREAD = "unread"  # bounces go to an address that nobody reads
    UNKNOWN = "unknown"  # what is read has no envelope sender of ours, so no bounce is known
    STUCK = "stuck"  # messages that cannot be handled
    REFUSED = "refused"  # many servers refuse our mail


@dataclass(frozen=True, slots=True, kw_only=True)
class AilingInbound:
    """Something wrong.

    Attributes:
        has: what.
        subject: what has it.
        says: one line: what, where, and what to do.
    """

    has: InboundAilment
    subject: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnsOfIssue:
    """What came back of one issue.

    Attributes:
        issue: its number.
        deliveries: how many were enqueued.
        counts: how many came back, by kind and enhanced code.
    """

    issue: int
    deliveries: int
    counts: Mapping[tuple[BounceKind, str | None], int]

    @property
    def by_kind(self) -> Mapping[BounceKind, int]:
        """How many came back, by what followed."""
        found: Counter[BounceKind] = Counter()
        for (kind, _), number in self.counts.items():
            found[kind] += number
        return found


def last_returns(home: Home, settings: Settings) -> ReturnsOfIssue | None:
    """What came back of the last issue that was delivered; None: there is none.

    Raises StoreError.
    """
    with open_subscribers(subscribers_at(home, settings), create=False) as store:
        mailings = store.mailings()
        if not mailings:
            return None
        issue = mailings[-1].issue
        return ReturnsOfIssue(
            issue=issue,
            deliveries=store.balance(issue).enqueued,
            counts=store.count_bounces(issue),
        )


def inbound_ailments(home: Home, settings: Settings) -> Iterator[AilingInbound]:
    """What is wrong; raises StoreError where the books cannot be read."""
    yield from _of_settings(settings)
    if settings.inbound and (memory := read_inbound_memory(home)):
        for line in memory.problems:
            says = f"a message that came back cannot be handled: {line}; look at it"
            yield AilingInbound(has=InboundAilment.STUCK, subject=line, says=says)
    if settings.deliver and (returns := last_returns(home, settings)):
        yield from refused_mail(returns)


def _of_settings(settings: Settings) -> Iterator[AilingInbound]:
    bounces = settings.deliver.bounces if settings.deliver else None
    if bounces and settings.inbound is None:
        says = (
            "deliver.bounces is set, and there is no [inbound]: nobody reads what comes back; add "
            "it, with maildir or host, or empty if your mail server runs "
            "'msnewsletter inbound --stdin'"
        )
        yield AilingInbound(has=InboundAilment.UNREAD, subject="[inbound]", says=says)
    if settings.deliver and settings.inbound is not None and not bounces:
        says = (
            "there is [inbound], and deliver.bounces is not set: no bounce is known as one of a "
            "mail of ours; set it to an address whose mail [inbound] reads"
        )
        yield AilingInbound(has=InboundAilment.UNKNOWN, subject="deliver.bounces", says=says)


def refused_mail(returns: ReturnsOfIssue) -> Iterator[AilingInbound]:
    """Our mail, where many servers refuse it for what it is or for who sends it."""
    codes = Counter(
        {
            code or "no code": number
            for (kind, code), number in returns.counts.items()
            if kind is BounceKind.OURS
        }
    )
    if codes.total() * _ONE_IN < max(returns.deliveries, 1):
        return
    named = [code for code, _ in codes.most_common(_CODES)]
    shown = ", ".join(f"{code} ({codes[code]})" for code in named)
    remedies = "; ".join(dict.fromkeys(_remedy(code) for code in named))
    issue = issue_name(returns.issue)
    says = (
        f"issue {issue}: {codes.total()} of {returns.deliveries} mails came back refused because "
        f"of us, with {shown}; {remedies}"
    )
    yield AilingInbound(has=InboundAilment.REFUSED, subject=f"issue {issue}", says=says)


_POLICY: Final = (
    "check that SPF, DKIM and DMARC of the domain in mail.from_address are right, and the "
    "reputation of the server's address (postmaster pages of large providers, lists of blocked "
    "senders)"
)
_SYSTEMS: Final = "ask whoever runs the server of [smtp]: other servers cannot talk to it"
_SENDER: Final = "check mail.from_address: its domain must exist and take mail"
# By subject and detail of the code, or by its subject alone (RFC 3463, section 3); what is not
# here was judged by the server's words, which speak of reputation.
_REMEDIES: Final = {
    "1.7": _SENDER,
    "1.8": _SENDER,
    "1.9": _SYSTEMS,
    "1.90": "lower deliver.per_day: your provider lets no more mails go a day",
    "2.3": "the mail is too long for them: lower the number of summaries in an issue",
    "3": _SYSTEMS,
    "5": _SYSTEMS,
    "6": "run 'msnewsletter check': they refuse the form of the mail",
}


def _remedy(code: str) -> str:
    _, _, rest = code.partition(".")
    return _REMEDIES.get(rest) or _REMEDIES.get(rest.partition(".")[0], _POLICY)
