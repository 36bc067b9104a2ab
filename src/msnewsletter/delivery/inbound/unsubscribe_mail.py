"""Requests to leave, sent by mail: RFC 2369's `mailto:`, or a person's one word. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.inbound.bounded_message import decoded_header
from msnewsletter.delivery.inbound.header_addresses import header_addresses
from msnewsletter.delivery.inbound.inbound_kinds import UnsubscribeRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.delivery.inbound.bounded_message import BoundedMessage

# The whole of a subject or a first line. In a sentence none of them is a command.
_COMMANDS: Final = frozenset(
    {"unsubscribe", "unsubscribe me", "please unsubscribe me", "please unsubscribe"}
    | {"abmelden", "bitte abmelden", "abmeldung", "abbestellen", "bitte abbestellen"}
    | {"newsletter abmelden", "newsletter abbestellen", "desabonner", "désabonner"}
)
# What our List-Unsubscribe has as subject; the token has 64 characters at most (mailmerge.py).
_WITH_TOKEN: Final = re.compile(r"unsubscribe ([A-Za-z0-9_.-]{16,64})", re.IGNORECASE | re.ASCII)
_DETAIL: Final = re.compile(r"[A-Za-z0-9_.-]{16,64}", re.ASCII)
_AROUND: Final = " \t\r\n.!\"'„“”‚‘’*_"
# Where the addresses that a message was sent to stand.
TO_HEADERS: Final = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAddresses:
    """The addresses of ours that people may write to, in ASCII.

    Attributes:
        unsubscribe: those of List-Unsubscribe: of the digest and of the low-energy edition.
        others: of the sender, for replies, of the lists.
    """

    unsubscribe: frozenset[str]
    others: frozenset[str] = frozenset()


def unsubscribe_request(
    message: BoundedMessage,
    *,
    addresses: OwnAddresses,
    envelope_to: str,
    delivery: int | None,
    generated: bool,
) -> UnsubscribeRequest | None:
    """The request in a message; None where it is none.

    A program may ask for a person (Gmail and Apple Mail do), but only with the token.

    Args:
        message: what came.
        addresses: ours.
        envelope_to: the address that the server took it for; empty: not known.
        delivery: the delivery that it answers to, where its hash is ours.
        generated: whether a program wrote it.
    """
    written_to = list(_written_to(message, envelope_to))
    subject = " ".join(decoded_header(message.first("subject")).split())
    token = _token(subject, written_to, addresses.unsubscribe)
    if token is not None:
        # Any word has its form: it counts if it is good, and never who wrote it.
        return UnsubscribeRequest(delivery=delivery, token=token)
    ours = {address.lower() for address in addresses.unsubscribe | addresses.others}
    known = delivery is not None
    if not known and not any(_plain(address) in ours for address in written_to):
        return None
    if generated or not _is_command(subject, message.human_text):
        return None
    address = _sender(message)
    if address is None and not known:
        return None
    return UnsubscribeRequest(delivery=delivery, address=address)


def _written_to(message: BoundedMessage, envelope_to: str) -> Iterator[str]:
    yield envelope_to
    for name in TO_HEADERS:
        yield from header_addresses(message.headers.get(name, ()))


def _token(subject: str, written_to: list[str], unsubscribe: frozenset[str]) -> str | None:
    if found := _WITH_TOKEN.fullmatch(subject):
        return found[1]
    ours = {address.lower() for address in unsubscribe}
    for address in written_to:
        detail = address.partition("+")[2].rpartition("@")[0]
        if _DETAIL.fullmatch(detail) and _plain(address) in ours:
            return detail
    return None


def _plain(address: str) -> str:
    """An address in small letters, without what follows a `+`."""
    local, at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def _is_command(subject: str, text: str) -> bool:
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    return any(line.strip(_AROUND).lower() in _COMMANDS for line in (subject, first_line))


def _sender(message: BoundedMessage) -> str | None:
    """The one address in From; None where there is none, or several."""
    found = header_addresses(message.headers.get("from", ()))
    return found[0] if len(found) == 1 else None
