"""The DNS records without which large providers refuse a newsletter, as text to paste. Pure.

Google and Yahoo ask senders of more than 5,000 mails a day for SPF, DKIM and DMARC, and all others
for SPF or DKIM.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsRecord:
    """A record; capitals in `value` or `name` are for the operator to fill in.

    Attributes:
        name: with a final dot.
        kind: `TXT`, `MX`.
        value: as a zone file has it.
        why: what it is for.
    """

    name: str
    kind: str
    value: str
    why: str

    @property
    def line(self) -> str:
        """As a line of a zone file."""
        return f"{self.name}  {self.kind}  {self.value}"


def wanted_records(
    *, sender: str, bounces: str | None, postmaster: str, server: str
) -> tuple[DnsRecord, ...]:
    """The records for a newsletter.

    Args:
        sender: the address that its mail is from, like the others with its domain in ASCII.
        bounces: the address to which bounces come back; None: to `sender`.
        postmaster: the address that reports go to.
        server: the host that takes its mail.
    """
    domain, back = _domain(sender), _domain(bounces or sender)
    return (
        DnsRecord(
            name=f"{back}.",
            kind="TXT",
            value=f'"v=spf1 {_sender_at(server)} ~all"',
            why="SPF: who may send with this envelope sender; a provider names an include: instead",
        ),
        DnsRecord(
            name=f"SELECTOR._domainkey.{domain}.",
            kind="TXT",
            value='"v=DKIM1; k=rsa; p=PUBLIC-KEY"',
            why="DKIM: whoever signs the mail names selector and key",
        ),
        DnsRecord(
            name=f"_dmarc.{domain}.",
            kind="TXT",
            value=f'"v=DMARC1; p=none; rua=mailto:{postmaster}"',
            why="DMARC: what becomes of mail that is forged; p=quarantine once reports are clean",
        ),
        DnsRecord(
            name=f"{back}.",
            kind="MX",
            value="10 MAIL-SERVER.",
            why="where bounces and answers arrive",
        ),
    )


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _sender_at(server: str) -> str:
    """SPF's mechanism for a host, or for an address (RFC 7208, section 5)."""
    try:
        address = ip_address(server)
    except ValueError:
        return f"a:{server}"
    return f"ip{address.version}:{address}"
