"""What a message can be that came back: one frozen type each. Pure.

No address, token or word of a person is in the repr of any of them: fields that hold one say so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from msnewsletter.subscribers.bounces import BounceKind

if TYPE_CHECKING:
    from msnewsletter.delivery.inbound.status_codes import EnhancedCode


class NoticeAction(StrEnum):
    """What a delivery status notification says of a recipient, besides `failed`.

    RFC 3464, section 2.3.3.
    """

    DELAYED = "delayed"  # the server goes on trying
    DELIVERED = "delivered"  # it is in the mailbox
    RELAYED = "relayed"  # handed to a server that notifies nobody
    EXPANDED = "expanded"  # handed to several addresses behind this one


class FeedbackType(StrEnum):
    """The feedback types by which a person complains (RFC 5965, section 7.3)."""

    ABUSE = "abuse"  # "this is spam"
    FRAUD = "fraud"
    OPT_OUT = "opt-out"  # in drafts of the RFC, and still sent
    OTHER = "other"


class UnknownReason(StrEnum):
    """Why a message changes nothing."""

    FORGED = "forged"  # a report that names a delivery of ours, with a hash that is not ours
    FOREIGN = "foreign"  # a report on a mail that we did not send
    UNREAD = "unread"  # of a mail server, for a delivery of ours; it does not say what failed
    NO_ORIGINAL = "no_original"  # a complaint without the mail that it is about
    OTHER_REPORT = "other_report"  # feedback that is no complaint: not spam, failed authentication
    LOOP = "loop"  # our own mail, or one that went round
    PERSON = "person"  # somebody wrote; for a person to read
    UNREADABLE = "unreadable"  # no mail: nothing in it can be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A delivery has failed. Its hash was ours: no stranger can have made the report.

    Attributes:
        delivery: the id of the delivery.
        kind: what follows for the address that failed; `kind_for` says whose that is.
        code: the enhanced status code that decided; None: the report has none.
        diagnostic: what the server said: one printable line, cut, without addresses.
        recipients: the addresses that the report names as failed, in small letters. In memory only.
    """

    delivery: int
    kind: BounceKind
    code: EnhancedCode | None = None
    diagnostic: str = ""
    recipients: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def permanent(self) -> bool:
        """Whether the server says that trying again will not help."""
        return self.code is not None and self.code.is_permanent

    def kind_for(self, address: str) -> BounceKind:
        """What follows for the address of the subscriber, as it was given to the server.

        Nobody is dead where the report names others alone: the subscriber's mailbox may be well,
        and forward to one that is dead.
        """
        named = not self.recipients or address.lower() in self.recipients
        return self.kind if named or self.kind is BounceKind.OURS else BounceKind.SOFT


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusNotice:
    """A server says how a delivery is doing, and that it has not failed: changes nothing."""

    delivery: int
    action: NoticeAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A person has called our mail spam.

    Attributes:
        feedback: how.
        delivery: the id of the delivery, where its envelope sender is in the report.
        token: what stands for a token in the List-Unsubscribe of the mail that is complained about.
            Not verified: that is for whoever knows the key. In memory only.

    One of delivery and token is there.
    """

    feedback: FeedbackType
    delivery: int | None
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsubscribeRequest:
    """A person wants to leave, by mail.

    Attributes:
        delivery: the id of the delivery that was answered to, where its hash is ours.
        token: as in Complaint, from the subject or the address that was written to.
        address: who wrote, in From, as it stands there, where there is no token: anybody can write
            anything there, so what follows must be harmless. In memory only.

    One of the three is there.
    """

    delivery: int | None = None
    token: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoReply:
    """A program has answered, such as one that says who is on holiday: changes nothing."""

    delivery: int | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """None of the others: changes nothing."""

    reason: UnknownReason


Inbound: TypeAlias = Bounce | StatusNotice | Complaint | UnsubscribeRequest | AutoReply | Unknown
