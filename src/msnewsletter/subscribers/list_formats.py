"""The lists of subscribers that programs export, as data: columns, words, and what they mean. Pure.

Names of columns are folded: lower case, without blanks and underscores. Sources:

- listmonk: cmd/subscribers.go, `ExportSubscribers` (v5); its statuses, models/subscribers.go. A
  subscriber who left a list stays `enabled`: the file does not say who is on which list.
- Mailchimp: "View or Export Contacts"; three files of the same columns, told apart by their names.
- Buttondown: the columns and types of its API, `email_address` and `type`, once `email` and
  `subscriber_type`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from msnewsletter.subscribers.listed_subscriber import ListStanding
from msnewsletter.subscribers.subscriber import SubscriberState, SuppressionReason

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONFIRMED: Final = ListStanding(SubscriberState.CONFIRMED)
_PENDING: Final = ListStanding(SubscriberState.PENDING)
_LEFT: Final = ListStanding(SubscriberState.UNSUBSCRIBED)
_BOUNCED: Final = ListStanding(SubscriberState.SUPPRESSED, SuppressionReason.BOUNCE)
_COMPLAINED: Final = ListStanding(SubscriberState.SUPPRESSED, SuppressionReason.COMPLAINT)
_BLOCKED: Final = ListStanding(SubscriberState.SUPPRESSED, SuppressionReason.HAND)

# What an operator may say of a whole file.
STANDINGS: Final = {"confirmed": _CONFIRMED, "unsubscribed": _LEFT, "suppressed": _BLOCKED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFormat:
    """A kind of list.

    Attributes:
        name: what `--format` calls it.
        known_by: groups of columns; a list of this kind has one of each.
        addresses: columns of the address; the first that is there counts.
        states: columns that say where somebody stands; the first that is there counts.
        words: what they say, in lower case; None: that does not tell who confirmed.
        signs: columns that say more where they are filled.
        files: how names of files begin that tell where all in them stand.
        confirmed_at: columns that say when somebody agreed; the first that is filled counts.
        left_at: columns that say since when somebody gets no mail.
        remedy: what to do where a list does not say where people stand.
    """

    name: str
    known_by: tuple[frozenset[str], ...]
    addresses: tuple[str, ...]
    states: tuple[str, ...]
    words: Mapping[str, ListStanding | None]
    signs: Mapping[str, ListStanding] = field(default_factory=dict)
    files: Mapping[str, ListStanding] = field(default_factory=dict)
    confirmed_at: tuple[str, ...] = ()
    left_at: tuple[str, ...] = ()
    remedy: str

    def fits(self, columns: Mapping[str, str]) -> bool:
        """Whether a list with these columns is of this kind."""
        return all(group & columns.keys() for group in self.known_by)

    @property
    def columns(self) -> frozenset[str]:
        """All columns that mean something."""
        own = (*self.addresses, *self.states, *self.signs, *self.confirmed_at, *self.left_at)
        return frozenset(own).union(*self.known_by)


_AS: Final = "say what all in it are with --as confirmed, --as unsubscribed or --as suppressed"
_ADDRESSES: Final = ("address", "email", "emailaddress")

OWN: Final = ListFormat(
    name="own",
    known_by=(frozenset(_ADDRESSES),),
    addresses=_ADDRESSES,
    states=("state",),
    # Of who is suppressed, the column `suppression` says why.
    words={
        "confirmed": _CONFIRMED,
        "pending": _PENDING,
        "unsubscribed": _LEFT,
        "suppressed": _BLOCKED,
    },
    confirmed_at=("consentat", "since"),
    left_at=("since",),
    remedy=f"add a column `state`, or {_AS}",
)
# Columns that this kind alone has.
EDITION: Final = "edition"
SUPPRESSION: Final = "suppression"
PAUSED_UNTIL: Final = "pauseduntil"
CONSENT_WORDS: Final = "consentwords"

_LISTMONK: Final = ListFormat(
    name="listmonk",
    known_by=(frozenset({"uuid"}), frozenset({"attributes", "attribs"}), frozenset({"status"})),
    addresses=("email",),
    states=("status",),
    words={"enabled": None, "disabled": _LEFT, "blocklisted": _BLOCKED, "blacklisted": _BLOCKED},
    confirmed_at=("createdat",),
    left_at=("updatedat",),
    remedy=(
        "listmonk keeps who left a list `enabled`: export those whose subscription is confirmed, "
        "and say --as confirmed; then those who unsubscribed, and say --as unsubscribed"
    ),
)

_MAILCHIMP: Final = ListFormat(
    name="mailchimp",
    known_by=(
        frozenset({"emailaddress"}),
        frozenset({"memberrating", "leid", "euid"}),
        frozenset({"optintime", "confirmtime", "lastchanged"}),
    ),
    addresses=("emailaddress",),
    states=("status",),
    words={
        "subscribed": _CONFIRMED,
        "pending": _PENDING,
        "nonsubscribed": _PENDING,
        "non-subscribed": _PENDING,
        "transactional": _PENDING,
        "unsubscribed": _LEFT,
        "archived": _LEFT,
        "cleaned": _BOUNCED,
    },
    signs={
        "unsubtime": _LEFT,
        "unsubreason": _LEFT,
        "unsubcampaignid": _LEFT,
        "cleantime": _BOUNCED,
        "cleancampaignid": _BOUNCED,
    },
    files={
        "subscribed_": _CONFIRMED,
        "nonsubscribed_": _PENDING,
        "unsubscribed_": _LEFT,
        "cleaned_": _BOUNCED,
    },
    confirmed_at=("confirmtime", "optintime"),
    left_at=("unsubtime", "cleantime", "lastchanged"),
    remedy=(
        "keep the name that Mailchimp gave the file (subscribed_…, unsubscribed_…, cleaned_…), "
        f"or {_AS}"
    ),
)

_BUTTONDOWN: Final = ListFormat(
    name="buttondown",
    known_by=(
        frozenset({"emailaddress", "email"}),
        frozenset({"type", "subscribertype"}),
        frozenset({"creationdate", "subscriptiondate"}),
    ),
    addresses=("emailaddress", "email"),
    states=("type", "subscribertype"),
    words={
        # Of these, Buttondown sends what is free to all.
        **dict.fromkeys(
            ("regular", "premium", "gifted", "trialed", "churning", "churned", "past_due"),
            _CONFIRMED,
        ),
        "paused": _CONFIRMED,  # their payments, not their mail
        "unpaid": _PENDING,
        "unactivated": _PENDING,
        "upcoming": _PENDING,
        "unsubscribed": _LEFT,
        "undeliverable": _BOUNCED,
        "complained": _COMPLAINED,
        **dict.fromkeys(("removed", "blocked", "spammy", "disabled"), _BLOCKED),
    },
    signs={
        "unsubscriptiondate": _LEFT,
        "undeliverabilitydate": _BOUNCED,
        "undeliverabilityreason": _BOUNCED,
    },
    confirmed_at=("subscriptiondate", "creationdate"),
    left_at=("unsubscriptiondate", "undeliverabilitydate"),
    remedy=f"export it with its column `type`, or {_AS}",
)

# The first one that fits counts: our own asks for no more than an address.
FORMATS: Final = {one.name: one for one in (_MAILCHIMP, _LISTMONK, _BUTTONDOWN, OWN)}
COLUMNS: Final = frozenset[str]().union(
    *(one.columns for one in FORMATS.values()),
    {EDITION, SUPPRESSION, PAUSED_UNTIL, CONSENT_WORDS, "consentway"},
)
