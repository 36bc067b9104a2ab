"""The DNS records that sending needs, as text to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homes import command, empty_home
from msnewsletter.delivery.dns_records import wanted_records

if TYPE_CHECKING:
    from pathlib import Path


def lines(server: str, bounces: str | None = None) -> list[str]:
    found = wanted_records(
        sender="news@example.org", bounces=bounces, postmaster="dmarc@example.org", server=server
    )
    return [one.line for one in found]


def test_they_are_lines_of_a_zone_file() -> None:
    assert lines("mail.example.org", "back@bounces.example.org") == [
        'bounces.example.org.  TXT  "v=spf1 a:mail.example.org ~all"',
        'SELECTOR._domainkey.example.org.  TXT  "v=DKIM1; k=rsa; p=PUBLIC-KEY"',
        '_dmarc.example.org.  TXT  "v=DMARC1; p=none; rua=mailto:dmarc@example.org"',
        "bounces.example.org.  MX  10 MAIL-SERVER.",
    ]


def test_spf_names_a_server_that_is_an_address_as_one() -> None:
    assert "v=spf1 ip4:192.0.2.1 ~all" in lines("192.0.2.1")[0]
    assert "v=spf1 ip6:2001:db8::1 ~all" in lines("2001:db8::1")[0]


def test_doctor_prints_them_with_what_each_is_for(tmp_path: Path) -> None:
    done = command(empty_home(tmp_path), "doctor", "--dns")
    assert done.returncode == 0
    said = [line for line in done.stdout.splitlines() if not line.startswith(";")]
    assert len(said) == 4
    assert "PTR" in done.stdout
