"""One message on its way to one recipient, as the bytes of its SMTP transaction. Pure.

Knows what a server offers, and refuses what it could not take. Sends nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from msnewsletter.delivery.send_outcomes import SmtpStep, Unfit, Unsendable

# What may stand between `<` and `>` in a command: no space, no control character, no bracket.
# 254: RFC 5321, section 4.5.3.1.3, less the brackets.
_PATH = re.compile(r"[^\x00-\x20<>\x7f-\x9f]{1,254}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A delivery as the caller hands it in.

    Attributes:
        id: its number, the only thing of it that is written down.
        sender: where bounces go; "" for none (RFC 5321, section 4.5.5).
        recipient: the address; its domain in ASCII (A-labels), unless the server is to take UTF-8.
        parts: the message, to be joined: with dots stuffed, ending in CRLF; see WireParts.
    """

    id: int
    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    parts: tuple[bytes, ...] = field(repr=False)

    @property
    def domain(self) -> str:
        """The recipient's domain, in small letters."""
        return self.recipient.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOffers:
    """The extensions of a server's EHLO that matter here.

    Attributes:
        size: bytes that a message may have (RFC 1870); 0: it names no limit; None: not offered.
    """

    pipelining: bool
    eight_bit: bool
    utf8: bool
    size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """The bytes of one message's transaction.

    Attributes:
        id: the delivery's number.
        commands: MAIL, RCPT and DATA, each with its line.
        body: all that comes before the final dot.
        addresses: sender and recipient, which no text of a reply may repeat.
    """

    id: int
    commands: tuple[tuple[SmtpStep, bytes], ...] = field(repr=False)
    body: bytes = field(repr=False)
    addresses: tuple[str, str] = field(repr=False)


def transaction(outgoing: Outgoing, offers: ServerOffers) -> Transaction | Unsendable:
    """The transaction for a server, or why there is none."""
    sender, recipient = outgoing.sender, outgoing.recipient
    body = b"".join(outgoing.parts)
    utf8 = not (sender.isascii() and recipient.isascii())
    eight_bit = not body.isascii()
    why = _unfit(outgoing, offers, utf8=utf8, eight_bit=eight_bit, size=len(body))
    if why:
        return Unsendable(id=outgoing.id, why=why)
    options = "".join(
        (
            "" if offers.size is None else f" SIZE={len(body)}",
            " BODY=8BITMIME" if eight_bit else "",
            " SMTPUTF8" if utf8 else "",
        )
    )
    return Transaction(
        id=outgoing.id,
        commands=(
            (SmtpStep.MAIL, f"MAIL FROM:<{sender}>{options}\r\n".encode()),
            (SmtpStep.RCPT, f"RCPT TO:<{recipient}>\r\n".encode()),
            (SmtpStep.DATA, b"DATA\r\n"),
        ),
        body=body,
        addresses=(sender, recipient),
    )


def _unfit(
    outgoing: Outgoing, offers: ServerOffers, *, utf8: bool, eight_bit: bool, size: int
) -> Unfit | None:
    sender, recipient = outgoing.sender, outgoing.recipient
    if not (_PATH.fullmatch(recipient) and (not sender or _PATH.fullmatch(sender))):
        return Unfit.ADDRESS
    if utf8 and not offers.utf8:
        return Unfit.NEEDS_SMTPUTF8
    if eight_bit and not offers.eight_bit:
        return Unfit.NEEDS_8BITMIME
    if offers.size and size > offers.size:
        return Unfit.TOO_LARGE
    return None
