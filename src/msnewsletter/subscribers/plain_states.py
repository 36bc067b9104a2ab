"""Columns in which a list of any program says plainly where people stand, as data. Pure.

They count in a list that is of no kind that is known. Names of columns are folded as in
list_formats.py; values are compared in lower case, without blanks, hyphens and underscores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msnewsletter.subscribers.listed_subscriber import ListStanding
from msnewsletter.subscribers.subscriber import SubscriberState, SuppressionReason

if TYPE_CHECKING:
    from collections.abc import Mapping

_PENDING: Final = ListStanding(SubscriberState.PENDING)
_LEFT: Final = ListStanding(SubscriberState.UNSUBSCRIBED)
_BOUNCED: Final = ListStanding(SubscriberState.SUPPRESSED, SuppressionReason.BOUNCE)
_COMPLAINED: Final = ListStanding(SubscriberState.SUPPRESSED, SuppressionReason.COMPLAINT)
_BLOCKED: Final = ListStanding(SubscriberState.SUPPRESSED, SuppressionReason.HAND)

# None: they get mail there, which does not tell who confirmed.
_WORDS: Final[Mapping[str, ListStanding | None]] = {
    **dict.fromkeys(
        ("", "active", "confirmed", "enabled", "subscribed", "regular", "optedin", "optin"), None
    ),
    **dict.fromkeys(
        ("pending", "unconfirmed", "unactivated", "nonsubscribed", "notsubscribed"), _PENDING
    ),
    **dict.fromkeys(
        ("unsubscribed", "unsubscribe", "optedout", "optout", "left", "disabled", "inactive"), _LEFT
    ),
    **dict.fromkeys(("archived", "deleted", "removed", "cancelled", "canceled"), _LEFT),
    **dict.fromkeys(
        ("bounced", "hardbounced", "hardbounce", "bounce", "cleaned", "undeliverable", "invalid"),
        _BOUNCED,
    ),
    **dict.fromkeys(("complained", "complaint", "spam", "spamcomplaint", "abuse"), _COMPLAINED),
    **dict.fromkeys(
        ("blocklisted", "blacklisted", "blocked", "banned", "suppressed", "donotcontact"), _BLOCKED
    ),
}
_YES: Final = frozenset({"true", "yes", "1", "y", "t", "x", "on"})
_NO: Final = frozenset({"", "false", "no", "0", "n", "f", "off"})

_STATES: Final = frozenset(
    {"status", "state", "subscriberstatus", "subscriptionstatus", "memberstatus", "emailstatus"}
    | {"contactstatus", "subscriptionstate", "marketingstatus", "emailmarketingstatus"}
)
# Columns of yes and no: what yes says.
_IF_YES: Final = {
    **dict.fromkeys(("unsubscribed", "optedout", "optout", "hasoptedoutofemail"), _LEFT),
    **dict.fromkeys(("bounced", "hardbounced", "cleaned", "undeliverable"), _BOUNCED),
    **dict.fromkeys(("complained", "spam", "markedasspam"), _COMPLAINED),
    **dict.fromkeys(
        ("blocklisted", "blacklisted", "blocked", "suppressed", "donotcontact", "emaildisabled"),
        _BLOCKED,
    ),
}
# What no says; Ghost has the first of them.
_IF_NO: Final = {
    **dict.fromkeys(("subscribedtoemails", "subscribed", "emailsubscribed", "issubscribed"), _LEFT),
    **dict.fromkeys(("acceptsmarketing", "acceptsemailmarketing", "optedin"), _LEFT),
    **dict.fromkeys(("confirmed", "doubleoptin"), _PENDING),
}
# Columns of a time: what it says that there is one.
_IF_FILLED: Final = {
    **dict.fromkeys(("unsubscribedat", "unsubscribedate", "unsubscriptiondate"), _LEFT),
    **dict.fromkeys(
        ("unsubscribedon", "unsubtime", "optouttime", "optoutdate", "deletedat"), _LEFT
    ),
    **dict.fromkeys(("bouncedat", "bouncedate", "cleantime"), _BOUNCED),
    **dict.fromkeys(("complainedat", "complaintdate"), _COMPLAINED),
}
PLAIN_COLUMNS: Final = _STATES.union(_IF_YES, _IF_NO, _IF_FILLED)


def plain_standings(cells: Mapping[str, str]) -> list[ListStanding]:
    """What a line says of where somebody stands, in any such column; `cells` by folded names.

    Empty where none says more than that they get mail. Raises ValueError where one holds what it
    has not: nobody can tell what that means.
    """
    found = (_said(name, cells[name]) for name in sorted(PLAIN_COLUMNS & cells.keys()))
    return [one for one in found if one]


def _said(column: str, cell: str) -> ListStanding | None:
    word = "".join(letter for letter in cell.strip().casefold() if letter not in " -_")
    if column in _STATES:
        if word not in _WORDS:
            raise ValueError(column)
        return _WORDS[word]
    if column in _IF_FILLED:
        return _IF_FILLED[column] if word else None
    if word not in _YES | _NO:
        raise ValueError(column)
    if word in _YES:
        return _IF_YES.get(column)
    return _IF_NO.get(column) if word else None
