"""Whether the mail server takes us: connects, encrypts, logs in, leaves. Sends nothing."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.dialogue import offers_of
from msnewsletter.delivery.smtp import open_smtp
from msnewsletter.delivery.smtp_errors import FAILURES
from msnewsletter.errors import DeliveryError

if TYPE_CHECKING:
    from msnewsletter.delivery.smtp import Server
    from msnewsletter.delivery.transaction import ServerOffers

# A digest has 100,000 bytes of HTML at most; with its text, encoded, it fits in this.
_MAIL: Final = 400_000
_HOW: Final = {
    "none": "without encryption",
    "starttls": "encrypted by STARTTLS",
    "tls": "encrypted by TLS",
}


def probe_smtp(server: Server) -> str:
    """What is said of a server that takes us; raises DeliveryError where it does not."""
    smtp = open_smtp(server)
    try:
        offers = offers_of(smtp)
    finally:
        with suppress(*FAILURES):
            smtp.quit()
        smtp.close()
    if offers.size and offers.size < _MAIL:
        problem = f"it takes mail of {offers.size:,} bytes at most, and an issue may have more"
        raise DeliveryError(server.place, problem, "ask whoever runs it, or use another server")
    login = ", logged in" if server.user else ""
    return f"{server.place} takes us, {_HOW[server.security]}{login}; {_offered(offers)}"


def _offered(offers: ServerOffers) -> str:
    pipelining = (
        "it offers PIPELINING"
        if offers.pipelining
        else "it does not offer PIPELINING, so that mailings take longer"
    )
    return f"{pipelining}, SIZE {offers.size:,}" if offers.size else pipelining
